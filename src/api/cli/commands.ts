import { accessCommands } from './access.ts';
import type { Command, Given } from './command.ts';
import { configCheckCommand } from './config.ts';
import { deviceCommands } from './device.ts';
import { directoryCommands } from './directory.ts';
import { domainCommands } from './domain.ts';
import { groupCommands } from './group.ts';
import { imipCommand } from './imip.ts';
import { jobCommands } from './jobs.ts';
import { lockCommands } from './locks.ts';
import { logCommand } from './log.ts';
import { outboxCommands } from './outbox.ts';
import { preferencesCommand } from './preferences.ts';
import { rebuildCommand } from './rebuild.ts';
import { rightsCommands } from './rights.ts';
import { reloadCommand } from './reload.ts';
import { shareLinkCommands } from './share-link.ts';
import { type Serving, serveCommand } from './serve.ts';
import type { Surroundings } from './surroundings.ts';
import { userCommands } from './user.ts';
import { verifyCommand } from './verify.ts';
import { webCalendarCommands } from './web-calendar.ts';

/** Everything `daybook` can do. `prepare` opens the store and makes the server, not listening yet. */
export const commands = (
  prepare: (given: Given) => Promise<Serving>,
): readonly Command<Surroundings>[] => [
  serveCommand(prepare),
  ...userCommands,
  ...groupCommands,
  ...accessCommands,
  ...deviceCommands,
  preferencesCommand,
  ...webCalendarCommands,
  ...outboxCommands,
  ...jobCommands,
  imipCommand,
  configCheckCommand,
  reloadCommand,
  ...domainCommands,
  ...directoryCommands,
  ...rightsCommands,
  ...lockCommands,
  ...shareLinkCommands,
  logCommand,
  verifyCommand,
  rebuildCommand,
];
