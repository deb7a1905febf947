import type { Element } from '../../../domain/activesync/data.ts';
import { isAtLeast } from '../../../domain/activesync/version.ts';
import { peopleFor, pictures, picturesIn, properties, rangeFrom } from '../people.ts';
import type { Command, EasRequest } from '../table.ts';
import { fields, optional, ownText, required, text } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({ tag: `search:${name}`, value });

const readRequest = fields({
  store: required(
    'search:Store',
    fields({
      name: required('search:Name', text(32)),
      query: optional('search:Query', ownText),
      options: optional(
        'search:Options',
        fields({
          range: optional('search:Range', text(16)),
          pictures: optional('search:Picture', picturesIn('search')),
        }),
      ),
    }),
  ),
});
type Asked = ReturnType<typeof readRequest>['store'];

/** MS-ASCMD 2.2.3.177.12 */
const statuses = { done: '1', badQuery: '2', pastTheEnd: '12' };

/** Nothing found is one result without anything, as Exchange has it. */
const nothing = [tag('Status', statuses.done), tag('Result', '')];

const inAddressList = async (
  request: EasRequest,
  { query = '', options }: Asked,
): Promise<readonly Element[]> => {
  const wanted = query.trim();
  if (wanted === '') return [tag('Status', statuses.badQuery)];
  const found = await peopleFor(request, wanted, rangeFrom(options?.range));
  if (found.total === 0) return nothing;
  if (found.from >= found.total) return [tag('Status', statuses.pastTheEnd)];
  const picture = isAtLeast(request.version, '14.1')
    ? pictures(options?.pictures, request.parts.settings.picture)
    : undefined;
  const results = found.entries.map((entry) => {
    const { status, data } = picture?.(entry.photo) ?? {};
    const shown: Element[] =
      status === undefined
        ? []
        : [
            {
              tag: 'gal:Picture',
              value: [
                { tag: 'gal:Status', value: status },
                ...(data === undefined ? [] : [{ tag: 'gal:Data', value: data }]),
              ],
            },
          ];
    return tag('Result', [tag('Properties', [...properties(entry), ...shown])]);
  });
  const last = found.from + Math.max(found.entries.length, 1) - 1;
  return [
    tag('Status', statuses.done),
    ...(results.length === 0 ? [tag('Result', '')] : results),
    tag('Range', `${found.from}-${last}`),
    tag('Total', String(found.total)),
  ];
};

/** Looks for people in the global address list; where there is no mail, none is found. */
export const search: Command = {
  name: 'Search',
  source: 'MS-ASCMD 2.2.1.16',
  since: '12.1',
  until: '16.1',
  root: 'search:Search',
  status: 'search:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 16 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const { store } = request.read(readRequest);
    const answers: Readonly<Record<string, () => Promise<readonly Element[]>>> = {
      gal: () => inAddressList(request, store),
      mailbox: async () => nothing,
    };
    const answer = answers[store.name.toLowerCase()];
    const said = answer === undefined ? [tag('Status', statuses.badQuery)] : await answer();
    return {
      element: tag('Search', [tag('Status', statuses.done), tag('Response', [tag('Store', said)])]),
    };
  },
};
