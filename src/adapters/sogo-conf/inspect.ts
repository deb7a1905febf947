import { type Checked, checkConfiguration } from './check.ts';
import { hierarchy } from './hierarchy.ts';
import { type ParameterName, parameters } from './parameters.ts';
import { type PlistDictionary, PlistError } from './plist.ts';
import { printed, redacted } from './print.ts';
import { ConfigurationError, readConfiguration } from './read-file.ts';
import { singleSignOnSettings } from './single-sign-on.ts';
import type { Value } from './value-type.ts';

interface Said {
  readonly severity: 'error' | 'warning';
  /** `undefined` where the whole file is meant. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly message: string;
}

interface Set {
  readonly path: string;
  /** As it would stand in the file; nothing secret in it. */
  readonly value: string;
  readonly line: number;
  readonly column: number;
  readonly inEffect: boolean;
  /** Why Daybook has no use for it; absent for all others. */
  readonly needless?: string;
}

/** What there is to say about a configuration file. */
export interface Inspection {
  readonly problems: readonly Said[];
  readonly settings: readonly Set[];
  /** What this version acts on and the file does not set. */
  readonly defaults: readonly { readonly path: string; readonly value: string }[];
}

const failed = (message: string, at?: { line: number; column: number }): Inspection => ({
  problems: [{ severity: 'error', line: at?.line, column: at?.column, message }],
  settings: [],
  defaults: [],
});

const empty: PlistDictionary = { kind: 'dictionary', entries: [], at: { line: 1, column: 1 } };

const show = (value: Value, secret: boolean): string => printed(redacted(value, secret));

const defaultsBeside = (checked: Checked): Inspection['defaults'] => {
  const setting = hierarchy(checked);
  const names = Object.keys(parameters) as ParameterName[];
  return names.flatMap((name) => {
    const { inEffect, type } = parameters[name];
    const value: Value | undefined = setting(name);
    const unset = inEffect && !checked.root.has(name) && name !== 'domains';
    return unset && value !== undefined ? [{ path: name, value: show(value, type.secret) }] : [];
  });
};

/** What single sign-on takes and the file does not set. */
const missing = (checked: Checked): Inspection['problems'] => {
  try {
    singleSignOnSettings(hierarchy(checked));
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return failed(error.message).problems;
    throw error;
  }
};

/**
 * Reads and checks a file, and tells everything about it but its secrets; without a file, the defaults.
 * Never throws for what is in it.
 */
export const inspectConfiguration = async (file: string | undefined): Promise<Inspection> => {
  try {
    const checked = checkConfiguration(file === undefined ? empty : await readConfiguration(file));
    return {
      problems: [
        ...checked.problems.map(({ severity, at, message }) => ({ severity, ...at, message })),
        ...missing(checked),
      ],
      settings: checked.settings.map(({ path, value, at, secret, inEffect, needless }) => ({
        path,
        value: show(value, secret),
        ...at,
        inEffect,
        ...(needless === undefined ? {} : { needless }),
      })),
      defaults: defaultsBeside(checked),
    };
  } catch (error) {
    if (error instanceof PlistError) return failed(error.reason, error.at);
    if (error instanceof ConfigurationError) return failed(error.message);
    throw error;
  }
};
