import type { Schema } from './schema.ts';

/** One schema for each type of a union of events: a type without one does not compile. */
export type Schemas<Event extends { readonly type: string }> = {
  readonly [Type in Event['type']]: Schema<Extract<Event, { readonly type: Type }>>;
};
