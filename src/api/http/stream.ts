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
): Promise<string | Buffer | Readable> => {
  const chunks = inChunks(pieces);
  const begun: string[] = [];
  for (let size = 0; size < WHOLE; ) {
    const next = await chunks.next();
    if (next.done === true) return begun.length < 2 ? (begun[0] ?? '') : together(begun);
    begun.push(next.value);
    size += next.value.length;
  }
  return Readable.from(resumed(begun, chunks, onBroken), { objectMode: false });
};

/** Not joined as text: V8 keeps long ones apart, and looks for them only with the whole heap. */
const together = (texts: readonly string[]): Buffer => {
  const octets = Buffer.allocUnsafe(
    texts.reduce((total, text) => total + Buffer.byteLength(text), 0),
  );
  let at = 0;
  for (const text of texts) at += octets.write(text, at);
  return octets;
};

async function* inChunks(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let text = '';
  let began = performance.now();
  for await (const piece of pieces) {
    if (performance.now() - began > TURN) {
      await setImmediate();
      began = performance.now();
    }
    text += piece;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/**
 * The chunks from those on that were read already. Not a generator: one that was never started runs no
 * `finally`, and a client gone that early would leave the rows' cursor open.
 */
const resumed = (
  begun: string[],
  chunks: AsyncGenerator<string>,
  onBroken: (error: unknown) => void,
): AsyncIterableIterator<Buffer> => {
  const done = { done: true, value: undefined } as const;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const head = begun.shift();
      if (head !== undefined) return { done: false, value: Buffer.from(head) };
      try {
        const next = await chunks.next();
        return next.done === true ? done : { done: false, value: Buffer.from(next.value) };
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
