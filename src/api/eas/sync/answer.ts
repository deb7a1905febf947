import type { Element } from '../../../domain/activesync/data.ts';
import type { AnsweredCommand } from '../../../domain/activesync/sync-ledger.ts';
import type { FolderResult } from './folder-step.ts';
import type { Told } from './scan.ts';
import { itemStatuses } from './statuses.ts';

export const tag = (name: string, value: Element['value']): Element => ({
  tag: `airsync:${name}`,
  value,
});

const written = (told: Told): Element => {
  switch (told.kind) {
    case 'add':
    case 'change':
      return tag(told.kind === 'add' ? 'Add' : 'Change', [
        tag('ServerId', told.held.id),
        tag('ApplicationData', told.data),
      ]);
    case 'delete':
      return tag('Delete', [tag('ServerId', told.id)]);
    case 'soft':
      return tag('SoftDelete', [tag('ServerId', told.id)]);
  }
};

/** Every Add is answered, and of the others those that failed (MS-ASCMD 2.2.3.153). */
const responseTo = ({ kind, client, status, held }: AnsweredCommand): readonly Element[] => {
  if (kind === 'add')
    return [
      tag('Add', [
        tag('ClientId', client),
        ...(held === undefined ? [] : [tag('ServerId', held.id)]),
        tag('Status', String(status)),
      ]),
    ];
  if (status === itemStatuses.done) return [];
  const [id = '', instance = ''] = client.split(' ');
  return [
    tag(kind === 'change' ? 'Change' : 'Delete', [
      tag('ServerId', id),
      ...(instance === '' ? [] : [{ tag: 'airsyncbase:InstanceId', value: instance }]),
      tag('Status', String(status)),
    ]),
  ];
};

/** An element around others, or none: clients stumble over empty ones. */
const around = (name: string, elements: readonly Element[]): readonly Element[] =>
  elements.length === 0 ? [] : [tag(name, elements)];

/** One folder's part of the answer, in the order that Windows wants (MS-ASCMD 2.2.3.29.2). */
export const writtenFolder = (
  asked: { readonly id: string; readonly itemClass: string | undefined; readonly key: string },
  result: FolderResult,
): Element => {
  const key = 'key' in result ? result.key : asked.key;
  const head = [
    ...(asked.itemClass === undefined ? [] : [tag('Class', asked.itemClass)]),
    tag('SyncKey', key),
    tag('CollectionId', asked.id),
    tag('Status', String(result.status)),
  ];
  if (!('told' in result)) return tag('Collection', head);
  const { told, more, answered, fetched } = result;
  return tag('Collection', [
    ...head,
    ...(more ? [tag('MoreAvailable', '')] : []),
    ...around('Commands', told.map(written)),
    ...around('Responses', [
      ...answered.flatMap(responseTo),
      ...fetched.map(({ id, data }) =>
        tag('Fetch', [
          tag('ServerId', id),
          tag('Status', String(data === undefined ? itemStatuses.gone : itemStatuses.done)),
          ...(data === undefined ? [] : [tag('ApplicationData', data)]),
        ]),
      ),
    ]),
  ]);
};
