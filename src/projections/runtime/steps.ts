import type { DomainEvent } from '../../domain/events.ts';
import type { Recorded, StreamId } from '../../domain/kernel/event-store.ts';
import type { Erased } from '../../domain/kernel/ports.ts';
import type { Opening, Projection } from '../projection.ts';
import type { Step } from './writing.ts';

/** What events, oldest first, do to each of their streams. @throws when one cannot be opened or folded. */
export const stepsOf = async <Delta>(
  projection: Projection<Delta>,
  codec: Opening,
  recorded: readonly Recorded[],
): Promise<readonly Step<Delta>[]> => {
  const events = await codec.open(recorded);
  const steps = new Map<StreamId, Step<Delta>>();
  for (const [index, one] of recorded.entries()) {
    const event: DomainEvent | Erased | undefined = events[index];
    if (event === undefined)
      throw new RangeError('the codec answered fewer events than it was given');
    const before = steps.get(one.stream)?.delta ?? projection.empty();
    const delta = projection.fold(before, event, one);
    steps.set(one.stream, { stream: one.stream, applied: one.revision, delta });
  }
  return [...steps.values()];
};
