import type { Element } from '../../../domain/activesync/data.ts';
import { peopleFor, pictures, picturesIn, properties, rangeFrom } from '../people.ts';
import type { Command, EasRequest } from '../table.ts';
import { fields, optional, ownText, presence, required, text } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({ tag: `find:${name}`, value });

const readPeople = fields({
  query: required('find:Query', ownText),
  options: optional(
    'find:Options',
    fields({
      range: optional('find:Range', text(16)),
      pictures: optional('find:Picture', picturesIn('find')),
    }),
  ),
});

const readRequest = fields({
  searchId: required('find:SearchId', text(64)),
  execute: required(
    'find:ExecuteSearch',
    fields({
      people: optional('find:GalSearchCriterion', readPeople),
      mail: optional('find:MailBoxSearchCriterion', presence),
    }),
  ),
});

/** MS-ASCMD 2.2.3.177.4 */
const statuses = { done: '1', invalid: '2', badRange: '4' };

const answer = (status: string, ...rest: readonly Element[]) => ({
  element: tag('Find', [tag('Status', status), ...rest]),
});

const response = (store: string, ...rest: readonly Element[]) =>
  answer(
    statuses.done,
    tag('Response', [
      { tag: 'itemoperations:Store', value: store },
      tag('Status', statuses.done),
      ...rest,
    ]),
  );

const people = async (request: EasRequest, asked: ReturnType<typeof readPeople>) => {
  const wanted = asked.query.trim();
  if (wanted === '') return answer(statuses.invalid);
  const range = rangeFrom(asked.options?.range);
  if (range.from !== 0) return answer(statuses.badRange);
  const found = await peopleFor(request, wanted, range);
  const picture = pictures(asked.options?.pictures, request.parts.settings.picture);
  const results = found.entries.map((entry) => {
    const { status, data } = picture?.(entry.photo) ?? {};
    const shown =
      status === undefined
        ? []
        : [
            tag('Picture', [
              tag('Status', status),
              ...(data === undefined ? [] : [{ tag: 'gal:Data', value: data }]),
            ]),
          ];
    return tag('Result', [tag('Properties', [...properties(entry), ...shown])]);
  });
  const shownRange =
    found.entries.length === 0 ? [] : [tag('Range', `0-${found.entries.length - 1}`)];
  return response('GAL', ...results, ...shownRange, tag('Total', String(found.total)));
};

/** Looks for people as version 16.1 asks; where there is no mail, none is found. */
export const find: Command = {
  name: 'Find',
  source: 'MS-ASCMD 2.2.1.4',
  since: '16.1',
  until: '16.1',
  root: 'find:Find',
  status: 'find:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 16 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const { execute } = request.read(readRequest);
    if (execute.people !== undefined) return people(request, execute.people);
    return execute.mail === undefined
      ? answer(statuses.invalid)
      : response('Mailbox', tag('Total', '0'));
  },
};
