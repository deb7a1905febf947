/** Something to say about a configuration; an error keeps the server from starting. */
export interface Remark {
  readonly severity: 'error' | 'warning';
  /** From 1; `undefined` where the whole file is meant. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly message: string;
}

/** A parameter and what it is worth. */
export interface Shown {
  /** `domains.acme.com.SOGoMailDomain`. */
  readonly path: string;
  /** As it would stand in the file; nothing secret in it. */
  readonly value: string;
}

/** What there is to say about a configuration file, or about none. */
export interface ConfigurationReport {
  readonly problems: readonly Remark[];
  /** In the file's order. */
  readonly settings: readonly (Shown & {
    readonly line: number;
    readonly column: number;
    readonly inEffect: boolean;
    /** Why Daybook has no use for it; absent for all others. */
    readonly needless?: string;
  })[];
  /** What this version acts on and the file does not set. */
  readonly defaults: readonly Shown[];
}
