import type { Standing, Value, ValueType } from './value-type.ts';

/** Where a parameter may stand: S at the root only, D in `domains` too, U with each user too. */
export type Level = 'S' | 'D' | 'U';

/** One parameter: a row of the tables in `parameters/`. */
export interface Row<Read extends Value = Value, Fallback extends Read | undefined = undefined> {
  readonly level: Level;
  readonly type: ValueType<Read>;
  /** One line. */
  readonly meaning: string;
  /** What holds where nothing is set. */
  readonly fallback: Fallback;
  /** Whether this version acts on it. */
  readonly inEffect: boolean;
  /** Whether a change of it waits for the next start of the program. */
  readonly atStart: boolean;
  /** Why Daybook has no use for it, where it never will; present only on such rows. */
  readonly needless?: string;
}

interface MakeRow {
  <Read extends Value>(type: ValueType<Read>, meaning: string): Row<Read, undefined>;
  <Read extends Value>(type: ValueType<Read>, meaning: string, fallback: Read): Row<Read, Read>;
}

const rowsOf =
  (level: Level): MakeRow =>
  <Read extends Value>(type: ValueType<Read>, meaning: string, fallback?: Read) =>
    ({ level, type, meaning, fallback, inEffect: false, atStart: false }) as Row<Read, Read>;

export const system: MakeRow = rowsOf('S');
export const domain: MakeRow = rowsOf('D');
export const user: MakeRow = rowsOf('U');

/** A row that this version acts on. */
export const acting = <Read extends Value, Fallback extends Read | undefined>(
  row: Row<Read, Fallback>,
): Row<Read, Fallback> => ({ ...row, inEffect: true });

/** A row that this version acts on when it starts, and not again when the configuration is read again. */
export const starting = <Read extends Value, Fallback extends Read | undefined>(
  row: Row<Read, Fallback>,
): Row<Read, Fallback> => ({ ...row, inEffect: true, atStart: true });

/** A row that Daybook has no use for, and why. It is checked all the same, so that SOGo's file is taken as it is. */
export const needless = <Read extends Value, Fallback extends Read | undefined>(
  row: Row<Read, Fallback>,
  why: string,
): Row<Read, Fallback> => ({ ...row, needless: why });

/** What a row says of a parameter that a file sets. */
export const standingOf = ({
  inEffect,
  needless: why,
}: Pick<Row, 'inEffect' | 'needless'>): Omit<Standing, 'secret'> => ({
  inEffect,
  ...(why === undefined ? {} : { needless: why }),
});

/** Rows by name, of any types. */
export type Rows = Readonly<Record<string, Row<Value, Value | undefined>>>;
