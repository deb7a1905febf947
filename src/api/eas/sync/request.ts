import type { BodyPreference } from '../../../domain/activesync/item-class.ts';
import type { FolderOptions } from '../../../domain/activesync/sync-ledger.ts';
import {
  choices,
  data,
  fields,
  flag,
  integer,
  optional,
  presence,
  repeated,
  required,
  text,
} from '../wbxml/read.ts';
import type { ClientCommand } from './commands.ts';

const readBody = fields({
  type: required('airsyncbase:Type', integer),
  truncationSize: optional('airsyncbase:TruncationSize', text(20)),
  allOrNone: optional('airsyncbase:AllOrNone', flag),
  preview: optional('airsyncbase:Preview', integer),
});

/** The children of Options, here and in other commands (MS-ASCMD 2.2.3.125). */
export const readOptions = fields({
  filter: optional('airsync:FilterType', integer),
  itemClass: optional('airsync:Class', text(64)),
  conflict: optional('airsync:Conflict', integer),
  bodies: repeated('airsyncbase:BodyPreference', readBody, 16),
});
type ReadOptions = ReturnType<typeof readOptions>;

const bodyOf = ({
  type,
  truncationSize,
  allOrNone,
  preview,
}: ReadOptions['bodies'][number]): BodyPreference => {
  // Some ask for as many octets as 32 bits can say, and mean all of them.
  const most = Number(truncationSize);
  return {
    type,
    ...(truncationSize !== undefined &&
      Number.isSafeInteger(most) &&
      most >= 0 &&
      most < 2 ** 31 - 1 && { truncationSize: most }),
    ...(allOrNone !== undefined && { allOrNone }),
    ...(preview !== undefined && { preview: Math.min(preview, 255) }),
  };
};

/** What is said of a folder; what is said of short messages is not of it. */
export const optionsFrom = (blocks: readonly ReadOptions[]): FolderOptions | undefined => {
  const block = blocks.find(({ itemClass }) => itemClass !== 'SMS');
  if (block === undefined) return undefined;
  return {
    filter: block.filter ?? 0,
    clientWins: block.conflict === 0,
    bodies: block.bodies.map(bodyOf),
  };
};

/** Commands of one request for one folder. */
const MOST_COMMANDS = 1000;
/** Folders of one request. */
const MOST_FOLDERS = 200;

const readCommands = choices(
  {
    'airsync:Add': fields({
      clientId: required('airsync:ClientId', text(64)),
      data: optional('airsync:ApplicationData', data),
    }),
    'airsync:Change': fields({
      id: required('airsync:ServerId', text(64)),
      instance: optional('airsyncbase:InstanceId', text(64)),
      data: optional('airsync:ApplicationData', data),
    }),
    'airsync:Delete': fields({
      id: required('airsync:ServerId', text(64)),
      instance: optional('airsyncbase:InstanceId', text(64)),
    }),
    'airsync:Fetch': fields({ id: required('airsync:ServerId', text(64)) }),
  },
  MOST_COMMANDS,
);
type ReadCommand = ReturnType<typeof readCommands>[number];

/** Commands as they are done, and what is to be fetched. */
export const commandsFrom = (
  read: readonly ReadCommand[],
): { readonly commands: readonly ClientCommand[]; readonly fetches: readonly string[] } => ({
  commands: read.flatMap((one): ClientCommand[] => {
    switch (one.tag) {
      case 'airsync:Add':
        return [{ kind: 'add', clientId: one.value.clientId, data: one.value.data ?? [] }];
      case 'airsync:Change': {
        const { id, instance, data: said = [] } = one.value;
        return [{ kind: 'change', id, instance, data: said }];
      }
      case 'airsync:Delete':
        return [{ kind: 'delete', id: one.value.id, instance: one.value.instance }];
      case 'airsync:Fetch':
        return [];
    }
  }),
  fetches: read.flatMap((one) => (one.tag === 'airsync:Fetch' ? [one.value.id] : [])),
});

const readCollection = fields({
  itemClass: optional('airsync:Class', text(64)),
  key: optional('airsync:SyncKey', text(64)),
  id: optional('airsync:CollectionId', text(64)),
  supported: optional('airsync:Supported', data),
  getChanges: optional('airsync:GetChanges', flag),
  window: optional('airsync:WindowSize', integer),
  conversations: optional('airsync:ConversationMode', presence),
  options: repeated('airsync:Options', readOptions, 2),
  commands: optional('airsync:Commands', readCommands),
});
export type AskedCollection = ReturnType<typeof readCollection>;

/** A request of Sync (MS-ASCMD 2.2.1.21). */
export const readSync = fields({
  collections: optional(
    'airsync:Collections',
    fields({ all: repeated('airsync:Collection', readCollection, MOST_FOLDERS) }),
  ),
  wait: optional('airsync:Wait', integer),
  heartbeat: optional('airsync:HeartbeatInterval', integer),
  window: optional('airsync:WindowSize', integer),
  partial: optional('airsync:Partial', presence),
});
export type AskedSync = ReturnType<typeof readSync>;
