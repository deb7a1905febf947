import { type ContentLine, unescapeText } from '../../icalendar/content-lines.ts';
import { escapeText } from '../../icalendar/writing.ts';
import { clean, cleanLine, maybe, textIn } from '../elements.ts';
import { line, type Lines } from '../properties.ts';
import {
  type CardField,
  type CardView,
  preferenceOf,
  replacing,
  typesOf,
  without,
} from './view.ts';

/** Several elements for several properties of a kind, in order. Those that have no element stay as they are. */
interface Slots {
  readonly tags: readonly string[];
  /** The properties, in the order in which they are told. */
  linesIn(lines: Lines): Lines;
  shown(line: ContentLine): string;
  /** A property with another value. */
  edited(line: ContentLine, text: string): ContentLine;
  made(text: string, view: CardView): ContentLine;
  /** What a client's text means; '' for nothing. */
  meant?(text: string): string;
}

const slotsField = ({ tags, linesIn, shown, edited, made, meant }: Slots): CardField => ({
  tags,
  omitted: 'cleared',
  read: (lines) => {
    const found = linesIn(lines);
    return tags.flatMap((tag, at) => {
      const slot = found[at];
      const text = slot === undefined ? '' : clean(shown(slot));
      return text === '' ? [] : maybe(tag, text);
    });
  },
  write(lines, data, view) {
    const found = linesIn(lines);
    const changes = new Map<ContentLine, ContentLine | undefined>();
    const added: ContentLine[] = [];
    tags.forEach((tag, at) => {
      const slot = found[at];
      const said = cleanLine(textIn(data, tag) ?? '').trim();
      const text = meant === undefined ? said : meant(said);
      if (slot === undefined) {
        if (text !== '') added.push(made(text, view));
      } else if (text !== clean(shown(slot)))
        changes.set(slot, text === '' ? undefined : edited(slot, text));
    });
    return changes.size + added.length === 0 ? lines : replacing(lines, changes, added);
  },
});

const byPreference = (lines: Lines): Lines =>
  lines.length < 2
    ? lines
    : lines.toSorted((one, other) => preferenceOf(one) - preferenceOf(other));

const withText = (slot: ContentLine, text: string): ContentLine => ({
  ...slot,
  value: escapeText(text),
});

const textOf = ({ value }: ContentLine): string => unescapeText(value).trim();

/** `"Name" <addr>` and `addr` alike. */
const bareAddress = (text: string): string => /<([^<>]*)>\s*$/.exec(text)?.[1]?.trim() ?? text;

const mails = slotsField({
  tags: ['contacts:Email1Address', 'contacts:Email2Address', 'contacts:Email3Address'],
  linesIn: (lines) => byPreference(lines.filter(({ name }) => name === 'EMAIL')),
  shown: textOf,
  edited: withText,
  made: (text, { isFour }) => line('EMAIL', escapeText(text), isFour ? {} : { TYPE: 'INTERNET' }),
  meant: bareAddress,
});

/** What a phone is for: the first of these that one of its TYPEs says. */
const kinds: readonly (readonly [kind: string, ...types: readonly string[]])[] = [
  ['fax', 'fax'],
  ['pager', 'pager'],
  ['car', 'car'],
  ['radio', 'x-radio'],
  ['assistant', 'x-assistant', 'x-evolution-assistant'],
  ['company', 'x-company', 'x-evolution-company'],
  ['mms', 'x-mms'],
  ['cell', 'cell', 'mobile', 'iphone'],
  ['home', 'home'],
];

const kindOf = (phone: ContentLine): string => {
  const types = typesOf(phone);
  const [kind = 'work'] = kinds.find(([, ...names]) => names.some((name) => types.has(name))) ?? [];
  return kind === 'fax' && types.has('home') ? 'home fax' : kind;
};

const phones = (
  kind: string,
  type: { readonly three: string; readonly four: string },
  ...tags: readonly string[]
): CardField =>
  slotsField({
    tags,
    linesIn: (lines) => lines.filter((one) => one.name === 'TEL' && kindOf(one) === kind),
    shown: (phone) => textOf(phone).replace(/^tel:/i, ''),
    // A number of vCard 4.0 may be a URI; what people write is a text.
    edited: (phone, text) => withText(without(phone, 'VALUE'), text),
    made: (text, { isFour }) => ({
      ...line('TEL', escapeText(text)),
      parameters: `;TYPE=${isFour ? type.four : type.three}`,
    }),
  });

const typed = (three: string, four = three.toLowerCase()) => ({ three, four });

/** Notations of vCard 3.0 beside IMPP, each a service of its own. */
const messengers: ReadonlySet<string> = new Set([
  'IMPP',
  'X-AIM',
  'X-GADUGADU',
  'X-GOOGLE-TALK',
  'X-GROUPWISE',
  'X-ICQ',
  'X-JABBER',
  'X-MSN',
  'X-SKYPE',
  'X-SKYPE-USERNAME',
  'X-YAHOO',
]);

const hasScheme = (text: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(text);

const messages = slotsField({
  tags: ['contacts2:IMAddress', 'contacts2:IMAddress2', 'contacts2:IMAddress3'],
  linesIn: (lines) => lines.filter(({ name }) => messengers.has(name)),
  shown: (one) => (one.name === 'IMPP' ? one.value.trim().replace(/^im:/i, '') : textOf(one)),
  edited: (one, text) =>
    one.name === 'IMPP' ? { ...one, value: uriOf(text, one.value) } : withText(one, text),
  made: (text) => line('IMPP', uriOf(text, 'im:')),
});

/** RFC 4770 §1: a URI; what has no scheme is of the service that it was of before. */
const uriOf = (text: string, before: string): string =>
  hasScheme(text) ? text : `${/^[a-z][a-z0-9+.-]*:/i.exec(before)?.[0] ?? 'im:'}${text}`;

const pages = slotsField({
  tags: ['contacts:WebPage'],
  linesIn: (lines) => {
    const all = lines.filter(({ name }) => name === 'URL');
    return [...all.filter((one) => typesOf(one).has('work')), ...all].slice(0, 1);
  },
  shown: textOf,
  edited: (page, text) => ({ ...page, value: text }),
  made: (text, { isFour }) => line('URL', text, { TYPE: isFour ? 'work' : 'WORK' }),
});

/** Mail addresses, phones, chat and web. */
export const slotFields: readonly CardField[] = [
  mails,
  phones(
    'work',
    typed('WORK,VOICE', 'work,voice'),
    'contacts:BusinessPhoneNumber',
    'contacts:Business2PhoneNumber',
  ),
  phones(
    'home',
    typed('HOME,VOICE', 'home,voice'),
    'contacts:HomePhoneNumber',
    'contacts:Home2PhoneNumber',
  ),
  phones('cell', typed('CELL'), 'contacts:MobilePhoneNumber'),
  phones('fax', typed('WORK,FAX'), 'contacts:BusinessFaxNumber'),
  phones('home fax', typed('HOME,FAX'), 'contacts:HomeFaxNumber'),
  phones('pager', typed('PAGER'), 'contacts:PagerNumber'),
  phones('car', typed('CAR'), 'contacts:CarPhoneNumber'),
  phones('radio', typed('X-RADIO'), 'contacts:RadioPhoneNumber'),
  phones('assistant', typed('X-ASSISTANT'), 'contacts:AssistantPhoneNumber'),
  phones('company', typed('X-COMPANY'), 'contacts2:CompanyMainPhone'),
  phones('mms', typed('X-MMS'), 'contacts2:MMS'),
  messages,
  pages,
];
