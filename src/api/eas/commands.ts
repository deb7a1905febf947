import { find } from './commands/find.ts';
import { folderCreate, folderDelete, folderUpdate } from './commands/folder-changes.ts';
import { folderSync } from './commands/folder-sync.ts';
import { provision } from './commands/provision.ts';
import { resolveRecipients } from './commands/resolve-recipients.ts';
import { search } from './commands/search.ts';
import { settings } from './commands/settings.ts';
import { getItemEstimate } from './commands/get-item-estimate.ts';
import { itemOperations } from './commands/item-operations.ts';
import { meetingResponse } from './commands/meeting-response.ts';
import { moveItems } from './commands/move-items.ts';
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
  moveItems,
  getItemEstimate,
  meetingResponse,
  search,
  settings,
  ping,
  itemOperations,
  provision,
  resolveRecipients,
  find,
];

export const commandNamed = (name: string): Command | undefined =>
  commandTable.find((one) => one.name === name);
