import type { DirectoryEntry } from '../../../domain/account/directory.ts';
import type { Element } from '../../../domain/activesync/data.ts';
import { isAtLeast } from '../../../domain/activesync/version.ts';
import { availabilityOf, rangeOf } from '../availability.ts';
import { peopleFor, pictures, picturesIn } from '../people.ts';
import type { Command, EasRequest } from '../table.ts';
import { fields, integer, optional, repeated, required, text } from '../wbxml/read.ts';

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
      availability: optional(
        'resolverecipients:Availability',
        fields({
          start: required('resolverecipients:StartTime', text(32)),
          end: required('resolverecipients:EndTime', text(32)),
        }),
      ),
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

/** Digits by mail address. */
type Busy = ReadonlyMap<string, string>;

const availability = (digits: string | undefined): Element =>
  tag(
    'Availability',
    digits === undefined
      ? [tag('Status', statuses.noAvailability)]
      : [tag('Status', statuses.done), tag('MergedFreeBusy', digits)],
  );

/** What is asked of one person besides who it is. */
const besides = (
  entry: DirectoryEntry,
  options: Options | undefined,
  picture: Picture,
  busy: Busy | undefined,
): readonly Element[] => {
  const shown = picture?.(entry.photo);
  return [
    ...(busy === undefined ? [] : [availability(busy.get(entry.mails[0] ?? ''))]),
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

/** What a name came to. */
interface Resolution {
  readonly to: string;
  readonly status: string;
  readonly shown: readonly DirectoryEntry[];
  /** Whether exactly one is meant: nobody else is asked when they are busy. */
  readonly isSure: boolean;
}

const resolved = async (
  request: EasRequest,
  to: string,
  suggestions: number,
): Promise<Resolution> => {
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
  return { to, status, shown, isSure };
};

const written = (
  { to, status, shown, isSure }: Resolution,
  options: Options | undefined,
  picture: Picture,
  busy: Busy | undefined,
): Element =>
  tag('Response', [
    tag('To', to),
    tag('Status', status),
    tag('RecipientCount', String(shown.length)),
    ...shown.map((entry) =>
      tag('Recipient', [
        tag('Type', '1'),
        tag('DisplayName', entry.displayName === '' ? entry.id : entry.displayName),
        tag('EmailAddress', entry.mails[0] ?? ''),
        ...besides(entry, options, picture, isSure ? busy : undefined),
      ]),
    ),
  ]);

/** When those are busy who are meant for sure; `undefined` where nobody asks, 'malformed' where no time is named. */
const busyTimes = async (
  request: EasRequest,
  all: readonly Resolution[],
  asked: Options['availability'],
): Promise<Busy | 'malformed' | undefined> => {
  if (asked === undefined) return undefined;
  const range = rangeOf(asked.start, asked.end);
  if (range === undefined) return 'malformed';
  const mails = all.flatMap(({ isSure, shown }) => (isSure ? (shown[0]?.mails[0] ?? []) : []));
  return availabilityOf(request, [...new Set(mails)], range);
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
    const malformed = {
      element: tag('ResolveRecipients', [tag('Status', statuses.protocolError)]),
    };
    if (to.length === 0) return malformed;
    const picture = isAtLeast(request.version, '14.1')
      ? pictures(options?.pictures, request.parts.settings.picture)
      : undefined;
    const all: Resolution[] = [];
    for (const each of to)
      all.push(await resolved(request, each, options?.suggestions ?? SUGGESTED));
    const busy = await busyTimes(request, all, options?.availability);
    if (busy === 'malformed') return malformed;
    return {
      element: tag('ResolveRecipients', [
        tag('Status', statuses.done),
        ...all.map((each) => written(each, options, picture, busy)),
      ]),
    };
  },
};
