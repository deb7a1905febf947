import type { Program } from '../support/program.ts';

export const CALENDAR = '/SOGo/dav/ada/Calendar/personal/';

const body = (uid: string, summary: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20261201T100000Z\r\nSUMMARY:${summary}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

/** What must be on the server: octets, or `undefined` for an object whose deletion was acknowledged. */
type Wanted = Map<string, string | undefined>;

export interface Ledger {
  readonly acknowledged: Wanted;
  /** Requests that were never answered: either outcome is right until it has been looked at. */
  readonly inDoubt: Wanted;
  answered: number;
}

export const ledger = (): Ledger => ({ acknowledged: new Map(), inDoubt: new Map(), answered: 0 });

/**
 * A write that is acknowledged after all that were given up: appends stand in one line for the log's
 * lock, so whatever the database still had in hand of those has happened by then, or never will.
 */
export const barrier = async (server: Program, notes: Ledger, round: number): Promise<void> => {
  const name = 'barrier.ics';
  const octets = body(name, `round ${round}`);
  const headers = { 'content-type': 'text/calendar; charset=utf-8' };
  for (let status = 0; status !== 201 && status !== 204; ) {
    const answer = await server.request('PUT', `${CALENDAR}${name}`, { headers, body: octets });
    await answer.arrayBuffer();
    status = answer.status;
  }
  notes.acknowledged.set(name, octets);
};

/** What one request would make of one of this writer's own objects: new, changed or deleted. */
const choose = (writer: number, round: number, turn: number, wanted: Wanted) => {
  const mine = [...wanted].filter(
    ([name, octets]) => octets !== undefined && name.startsWith(`w${writer}-`),
  );
  const [old] = mine[(turn * 7) % Math.max(1, mine.length)] ?? [];
  if (old !== undefined && turn % 5 === 4) return { name: old, octets: undefined };
  const name = old !== undefined && turn % 3 === 2 ? old : `w${writer}-${round}-${turn}.ics`;
  return { name, octets: body(name, `round ${round} turn ${turn}`) };
};

/**
 * Writes into the calendar, one request after another, until the signal or `patience` unanswered
 * requests in a row; notes in the ledger what was acknowledged and what is in doubt.
 */
export const write = async (
  server: Program,
  notes: Ledger,
  {
    writer,
    round,
    signal,
    keepOn,
  }: { writer: number; round: number; signal: AbortSignal; keepOn: boolean },
): Promise<void> => {
  for (let turn = 0; !signal.aborted; turn += 1) {
    const { name, octets } = choose(writer, round, turn, notes.acknowledged);
    // What is in doubt is left alone: a later answer would hide what became of it.
    if (notes.inDoubt.has(name)) continue;
    try {
      const answer = await server.request(
        octets === undefined ? 'DELETE' : 'PUT',
        `${CALENDAR}${name}`,
        {
          headers: { 'content-type': 'text/calendar; charset=utf-8' },
          ...(octets === undefined ? {} : { body: octets }),
        },
      );
      await answer.arrayBuffer();
      if (answer.ok) {
        notes.acknowledged.set(name, octets);
        notes.answered += 1;
      } else if (answer.status === 503 && answer.headers.has('retry-after')) {
        notes.inDoubt.set(name, octets);
        await new Promise((resolve) => setTimeout(resolve, 20));
      } else throw new Error(`${answer.status} for ${name}`, { cause: 'answer' });
    } catch (error) {
      if ((error as Error).cause === 'answer') throw error;
      notes.inDoubt.set(name, octets);
      if (!keepOn) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
};
