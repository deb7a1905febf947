import type { Directory } from '../../domain/account/directory.ts';
import type { Daybook } from '../daybook.ts';
import type { Given } from './command.ts';
import type { ConfigurationReport } from './configuration-report.ts';

/** What a command can reach besides its arguments. */
export interface Surroundings {
  readonly version: string;
  /**
   * Opens the store as the options and the environment say, starting the embedded one if need be,
   * and waits until this node's projections have caught up with the log as it was. Only `with-directories` are the
   * user sources of the configuration open too.
   */
  open(given: Given, directories?: 'with-directories'): Promise<Daybook>;
  /** The directories of the configuration: user sources, also those whose people may not log in. */
  directories(given: Given): Promise<readonly Directory[]>;
  /** Reads and checks a configuration file; without one, what holds then. */
  inspect(file: string | undefined): Promise<ConfigurationReport>;
  /** Standard input to its end, or the first octets that are more than `most`. */
  read(most: number): Promise<Uint8Array>;
  /** One line to standard output. */
  print(line: string): void;
  /** One line to standard error, with the program's name in front. */
  complain(line: string): void;
  /** Aborts when the person or the service manager wants the command to end. */
  readonly signal: AbortSignal;
}
