import type { Log } from './log.ts';

/** What became of reading the configuration again. */
export type Reloaded =
  | {
      readonly outcome: 'reloaded';
      /** Parameters that changed and are looked at only when the program starts. */
      readonly atStart: readonly string[];
    }
  /** Everything is as it was. */
  | { readonly outcome: 'refused'; readonly reason: string };

export type Reload = () => Promise<Reloaded>;

/** Asked of all nodes (`Nodes`). */
export const RELOAD = 'reload';

/** What a node answers to that; `undefined` for anything else, as of another version. */
export const readReloaded = (text: string): Reloaded | undefined => {
  try {
    const said = JSON.parse(text) as Partial<Record<string, unknown>> | null;
    const { outcome, reason, atStart } = said ?? {};
    if (outcome === 'refused' && typeof reason === 'string') return { outcome, reason };
    if (outcome === 'reloaded' && Array.isArray(atStart))
      return { outcome, atStart: atStart.map(String) };
    return undefined;
  } catch {
    return undefined;
  }
};

interface ReloadingParts<Settings> {
  /** Reads everything again. */
  load(): Promise<Settings>;
  /** Why it can't be used, line and column included, when that is what was thrown; else `undefined`. */
  reasonOf(error: unknown): string | undefined;
  /** Puts it in force, all at once; answers the parameters that changed and wait for the next start. */
  apply(settings: Settings): readonly string[];
  /** What it says that does not count, or not as it may be meant. */
  remarksOn(settings: Settings): {
    readonly notInEffect: readonly string[];
    readonly doubts: readonly string[];
  };
  readonly log: Log;
}

/** Reads the configuration again, one time after the other; one that can't be used changes nothing. */
export const reloading = <Settings>(parts: ReloadingParts<Settings>): Reload => {
  const { load, reasonOf, apply, remarksOn, log } = parts;

  const once = async (): Promise<Reloaded> => {
    try {
      const settings = await load();
      const atStart = apply(settings);
      const { notInEffect, doubts } = remarksOn(settings);
      for (const warning of notInEffect) log('parameter-not-in-effect', { warning });
      for (const warning of doubts) log('configuration-doubtful', { warning });
      for (const parameter of atStart) log('restart-needed', { parameter });
      log('configuration-reloaded');
      return { outcome: 'reloaded', atStart };
    } catch (error) {
      const reason = reasonOf(error);
      log('configuration-refused', { reason: reason ?? String((error as Error).name) });
      return { outcome: 'refused', reason: reason ?? 'see the log of the server' };
    }
  };

  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const mine = last.then(once);
    last = mine;
    return mine;
  };
};
