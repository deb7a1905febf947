import type { DirectoryEntry } from '../../../domain/account/directory.ts';
import type { Element } from '../../../domain/activesync/data.ts';
import { isAtLeast } from '../../../domain/activesync/version.ts';
import { peopleFor, pictures, picturesIn } from '../people.ts';
import type { Command, EasRequest } from '../table.ts';
import { fields, integer, optional, presence, repeated, text } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({
  tag: `resolverecipients:${name}`,
  value,
});

/** MS-ASCMD 2.2.3.182: most names that one request may resolve. */
const NAMES = 100;
/** People who are suggested for an ambiguous name where the device says no number. */
const SUGGESTED = 20;

const readRequest = fields({
  to: repeated('resolverecipients:To', text(256), NAMES),
  options: optional(
    'resolverecipients:Options',
    fields({
      certificates: optional('resolverecipients:CertificateRetrieval', integer),
      suggestions: optional('resolverecipients:MaxAmbiguousRecipients', integer),
      availability: optional('resolverecipients:Availability', presence),
      pictures: optional('resolverecipients:Picture', picturesIn('resolverecipients')),
    }),
  ),
});
type Options = NonNullable<ReturnType<typeof readRequest>['options']>;

/** MS-ASCMD 2.2.3.177.11 */
const statuses = {
  done: '1',
  ambiguous: '2',
  ambiguousCutShort: '3',
  nobody: '4',
  /** Of the request. */
  protocolError: '5',
  noCertificates: '7',
  noAvailability: '163',
};

type Picture = ReturnType<typeof pictures>;

/** What is asked of one person besides who it is. */
const besides = (
  entry: DirectoryEntry,
  options: Options | undefined,
  picture: Picture,
  isSure: boolean,
): readonly Element[] => {
  const shown = picture?.(entry.photo);
  return [
    // Who is busy when is told by CalDAV; there is no such answer here yet, and a made-up one would be worse.
    ...(options?.availability === true && isSure
      ? [tag('Availability', [tag('Status', statuses.noAvailability)])]
      : []),
    ...((options?.certificates ?? 1) > 1
      ? [
          tag('Certificates', [
            tag('Status', statuses.noCertificates),
            tag('CertificateCount', '0'),
            tag('RecipientCount', '1'),
          ]),
        ]
      : []),
    ...(shown === undefined
      ? []
      : [
          tag('Picture', [
            tag('Status', shown.status),
            ...(shown.data === undefined ? [] : [tag('Data', shown.data)]),
          ]),
        ]),
  ];
};

/** Those whom a name or an address may mean; whose address it is exactly is meant alone. */
const meant = async (
  request: EasRequest,
  to: string,
  suggestions: number,
): Promise<{ readonly entries: readonly DirectoryEntry[]; readonly total: number }> => {
  const { entries, total } = await peopleFor(request, to, {
    from: 0,
    to: Math.max(suggestions, 1) - 1,
  });
  const [exact] = entries.filter(({ mails }) =>
    mails.some((mail) => mail.toLowerCase() === to.toLowerCase()),
  );
  return exact === undefined ? { entries, total } : { entries: [exact], total: 1 };
};

const resolved = async (
  request: EasRequest,
  to: string,
  options: Options | undefined,
  picture: Picture,
): Promise<Element> => {
  const suggestions = options?.suggestions ?? SUGGESTED;
  const name = to.trim();
  const { entries, total } =
    name === '' ? { entries: [], total: 0 } : await meant(request, name, suggestions);
  const reachable = entries.filter(({ mails }) => mails.length > 0);
  const isSure = total === 1 && reachable.length === 1;
  const shown = isSure ? reachable : reachable.slice(0, suggestions);
  const status = isSure
    ? statuses.done
    : reachable.length === 0
      ? statuses.nobody
      : shown.length < total
        ? statuses.ambiguousCutShort
        : statuses.ambiguous;
  return tag('Response', [
    tag('To', to),
    tag('Status', status),
    tag('RecipientCount', String(shown.length)),
    ...shown.map((entry) =>
      tag('Recipient', [
        tag('Type', '1'),
        tag('DisplayName', entry.displayName === '' ? entry.id : entry.displayName),
        tag('EmailAddress', entry.mails[0] ?? ''),
        ...besides(entry, options, picture, isSure),
      ]),
    ),
  ]);
};

/** Whom names and addresses mean, by the global address list. */
export const resolveRecipients: Command = {
  name: 'ResolveRecipients',
  source: 'MS-ASCMD 2.2.1.15',
  since: '12.1',
  until: '16.1',
  root: 'resolverecipients:ResolveRecipients',
  status: 'resolverecipients:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 64 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const { to, options } = request.read(readRequest);
    if (to.length === 0)
      return {
        element: tag('ResolveRecipients', [tag('Status', statuses.protocolError)]),
      };
    const picture = isAtLeast(request.version, '14.1')
      ? pictures(options?.pictures, request.parts.settings.picture)
      : undefined;
    const responses: Element[] = [];
    for (const each of to) responses.push(await resolved(request, each, options, picture));
    return {
      element: tag('ResolveRecipients', [tag('Status', statuses.done), ...responses]),
    };
  },
};
