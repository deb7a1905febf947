/** A statement with what stands for its placeholders, in their order. */
export interface Question {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** One row: columns by name. */
export type Row = Readonly<Record<string, unknown>>;

/** How one kind of database writes what others write otherwise. Expressions in, expressions out. */
export interface Dialect {
  identifier(name: string): string;
  /** The placeholder of a statement's nth value, counted from 1. */
  placeholder(index: number): string;
  text(expression: string): string;
  /** A text that is compared and grouped octet by octet. */
  exact(expression: string): string;
  /** LIKE without regard to case, with `|` as its escape. */
  like(expression: string, placeholder: string): string;
  /** Whether the value is one of the expression's words, which white space parts. */
  hasWord(expression: string, placeholder: string): string;
  /** What to select for a whole row of `entry`. */
  readonly wholeRow: string;
}

/** What a source's people are read from. Whatever it throws means that nobody can tell now. */
export interface Database {
  readonly dialect: Dialect;
  /** Rows; never with c_password in a whole one. */
  ask(question: Question): Promise<readonly Row[]>;
  /**
   * Those of a table's columns whose own comparison finds whatever `lower` and octets do, and more: asked for
   * first, they let an index be used. Absent where an index can be on `lower` itself.
   */
  looseColumns?(table: string, columns: readonly string[]): Promise<ReadonlySet<string>>;
  /** How many rows were changed, or why none may be. */
  change(question: Question): Promise<number | 'not-allowed' | 'refused'>;
  close(): Promise<void>;
}

/** Bounds on every database, in ms. */
export const CONNECT_PATIENCE = 3_000;
export const QUERY_PATIENCE = 5_000;
/** Connections at once. */
export const CONNECTIONS = 4;

/** Puts a statement together: `value` is a placeholder in its text. Call it in the order of the text. */
export const asking = (
  dialect: Dialect,
  text: (value: (each: unknown) => string) => string,
): Question => {
  const values: unknown[] = [];
  const value = (each: unknown): string => {
    values.push(each);
    return dialect.placeholder(values.length);
  };
  return { text: text(value), values };
};
