import { expect } from 'vitest';
import type { Decider } from '../../src/domain/kernel/decision.ts';

/** What a decider made of a command, to be compared with what it should have. */
export interface Decided<Event, Rejection> {
  /** Accepted, and exactly these events; none means that nothing had to be recorded. */
  records(...events: readonly Event[]): void;
  refuses(rejection: Rejection): void;
}

/** `given(calendar, …events).when(command).records(…)`: a decision told as a sentence. */
export const given = <Command, State, Event, Rejection>(
  decider: Decider<Command, State, Event, Rejection>,
  ...history: readonly Event[]
): { when(command: Command): Decided<Event, Rejection> } => ({
  when: (command) => {
    const decision = decider.decide(command, fold(decider, history));
    return {
      records: (...events) => expect(decision).toEqual({ accepted: events }),
      refuses: (rejection) => expect(decision).toEqual({ rejected: rejection }),
    };
  },
});

/** The state some events lead to. */
export const fold = <Command, State, Event, Rejection>(
  decider: Decider<Command, State, Event, Rejection>,
  history: readonly Event[],
): State => history.reduce((state, event) => decider.evolve(state, event), decider.initial());

/** Folds commands one after the other: every event recorded, and what each command came to. */
export const run = <Command, State, Event, Rejection>(
  decider: Decider<Command, State, Event, Rejection>,
  commands: readonly Command[],
): { readonly events: readonly Event[]; readonly state: State } => {
  const events: Event[] = [];
  let state = decider.initial();
  for (const command of commands) {
    const decision = decider.decide(command, state);
    if ('rejected' in decision) continue;
    for (const event of decision.accepted) {
      events.push(event);
      state = decider.evolve(state, event);
    }
  }
  return { events, state };
};
