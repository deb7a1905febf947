import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { Share } from './body-room.ts';

/** A body of more octets than its method takes. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

/** Declared length of a body, `undefined` when it comes in chunks of unknown number. */
export const declaredLength = ({
  headers,
}: Pick<IncomingMessage, 'headers'>): number | undefined => {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
};

/**
 * The whole body, which takes its share of the room for bodies.
 *
 * @throws BodyTooLarge as soon as it is known: from the declared length, if there is one. TooManyBodies
 * when there is no room.
 */
export const readBody = async (
  payload: Readable,
  declared: number | undefined,
  limit: number,
  share: Share,
): Promise<Buffer> => {
  if ((declared ?? 0) > limit) throw new BodyTooLarge();
  const chunks: Buffer[] = [];
  let octets = 0;
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      octets += chunk.length;
      try {
        if (octets > limit) throw new BodyTooLarge();
        share.grow(octets);
        chunks.push(chunk);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = (): void => settle(() => resolve(Buffer.concat(chunks, octets)));
    const onError = (error: Error): void => settle(() => reject(error));
    const settle = (then: () => void): void => {
      payload.off('data', onData).off('end', onEnd).off('error', onError);
      then();
    };
    payload.on('data', onData).on('end', onEnd).on('error', onError);
  });
};

/** Whether a client went away in the middle of its request. One that was read to its end counts as destroyed too. */
export const brokeOff = ({ destroyed, complete }: IncomingMessage): boolean =>
  destroyed && !complete;

/** What is read of a body that nobody wants; whoever sends more, or slower, loses the connection. */
const DISCARD = { octets: 64 * 1024 * 1024, ms: 10_000 } as const;

/** Reads the rest of a body nobody wants; resolves when it is over, or too much. */
const discarded = (request: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    let octets = 0;
    const timer = setTimeout(resolve, DISCARD.ms).unref();
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    request.on('data', (chunk: Buffer) => {
      octets += chunk.length;
      if (octets > DISCARD.octets) done();
    });
    request.on('end', done).on('close', done).on('error', done).resume();
  });

const isOver = ({ complete, destroyed }: IncomingMessage): boolean => complete || destroyed;

/**
 * Reads the rest of a body nobody wants, while the answer goes out. Closing at once would reset the
 * connection under a client that still sends, and it would never see the answer.
 */
export const discardRest = (request: IncomingMessage): void => {
  if (isOver(request)) return;
  void discarded(request).then(() => {
    if (!isOver(request)) request.destroy();
  });
};

/**
 * The same where the answer is the connection's last (`Connection: close`, as proxies ask): Node then
 * closes as soon as the answer is out, so the answer has to wait for the rest.
 */
export const discardRestFirst = async (request: IncomingMessage): Promise<void> => {
  if (!isOver(request)) await discarded(request);
};
