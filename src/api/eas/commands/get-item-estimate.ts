import type { Element } from '../../../domain/activesync/data.ts';
import { baseOf, countFor } from '../sync/folder-step.ts';
import { folderOpening } from '../sync/opened.ts';
import { optionsFrom, readOptions } from '../sync/request.ts';
import type { Command } from '../table.ts';
import { fields, integer, optional, repeated, required, text } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({
  tag: `getitemestimate:${name}`,
  value,
});

/** Statuses of GetItemEstimate (MS-ASCMD 2.2.3.177.7). */
const estimateStatuses = { done: 1, noFolder: 2, notBegun: 3, wrongKey: 4 } as const;

const read = fields({
  collections: required(
    'getitemestimate:Collections',
    fields({
      all: repeated(
        'getitemestimate:Collection',
        fields({
          id: required('getitemestimate:CollectionId', text(64)),
          key: optional('airsync:SyncKey', text(64)),
          filter: optional('airsync:FilterType', integer),
          options: repeated('airsync:Options', readOptions, 2),
        }),
        1000,
      ),
    }),
  ),
});
type Asked = ReturnType<typeof read>['collections']['all'][number];

const response = (id: string, status: number, estimate?: number): Element =>
  tag('Response', [
    tag('Status', String(status)),
    tag('Collection', [
      tag('CollectionId', id),
      ...(estimate === undefined ? [] : [tag('Estimate', String(estimate))]),
    ]),
  ]);

/** How many changes Sync would tell with a key, exactly. No key is used up. */
export const getItemEstimate: Command = {
  name: 'GetItemEstimate',
  source: 'MS-ASCMD 2.2.1.9',
  since: '12.1',
  until: '16.1',
  root: 'getitemestimate:GetItemEstimate',
  status: 'getitemestimate:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 256 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const { parts, principal, device } = request;
    const asked = request.read(read).collections.all;
    const opening = await folderOpening(request);
    const rows = await parts.sync.folders(
      principal.account,
      device.id,
      asked.map(({ id }) => id),
    );
    const estimated = async ({ id, key, filter, options }: Asked): Promise<Element> => {
      const opened = await opening.open(id);
      if (opened === undefined) return response(id, estimateStatuses.noFolder);
      if (key === undefined || key === '0') return response(id, estimateStatuses.notBegun);
      const base = baseOf(rows.get(id), key);
      if (base === undefined || base.row.view !== opened.view)
        return response(id, estimateStatuses.wrongKey);
      const said =
        optionsFrom(options) ??
        (filter === undefined ? undefined : { ...base.row.options, filter });
      return response(id, estimateStatuses.done, await countFor(opened, base, Infinity, said));
    };
    const responses: Element[] = [];
    for (const one of asked) responses.push(await estimated(one));
    return { element: tag('GetItemEstimate', responses) };
  },
};
