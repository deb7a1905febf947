import { pause } from '../projections/runtime/faults.ts';

interface RoundsParts<Due> {
  /** Gives back what this node had when it was killed. */
  begin(): Promise<void>;
  /** What is due now; none when there is nothing more. */
  claim(): Promise<readonly Due[]>;
  attend(one: Due): Promise<void>;
  /** Removes what was settled long ago. */
  tidy(): Promise<void>;
  trouble(error: unknown): void;
  /** Between looks, in ms. */
  readonly every: number;
}

/** Rounds between tidying up. */
const TIDY = 1000;

/** Looks for what is due, again and again, and attends to it, some at a time, until it is stopped. */
export const inRounds = <Due>(parts: RoundsParts<Due>) => {
  const { begin, claim, attend, tidy, trouble, every } = parts;
  const stop = new AbortController();
  const { signal } = stop;
  let look = new AbortController();

  const workOff = async (): Promise<void> => {
    for (;;) {
      const due = signal.aborted ? [] : await claim();
      if (due.length === 0) return;
      // One that could not be settled is claimed again when its lease has run out.
      await Promise.all(due.map((one) => attend(one).catch(trouble)));
    }
  };

  const run = async (): Promise<void> => {
    let begun = false;
    for (let round = 0; !signal.aborted; round += 1) {
      try {
        if (!begun) await begin();
        begun = true;
        look = new AbortController();
        await workOff();
        if (round % TIDY === 0) await tidy();
      } catch (error) {
        trouble(error);
      }
      await pause(every, AbortSignal.any([signal, look.signal]));
    }
  };

  const running = run();
  return {
    /** Looks now: there is something. */
    wake: (): void => look.abort(),
    /** Claims nothing more; resolves when what is under way is done. */
    stop: (): Promise<void> => {
      stop.abort();
      return running;
    },
  };
};
