import { EventEmitter } from 'node:events';

/** One event as the double keeps it. */
export interface Logged {
  readonly stream: string;
  readonly revision: bigint;
  /** Commit and prepare position at once, as for every event written through gRPC. */
  readonly position: bigint;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export type Proposed = Pick<Logged, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

export type AppendAnswer =
  | { readonly last: Logged }
  /** Last revision, or -1n for a stream that does not exist. */
  | { readonly current: bigint };

export interface Log {
  readonly all: readonly Logged[];
  readonly grown: EventEmitter;
  stream(name: string): readonly Logged[];
  /** @param expected the stream's last revision, -1n for none. */
  append(name: string, expected: bigint, events: readonly Proposed[]): AppendAnswer;
}

/**
 * The log, and the server's rule for an append at an exact revision (IndexWriter.CheckCommit, 23.10):
 * behind the head it is a repeat when all its ids stand in their places, whatever follows them, and a
 * conflict otherwise; ahead of the head it is a conflict.
 */
export const emptyLog = (): Log => {
  const all: Logged[] = [];
  const streams = new Map<string, Logged[]>();
  const grown = new EventEmitter().setMaxListeners(0);
  let position = 0n;
  return {
    all,
    grown,
    stream: (name) => streams.get(name) ?? [],
    append: (name, expected, events) => {
      const stream = streams.get(name) ?? [];
      const current = BigInt(stream.length - 1);
      if (expected > current) return { current };
      if (expected < current) {
        const there = stream.slice(Number(expected + 1n)).slice(0, events.length);
        const last = there.at(-1);
        const repeated = events.every(({ id }, index) => there[index]?.id === id);
        return repeated && last !== undefined ? { last } : { current };
      }
      streams.set(name, stream);
      for (const event of events) {
        const logged = { ...event, stream: name, revision: BigInt(stream.length), position };
        // Positions are offsets into a file: they grow by the size of what is written.
        position += BigInt(150 + event.data.length + event.metadata.length);
        stream.push(logged);
        all.push(logged);
      }
      grown.emit('grown');
      const last = stream.at(-1);
      return last === undefined ? { current } : { last };
    },
  };
};
