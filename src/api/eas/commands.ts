import { find } from './commands/find.ts';
import { folderCreate, folderDelete, folderUpdate } from './commands/folder-changes.ts';
import { folderSync } from './commands/folder-sync.ts';
import { provision } from './commands/provision.ts';
import { resolveRecipients } from './commands/resolve-recipients.ts';
import { search } from './commands/search.ts';
import { settings } from './commands/settings.ts';
import { ping } from './commands/ping.ts';
import { sync } from './commands/sync.ts';
import type { Command } from './table.ts';

/** Every command that is answered, in the order of their codes. What OPTIONS says, and 501, follow from it. */
export const commandTable: readonly Command[] = [
  sync,
  folderSync,
  folderCreate,
  folderDelete,
  folderUpdate,
  search,
  settings,
  ping,
  provision,
  resolveRecipients,
  find,
];

export const commandNamed = (name: string): Command | undefined =>
  commandTable.find((one) => one.name === name);
