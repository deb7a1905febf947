import type { Element } from '../../../domain/activesync/data.ts';
import type { ResourceName } from '../../../domain/kernel/ids.ts';
import { derivedId } from '../../derived-id.ts';
import { itemIdOf } from '../sync/item-id.ts';
import { itemsNamed } from '../sync/items.ts';
import { type FolderOpening, folderOpening, type OpenFolder } from '../sync/opened.ts';
import { deleteItem, writeItem } from '../sync/writing.ts';
import type { Command, EasRequest } from '../table.ts';
import { fields, repeated, required, text } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({ tag: `move:${name}`, value });

/** Statuses of MoveItems (MS-ASCMD 2.2.3.177.10). */
const moveStatuses = { noSource: 1, noDestination: 2, done: 3, sameFolder: 4, failed: 5 } as const;

const read = fields({
  moves: repeated(
    'move:Move',
    fields({
      item: required('move:SrcMsgId', text(64)),
      from: required('move:SrcFldId', text(64)),
      to: required('move:DstFldId', text(64)),
    }),
    1000,
  ),
});
type Move = ReturnType<typeof read>['moves'][number];

interface Moved {
  readonly status: number;
  readonly id?: string;
}

/** What a device calls an item of a folder, now or until a moment ago. */
export const heldNow = async ({ request, place }: OpenFolder, id: string) => {
  const rows = await request.parts.sync.folders(place.account, place.device, [place.folder]);
  const row = rows.get(place.folder);
  if (row === undefined) return undefined;
  for (const at of [row.sent.at, row.before?.at]) {
    if (at === undefined) continue;
    const held = (await request.parts.sync.held(place, at, [id])).get(id);
    if (held !== undefined) return held;
  }
  return undefined;
};

/**
 * Stores the item in the other folder, and deletes it here then: cut short in between it is there twice, and the same
 * request finishes. Its name there follows from where it was, so that a repetition finds it.
 */
const movedBetween = async (
  source: OpenFolder,
  target: OpenFolder,
  name: ResourceName,
): Promise<Moved> => {
  const there = derivedId('moved item', `${source.folder.stream} ${name} ${target.folder.stream}`);
  const suffix = target.folder.row.kind === 'calendar' ? 'ics' : 'vcf';
  const newName = `${there}.${suffix}` as ResourceName;
  const [item, arrived] = [
    (await itemsNamed(source, [name])).get(name),
    (await itemsNamed(target, [newName])).get(newName),
  ];
  const id = itemIdOf(newName);
  if (item === undefined)
    return arrived === undefined
      ? { status: moveStatuses.noSource }
      : { status: moveStatuses.done, id };
  const { access } = source.folder;
  if (item.member.masked === true || source.folder.isReadOnly || !access.erase)
    return { status: moveStatuses.failed };
  const written = await writeItem(target, newName, item.text, arrived);
  if (!('etag' in written)) return { status: moveStatuses.failed };
  const deleted = await deleteItem(source, name, undefined);
  return deleted === 'not-allowed'
    ? { status: moveStatuses.failed }
    : { status: moveStatuses.done, id };
};

const moved = async (opening: FolderOpening, { item, from, to }: Move): Promise<Moved> => {
  const source = await opening.open(from);
  if (source === undefined) return { status: moveStatuses.noSource };
  const target = await opening.open(to);
  if (target === undefined || target.folder.itemClass !== source.folder.itemClass)
    return { status: moveStatuses.noDestination };
  if (from === to) return { status: moveStatuses.sameFolder };
  const held = await heldNow(source, item);
  if (held === undefined) return { status: moveStatuses.noSource };
  return movedBetween(source, target, held.name);
};

const respond = async (
  request: EasRequest,
  moves: readonly Move[],
): Promise<readonly Element[]> => {
  const opening = await folderOpening(request);
  const responses: Element[] = [];
  for (const move of moves) {
    const { status, id } = await moved(opening, move);
    responses.push(
      tag('Response', [
        tag('SrcMsgId', move.item),
        tag('Status', String(status)),
        ...(id === undefined ? [] : [tag('DstMsgId', id)]),
      ]),
    );
  }
  return responses;
};

/** Moves items between folders of one class. */
export const moveItems: Command = {
  name: 'MoveItems',
  source: 'MS-ASCMD 2.2.1.12',
  since: '12.1',
  until: '16.1',
  root: 'move:MoveItems',
  status: 'move:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 512 * 1024,
  mayBeEmpty: false,
  handle: async (request) => ({
    element: tag('MoveItems', await respond(request, request.read(read).moves)),
  }),
};
