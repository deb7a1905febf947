import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';

/** Characters gathered before they go out, where an answer goes out in parts. */
const CHUNK = 64 * 1024;
/** Characters up to which an answer goes out as one: a stream costs as much as half a short answer. */
const WHOLE = 256 * 1024;
/** How long one answer is made, in ms, before others' requests have their turn. */
const TURN = 20;

/**
 * Pieces of text, as one where they are short, else gathered into UTF-8 chunks of about 64 KB.
 *
 * Waits for the first 256 KB, so that whatever fails early can still be answered properly, and what is no
 * longer is sent with its length. What fails later destroys the connection: an answer that was cut short
 * must never look whole.
 */
export const gathered = async (
  pieces: AsyncIterable<string>,
  onBroken: (error: unknown) => void,
): Promise<string | Readable> => {
  const chunks = inChunks(pieces);
  const first = await chunks.next();
  if (first.done === true) return '';
  if (first.value.last) return first.value.text;
  return Readable.from(resumed(octetsOf(first.value), chunks, onBroken), { objectMode: false });
};

interface Chunk {
  readonly text: string;
  readonly last: boolean;
}

const octetsOf = ({ text }: Chunk): Buffer => Buffer.from(text);

async function* inChunks(pieces: AsyncIterable<string>): AsyncGenerator<Chunk> {
  let text = '';
  let enough = WHOLE;
  let began = performance.now();
  for await (const piece of pieces) {
    if (performance.now() - began > TURN) {
      await setImmediate();
      began = performance.now();
    }
    text += piece;
    if (text.length < enough) continue;
    yield { text, last: false };
    text = '';
    enough = CHUNK;
  }
  if (text !== '') yield { text, last: true };
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
        return next.done === true ? done : { done: false, value: octetsOf(next.value) };
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
