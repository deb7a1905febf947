import { afterEach, describe, expect, it } from 'vitest';
import { type Program, program } from '../support/program.ts';
import { type Mirror, mirror, sync } from './mirror.ts';
import { barrier, CALENDAR, type Ledger, ledger, write } from './writers.ts';

const ROUNDS = 20;
const WRITERS = 8;

const running: Program[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.discard()));
});

const octetsOf = async (server: Program, name: string): Promise<string | undefined> => {
  const answer = await server.request('GET', `${CALENDAR}${name}`);
  const octets = await answer.text();
  expect([200, 404]).toContain(answer.status);
  return answer.status === 200 ? octets : undefined;
};

/** Every acknowledged write is there, every doubtful one happened wholly or not at all. */
const settle = async (
  server: Program,
  notes: Ledger,
  touched: ReadonlySet<string>,
): Promise<void> => {
  for (const [name, wanted] of notes.inDoubt) {
    const found = await octetsOf(server, name);
    expect([wanted, notes.acknowledged.get(name)], name).toContain(found);
    notes.acknowledged.set(name, found);
  }
  notes.inDoubt.clear();
  for (const name of touched)
    expect(await octetsOf(server, name), name).toBe(notes.acknowledged.get(name));
};

/** A copy kept up to date by tokens, through every crash, equals what a newcomer is told. */
const agree = async (server: Program, copy: Mirror, notes: Ledger): Promise<void> => {
  await sync(server, copy);
  const fresh = mirror();
  await sync(server, fresh);
  expect(copy.etags).toEqual(fresh.etags);
  const live = [...notes.acknowledged].filter(([, octets]) => octets !== undefined);
  expect(new Set(fresh.etags.keys())).toEqual(new Set(live.map(([name]) => name)));
};

const cleanVerify = async (server: Program): Promise<void> => {
  const verified = await server.daybook(['verify']);
  expect(verified.out + verified.err).toMatch(/no difference/);
  expect(verified.code).toBe(0);
};

const syncing = async (server: Program, copy: Mirror, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await sync(server, copy).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
};

/** One round: writers and a syncing client at work, until `strike` has hit. */
const underLoad = async (
  server: Program,
  notes: Ledger,
  copy: Mirror,
  { round, keepOn, strike }: { round: number; keepOn: boolean; strike: () => Promise<void> },
): Promise<Set<string>> => {
  const stop = new AbortController();
  const before = new Map(notes.acknowledged);
  const work = Array.from({ length: WRITERS }, (_, writer) =>
    write(server, notes, { writer, round, signal: stop.signal, keepOn }),
  );
  const client = syncing(server, copy, stop.signal);
  await new Promise((resolve) => setTimeout(resolve, 150 + Math.random() * 450));
  await strike();
  if (keepOn) await new Promise((resolve) => setTimeout(resolve, 1500));
  stop.abort();
  await Promise.all([...work, client]);
  return new Set(
    [...notes.acknowledged]
      .filter(([name, octets]) => before.get(name) !== octets)
      .map(([name]) => name),
  );
};

describe('an acknowledged write is never lost', () => {
  it(`when the server is killed under ${WRITERS} writers, ${ROUNDS} times over`, async () => {
    const server = await program();
    running.push(server);
    const notes = ledger();
    const copy = mirror();
    await server.start();
    for (let round = 0; round < ROUNDS; round += 1) {
      const touched = await underLoad(server, notes, copy, {
        round,
        keepOn: false,
        strike: () => server.kill(),
      });
      await server.start();
      await settle(server, notes, touched);
      await agree(server, copy, notes);
    }
    expect(notes.answered).toBeGreaterThan(ROUNDS * WRITERS);
    await cleanVerify(server);
    expect(await server.stop()).toBe(0);
    await cleanVerify(server);
  }, 600_000);

  it(`when the database is killed under ${WRITERS} writers, ${ROUNDS} times over`, async () => {
    const server = await program();
    running.push(server);
    const notes = ledger();
    const copy = mirror();
    await server.start();
    for (let round = 0; round < ROUNDS; round += 1) {
      const touched = await underLoad(server, notes, copy, {
        round,
        keepOn: true,
        strike: () => server.killDatabase(),
      });
      await expect
        .poll(async () => (await fetch(`${server.origin}/readyz`)).status, { timeout: 30_000 })
        .toBe(200);
      await barrier(server, notes, round);
      await settle(server, notes, touched);
      await agree(server, copy, notes);
    }
    expect(notes.answered).toBeGreaterThan(ROUNDS * WRITERS);
    await cleanVerify(server);
    expect(await server.stop()).toBe(0);
  }, 600_000);
});
