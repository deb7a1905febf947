import type { Data } from '../../../domain/activesync/data.ts';
import type { Context } from '../../../domain/activesync/item-class.ts';
import type { HeldItem } from '../../../domain/activesync/sync-ledger.ts';
import type { ResourceName } from '../../../domain/kernel/ids.ts';
import type { Filled } from '../../../projections/collection/rows.ts';
import { withContents } from '../../dav/objects/contents.ts';
import { itemIdOf } from './item-id.ts';
import type { OpenFolder } from './opened.ts';
import { endOf } from './window.ts';

/** An item as it is, with its text. */
export interface Item {
  readonly member: Filled;
  readonly text: string;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Whether a member is one of a folder's items. */
export const isItemOf = ({ folder }: OpenFolder, component: string): boolean =>
  folder.component === undefined ? component === 'VCARD' : component === folder.component;

/** The items among some names, as whoever asks sees them. @throws ContentMissing */
export const itemsNamed = async (
  opened: OpenFolder,
  names: readonly ResourceName[],
): Promise<ReadonlyMap<ResourceName, Item>> => {
  const found = new Map<ResourceName, Item>();
  if (names.length === 0) return found;
  const { rows, folder, request } = opened;
  const snapshot = await rows.named(folder.stream, names);
  if (snapshot === undefined) return found;
  for await (const page of withContents(request.services.blobs, snapshot.members))
    for (const [member, { octets, text }] of page)
      if (isItemOf(opened, member.component))
        found.set(member.name, { member, text: text ?? utf8.decode(octets) });
  return found;
};

/** What a device has once it was told of an item. */
export const heldOf = ({ folder }: OpenFolder, { member, text }: Item): HeldItem => {
  const ends = endOf(folder.itemClass, text);
  const { name, etag } = member;
  return { id: itemIdOf(name), name, etag, ...(ends && { ends }) };
};

/** An item in the words of its class; `undefined` where it has none. */
export const dataOf = (
  { itemClass }: OpenFolder,
  { member, text }: Item,
  context: Context,
): Data | undefined => itemClass.toData(text, { ...context, masked: member.masked === true });
