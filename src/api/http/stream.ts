import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** Characters gathered before they go out. */
const CHUNK = 32 * 1024;
/** How long one answer is made, in ms, before others' requests have their turn. */
const TURN = 20;

/**
 * Pieces of text gathered into UTF-8 chunks of about 32 KB.
 *
 * Waits for the first chunk, so that whatever fails early can still be answered properly, and what
 * fits into one is sent with its length. What fails later destroys the connection: an answer that was
 * cut short must never look whole.
 */
export const gathered = async (
  pieces: AsyncIterable<string>,
  onBroken: (error: unknown) => void,
): Promise<Buffer | Readable> => {
  const chunks = inChunks(pieces);
  const first = await chunks.next();
  if (first.done === true) return Buffer.alloc(0);
  if (first.value.last) return first.value.octets;
  return Readable.from(resumed(first.value.octets, chunks, onBroken), { objectMode: false });
};

interface Chunk {
  readonly octets: Buffer;
  readonly last: boolean;
}

async function* inChunks(pieces: AsyncIterable<string>): AsyncGenerator<Chunk> {
  let parts: string[] = [];
  let size = 0;
  let began = performance.now();
  for await (const piece of pieces) {
    if (performance.now() - began > TURN) {
      await setImmediate();
      began = performance.now();
    }
    parts.push(piece);
    size += piece.length;
    if (size < CHUNK) continue;
    yield { octets: Buffer.from(parts.join('')), last: false };
    parts = [];
    size = 0;
  }
  if (size > 0) yield { octets: Buffer.from(parts.join('')), last: true };
}

/**
 * The chunks from the first one on again. Not a generator: one that was never started runs no
 * `finally`, and a client gone that early would leave the rows' cursor open.
 */
const resumed = (
  first: Buffer,
  chunks: AsyncGenerator<Chunk>,
  onBroken: (error: unknown) => void,
): AsyncIterableIterator<Buffer> => {
  let head: Buffer | undefined = first;
  const done = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      if (head !== undefined) {
        const value = head;
        head = undefined;
        return { done: false, value };
      }
      try {
        const next = await chunks.next();
        return next.done === true ? done : { done: false, value: next.value.octets };
      } catch (error) {
        onBroken(error);
        throw error;
      }
    },
    async return() {
      await chunks.return(undefined);
      return done;
    },
  };
};
