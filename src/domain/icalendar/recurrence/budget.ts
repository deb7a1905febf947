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

/** What all the objects of one request may cost together; used up object by object. */
export interface Allowance {
  steps: number;
}

/** By default for some hundred thousand objects as people have them: some seconds of the worst there can be. */
export const newAllowance = (steps = 20_000_000): Allowance => ({ steps });

export const isSpent = ({ steps }: Allowance): boolean => steps <= 0;

/** Does some work within a budget, whose cost the allowance pays. */
export const paidBy = <Result>(
  allowance: Allowance,
  budget: Budget,
  work: (budget: Budget) => Result,
): Result => {
  const { steps } = budget;
  const result = work(budget);
  allowance.steps -= steps - budget.steps;
  return result;
};
