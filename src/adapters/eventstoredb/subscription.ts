import type { AllStreamResolvedEvent, Position as LogPosition } from '@eventstore/db-client';
import { excludeSystemEvents } from '@eventstore/db-client';
import type { Position, Recorded } from '../../domain/kernel/event-store.ts';
import { BATCH, batches } from './batches.ts';
import { abortedWith, messageOf, pause, pauseBefore } from './faults.ts';
import type { ReadParts } from './reads.ts';
import { logPosition, recordedOf } from './recorded.ts';

/** How many events the server looks at before it says how far it came, when it had none to send. */
const SEARCHED_BETWEEN_CHECKPOINTS = 2_000;

/** A subscription that lived this long was no failed attempt, ms. */
const LIVED_MS = 5_000;

/**
 * Every event of ours after a position, each once, for ever. Whatever ends the server's subscription
 * (loss, a silent end, a change of leader, a refusal), a new one follows where the last event, or the
 * last checkpoint after it, left off.
 *
 * @param after `start`, or a position of this log.
 */
export async function* subscribeFrom(
  { client, patience, log }: ReadParts,
  after: Position | 'start',
  signal: AbortSignal,
): AsyncGenerator<readonly Recorded[]> {
  const { controller, release } = abortedWith(patience.closed);
  const stop = controller.signal;
  const abort = (): void => controller.abort();
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  let delivered = after;
  let resumeAt: LogPosition | 'start' = after === 'start' ? 'start' : logPosition(after);
  const advance = (to: LogPosition): void => {
    if (resumeAt === 'start' || to.commit > resumeAt.commit) resumeAt = to;
  };
  try {
    for (let retry = 1; !stop.aborted; retry += 1) {
      const began = performance.now();
      let ending = 'ended by the server';
      const subscription = client.subscribeToAll(
        {
          fromPosition: resumeAt,
          requiresLeader: true,
          filter: excludeSystemEvents({
            maxSearchWindow: SEARCHED_BETWEEN_CHECKPOINTS,
            checkpointInterval: 1,
            checkpointReached: ({ readableLength }, position) => {
              // Events before it that still wait in the client's buffer may be lost with it.
              if (readableLength === 0) advance(position);
            },
          }),
        },
        { highWaterMark: BATCH },
      );
      try {
        for await (const batch of batches<AllStreamResolvedEvent>(subscription, stop)) {
          const recorded: Recorded[] = [];
          for (const resolved of batch) {
            const event = recordedOf(resolved);
            if (event === undefined || (delivered !== 'start' && event.position <= delivered))
              continue;
            recorded.push(event);
            delivered = event.position;
          }
          if (recorded.length > 0) yield recorded;
          const seen = batch.at(-1)?.event?.position;
          if (seen !== undefined) advance({ commit: seen.commit, prepare: seen.commit });
          retry = 0;
        }
      } catch (failure) {
        ending = messageOf(failure);
      } finally {
        subscription.unsubscribe().catch(() => undefined);
      }
      if (stop.aborted) return;
      if (performance.now() - began > LIVED_MS) retry = 0;
      log({ code: 'subscription-resumed', error: ending });
      await pause(pauseBefore(Math.max(retry, 1)), stop);
    }
  } finally {
    release();
    signal.removeEventListener('abort', abort);
  }
}
