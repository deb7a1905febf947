import { afterEach, describe, expect, it } from 'vitest';
import type { Reaction } from '../../../src/api/mail/reacting.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  attendee,
  dave,
  erin,
  lines,
  meeting,
  organizer,
  partstatsOf,
  people,
  statusOf,
} from '../../support/meetings.ts';

/** Fails at the step of a number, once, as if the process had ended there. */
const failing = () => {
  let at = -1;
  let steps = 0;
  return {
    failAt(step: number) {
      at = step;
      steps = 0;
    },
    steps: () => steps,
    step: async (): Promise<void> => {
      steps += 1;
      if (steps === at) throw new Error('killed here');
    },
  };
};

let server: DavServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** What the reaction makes of all that is in the log. */
const replay = async ({ store }: DavServer, reaction: Reaction): Promise<void> => {
  const stop = new AbortController();
  const end = await store.end();
  for await (const batch of store.subscribe('start', stop.signal)) {
    for (const event of batch)
      if (reaction.handles(event)) await reaction.react(event, stop.signal);
    if (batch.some(({ position }) => position === end)) stop.abort();
  }
};

/** An invitation, an answer, a change, and somebody taken off; killed at one step. */
const story = async (step: number): Promise<{ readonly steps: number; readonly end: string }> => {
  const kill = failing();
  const started = await startDav({ people: [dave, erin], scheduling: { step: kill.step } });
  server = started;
  const who = people(started);
  kill.failAt(step);
  const first = meeting(
    lines('story', organizer('alice'), attendee('carol'), attendee('dave'), attendee('erin')),
  );
  expect((await who.put('alice', 's.ics', first)).status).toBe(201);
  await replay(started, started.scheduling.reaction);
  const copy = (await who.get('carol', 's.ics')).body;
  const answer = copy.replace(
    /PARTSTAT=NEEDS-ACTION([^\r]*(?:\r\n [^\r]*)*?:\s*mailto:carol)/,
    'PARTSTAT=ACCEPTED$1',
  );
  expect((await who.put('carol', 's.ics', answer)).status).toBe(204);
  await replay(started, started.scheduling.reaction);
  const mine = (await who.get('alice', 's.ics')).body;
  expect(partstatsOf(mine, 'carol')).toEqual(['ACCEPTED']);
  const without = mine
    .replaceAll(/\r\n[ \t]/g, '')
    .split('\r\n')
    .filter((line) => !line.endsWith('erin@example.org'))
    .join('\r\n')
    .replace('SUMMARY:Planning', 'SUMMARY:Review');
  expect((await who.put('alice', 's.ics', without)).status).toBe(204);
  await replay(started, started.scheduling.reaction);
  expect((await who.remove('dave', 's.ics')).status).toBe(204);
  await replay(started, started.scheduling.reaction);
  const steps = kill.steps();
  // Once more changes nothing.
  const length = await started.store.end();
  await replay(started, started.scheduling.reaction);
  expect(await started.store.end()).toBe(length);
  const organized = (await who.get('alice', 's.ics')).body;
  const summary = [
    partstatsOf(organized, 'carol'),
    partstatsOf(organized, 'dave'),
    partstatsOf(organized, 'erin'),
    statusOf(organized, 'carol'),
    (await who.get('dave', 's.ics')).status,
    (await who.get('erin', 's.ics')).status,
    (await who.get('carol', 's.ics')).body.includes('SUMMARY:Review'),
  ];
  await started.stop();
  server = undefined;
  return { steps, end: JSON.stringify(summary) };
};

describe('scheduling that is cut short', () => {
  it('comes to the same end, wherever it was', async () => {
    const whole = await story(0);
    expect(whole.end).toBe(
      JSON.stringify([['NEEDS-ACTION'], ['DECLINED'], [], '1.2', 404, 404, true]),
    );
    expect(whole.steps).toBeGreaterThan(10);
    for (let step = 1; step <= whole.steps; step += 1)
      expect([step, (await story(step)).end]).toEqual([step, whole.end]);
  });
});
