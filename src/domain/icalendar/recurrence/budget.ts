/**
 * What an expansion may cost, so that no rule, however it is written, holds anyone up. Shared by all
 * the rules of an object; used up as it is worked with.
 */
export interface Budget {
  /** Periods and candidates looked at; some tens of nanoseconds each on a machine that is idle. */
  steps: number;
  /** Instances kept. */
  instances: number;
  /** Whether something was left out because one of the two was used up. */
  exhausted: boolean;
}

/** @param instances how many at most. */
export const newBudget = (instances = 10_000): Budget => ({
  steps: 20_000,
  instances,
  exhausted: false,
});
