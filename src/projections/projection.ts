import type { DomainEvent } from '../domain/events.ts';
import type { Recorded, StreamId } from '../domain/kernel/event-store.ts';
import type { Erased, EventCodec } from '../domain/kernel/ports.ts';
import { type Category, splitStream } from '../domain/kernel/streams.ts';

/** Also the name of the PostgreSQL schema that holds its tables. */
export type ProjectionName = 'collection' | 'home' | 'account';

/** What reading needs of the codec. */
export type Opening = Pick<EventCodec<DomainEvent>, 'open'>;

/**
 * How events become rows, as a value. `Delta` is what some consecutive events of one stream do to its
 * rows, whatever these were before: the runtime writes it to the tables, a reader that cannot wait for
 * the runtime lays it over the rows it read.
 */
export interface Projection<Delta> {
  readonly name: ProjectionName;
  /** Raised whenever the same events would give other rows or tables: both are then rebuilt at start. */
  readonly version: number;
  readonly categories: readonly Category[];
  /** What no events do. */
  empty(): Delta;
  /** Adds the stream's next event. Owns the delta it is given and may change it in place. */
  fold(delta: Delta, event: DomainEvent | Erased, recorded: Recorded): Delta;
}

/** Whether events of the stream change this projection's rows. */
export const handles = (projection: Pick<Projection<never>, 'categories'>, stream: StreamId) => {
  const [category] = splitStream(stream);
  return projection.categories.some((one) => one === category);
};
