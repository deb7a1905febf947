import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TakeMail } from '../../../src/api/mail-in/taking.ts';
import { mailFor } from '../../support/arriving.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { unfolded } from '../../support/meetings.ts';

let server: DavServer;
let take: TakeMail;
beforeAll(async () => {
  server = await startDav();
  take = mailFor(server);
});
afterAll(() => server.stop());

const mailOf = (name: string): Promise<Buffer> =>
  readFile(join(import.meta.dirname, 'mails', `${name}.eml`));

/** Carol's calendar as a feed. */
const calendarOfCarol = async (): Promise<readonly string[]> =>
  unfolded(
    (
      await server.send('GET', '/SOGo/dav/carol/Calendar/personal.ics', {
        credentials: 'carol:secret',
      })
    ).body,
  );

/** Who wrote it, and two lines of what is in the calendar then. */
const programs = [
  ['google', 'SUMMARY:Café', 'DTSTART:20300110T090000Z'],
  [
    'exchange',
    'SUMMARY;LANGUAGE=de-DE:Jour fixe – Übersicht',
    'DTSTART;TZID=W. Europe Standard Time:20300110T100000',
  ],
  ['outlook-published', 'SUMMARY;LANGUAGE=en-us:Review', 'DTSTART:20300110T140000'],
  ['apple', 'SUMMARY:Lunch', 'DTSTART;TZID=Europe/Berlin:20300110T120000'],
  ['zimbra', 'SUMMARY:Standup', 'DTSTART;TZID="Europe/Brussels":20300110T083000'],
  ['sogo', 'SUMMARY:Budget', 'DTSTART;VALUE=DATE:20300110'],
  ['thunderbird', 'SUMMARY:Walk', 'DTSTART:20300110T160000Z'],
] as const;

describe('invitations as other programs mail them', () => {
  it.each(programs)('%s', async (name, summary, start) => {
    const taken = await take(await mailOf(name), ['carol@example.org']);
    expect(taken.kind === 'heeded' && taken.messages[0]?.outcome).toBe('store');
    const lines = await calendarOfCarol();
    expect(lines).toContain(summary);
    expect(lines).toContain(start);
    const again = await take(await mailOf(name), ['carol@example.org']);
    expect(again.kind === 'heeded' && again.messages.map(({ outcome }) => outcome)).not.toContain(
      'store',
    );
  });

  it('are taken or refused, whatever became of them on their way', async () => {
    const mails = await Promise.all(programs.map(([name]) => mailOf(name)));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...mails),
        fc.nat({ max: 5000 }),
        fc.uint8Array({ maxLength: 20 }),
        async (octets, at, noise) => {
          const cut = Buffer.concat([octets.subarray(0, at), noise, octets.subarray(at + 3)]);
          const { kind } = await take(cut, ['dave@example.org', 'carol@example.org']);
          expect(['heeded', 'passed-over', 'trouble']).toContain(kind);
        },
      ),
      { numRuns: 60 },
    );
  });
});
