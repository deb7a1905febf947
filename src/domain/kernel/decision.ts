/** What a decider answers: facts to record (possibly none), or a named refusal. Never an exception. */
export type Decision<Event, Rejection> =
  | { readonly accepted: readonly Event[] }
  | { readonly rejected: Rejection };

export const accept = <Event>(
  ...accepted: readonly Event[]
): { readonly accepted: readonly Event[] } => ({ accepted });

export const reject = <Rejection>(rejected: Rejection): { readonly rejected: Rejection } => ({
  rejected,
});

/** The three pure functions from which everything a stream may do is made. */
export interface Decider<Command, State, Event, Rejection> {
  initial(): State;
  decide(command: Command, state: State): Decision<Event, Rejection>;
  /** Owns the state it is given and may change it in place: whoever folds keeps no earlier state. */
  evolve(state: State, event: Event): State;
}
