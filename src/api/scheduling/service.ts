import type { SchedulingPeople } from './people.ts';
import type { Plan, Wish } from './planning.ts';
import type { Recent } from './watching.ts';

/** What protocols ask of scheduling (RFC 6638). */
export interface Scheduling {
  readonly people: SchedulingPeople;
  /** What becomes of a wish, before it is stored. */
  plan(wish: Wish): Promise<Plan>;
  /** Tells others of what was just recorded: people here before this answers, if that takes no longer than two seconds. */
  changed(recent: Recent): Promise<void>;
}
