import type { Data, Element } from '../../../domain/activesync/data.ts';
import type { FolderOptions } from '../../../domain/activesync/sync-ledger.ts';
import { dataOf, itemsNamed } from '../sync/items.ts';
import { type FolderOpening, folderOpening, usualOptions } from '../sync/opened.ts';
import { optionsFrom, readOptions } from '../sync/request.ts';
import type { Command, EasAnswer, EasRequest } from '../table.ts';
import { encodeWbxml } from '../wbxml/encode.ts';
import { type Choice, choices, fields, optional, text } from '../wbxml/read.ts';
import { heldNow } from './move-items.ts';

const tag = (name: string, value: Element['value']): Element => ({
  tag: `itemoperations:${name}`,
  value,
});

/** Statuses of ItemOperations (MS-ASCMD 2.2.3.177.8). */
const operationStatuses = {
  done: 1,
  malformed: 2,
  notFound: 6,
  noStore: 9,
  tooMany: 11,
  noAttachment: 15,
  denied: 16,
} as const;

const MOST = 100;

const readers = {
  'itemoperations:Fetch': fields({
    store: optional('itemoperations:Store', text(64)),
    folder: optional('airsync:CollectionId', text(64)),
    item: optional('airsync:ServerId', text(64)),
    longId: optional('search:LongId', text(256)),
    file: optional('airsyncbase:FileReference', text(1024)),
    options: optional('itemoperations:Options', readOptions),
  }),
  'itemoperations:EmptyFolderContents': fields({
    folder: optional('airsync:CollectionId', text(64)),
  }),
} as const;
const read = choices(readers, 1000);
type Operation = Choice<typeof readers>;
type Fetch = Extract<Operation, { tag: 'itemoperations:Fetch' }>['value'];

const failed = (name: string, status: number, rest: Data = []): Element =>
  tag(name, [tag('Status', String(status)), ...rest]);

const fetched = async (opening: FolderOpening, asked: Fetch): Promise<Element> => {
  const { store, folder = '', item = '', longId, file, options } = asked;
  if (store !== undefined && store.toLowerCase() !== 'mailbox')
    return failed('Fetch', operationStatuses.noStore);
  if (file !== undefined)
    return failed('Fetch', operationStatuses.noAttachment, [
      { tag: 'airsyncbase:FileReference', value: file },
    ]);
  const [inFolder = folder, id = item] = longId?.split(':', 2) ?? [];
  const named = [
    { tag: 'airsync:CollectionId', value: inFolder },
    { tag: 'airsync:ServerId', value: id },
  ];
  const opened = await opening.open(inFolder);
  const held = opened && (await heldNow(opened, id));
  if (opened === undefined || held === undefined)
    return failed('Fetch', operationStatuses.notFound, named);
  const found = (await itemsNamed(opened, [held.name])).get(held.name);
  const wanted: FolderOptions = (options && optionsFrom([options])) ?? usualOptions;
  const data = found && dataOf(opened, found, opened.contextFor(wanted));
  if (data === undefined) return failed('Fetch', operationStatuses.notFound, named);
  return tag('Fetch', [
    tag('Status', String(operationStatuses.done)),
    ...named,
    { tag: 'airsync:Class', value: opened.folder.itemClass },
    tag('Properties', data),
  ]);
};

const done = (
  opening: FolderOpening,
  { tag: name, value }: Operation,
): Promise<Element> | Element => {
  if (name === 'itemoperations:Fetch') return fetched(opening, value);
  // It empties the folder of deleted mails, and there is none (MS-ASCMD 2.2.3.55).
  const { folder = '' } = value;
  const isKnown = opening.ids.includes(folder);
  return failed(
    'EmptyFolderContents',
    isKnown ? operationStatuses.denied : operationStatuses.notFound,
    [{ tag: 'airsync:CollectionId', value: folder }],
  );
};

/** The same with the data of bodies as parts beside the document (MS-ASCMD 2.2.1.10.1). */
const apart = (elements: Data, parts: Uint8Array[]): Data =>
  elements.map((element) => {
    const { tag: name, value } = element;
    if (typeof value === 'string' || value instanceof Uint8Array) {
      if (name !== 'airsyncbase:Data' && name !== 'itemoperations:Data') return element;
      parts.push(typeof value === 'string' ? Buffer.from(value) : value);
      return tag('Part', String(parts.length));
    }
    return { tag: name, value: apart(value, parts) };
  });

const multipart = (document: Element): EasAnswer => {
  const parts: Uint8Array[] = [];
  const [whole = document] = apart([document], parts);
  const all = [encodeWbxml(whole), ...parts];
  const head = Buffer.alloc(4 + 8 * all.length);
  head.writeUInt32LE(all.length, 0);
  let at = head.length;
  for (const [index, { length }] of all.entries()) {
    head.writeUInt32LE(at, 4 + 8 * index);
    head.writeUInt32LE(length, 8 + 8 * index);
    at += length;
  }
  return { octets: Buffer.concat([head, ...all]), type: 'application/vnd.ms-sync.multipart' };
};

const answered = async (request: EasRequest): Promise<Element> => {
  const operations = request.read(read);
  if (operations.length === 0 || operations.length > MOST) {
    const status =
      operations.length === 0 ? operationStatuses.malformed : operationStatuses.tooMany;
    return tag('ItemOperations', [tag('Status', String(status))]);
  }
  const opening = await folderOpening(request);
  const responses: Element[] = [];
  for (const operation of operations) responses.push(await done(opening, operation));
  return tag('ItemOperations', [
    tag('Status', String(operationStatuses.done)),
    tag('Response', responses),
  ]);
};

/** Fetches items as they are. */
export const itemOperations: Command = {
  name: 'ItemOperations',
  source: 'MS-ASCMD 2.2.1.10',
  since: '12.1',
  until: '16.1',
  root: 'itemoperations:ItemOperations',
  status: 'itemoperations:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 256 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const element = await answered(request);
    return request.acceptsMultipart ? multipart(element) : { element };
  },
};
