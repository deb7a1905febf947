import PostalMime, { addressParser, type Attachment, type Email } from 'postal-mime';
import type { Instant } from '../../domain/kernel/ids.ts';
import type {
  ArrivedCalendar,
  ArrivedMail,
  ReadArrivedMail,
} from '../../domain/scheduling/arrived.ts';

/** Octets of a mail, with all that is attached to it. */
const LARGEST = 25_000_000;
/** Parts within parts. */
const DEPTH = 20;
/** Octets of all headers together. */
const HEADERS = 500_000;
/** Calendars of one mail; Exchange and Google send the same one twice. */
const CALENDARS = 10;
/** Authentication-Results that are looked at. */
const RESULTS = 20;
/** Addresses of a header that are looked at. */
const ADDRESSES = 1_000;

/** Reads mails with postal-mime; what is attached as a whole mail is not looked into. */
export const readArrivedMail: ReadArrivedMail = async (octets) => {
  if (octets.length > LARGEST) return { trouble: 'too-large' };
  try {
    const email = await PostalMime.parse(octets, {
      forceRfc822Attachments: true,
      attachmentEncoding: 'arraybuffer',
      maxNestingDepth: DEPTH,
      maxHeadersSize: HEADERS,
    });
    return email.headers.length === 0 ? { trouble: 'unreadable' } : arrived(email);
  } catch {
    return { trouble: 'unreadable' };
  }
};

const arrived = (email: Email): ArrivedMail => {
  const all = (name: string): readonly string[] =>
    email.headers.flatMap(({ key, value }) => (key === name ? [value] : []));
  const people = (...names: readonly string[]): readonly string[] =>
    names
      .flatMap(all)
      .flatMap((value) => addressParser(value, { flatten: true }))
      .flatMap(({ address }) => (address ? [address] : []))
      .slice(0, ADDRESSES);
  const [autoSubmitted] = all('auto-submitted');
  const [type = ''] = all('content-type');
  const date = Date.parse(email.date ?? '');
  const [messageId] = all('message-id');
  return {
    from: people('from'),
    deliveredTo: people('delivered-to', 'x-original-to'),
    addressed: people('to', 'cc'),
    ...(messageId === undefined ? {} : { messageId: messageId.trim().slice(0, 1_000) }),
    ...(Number.isNaN(date) ? {} : { date: new Date(date).toISOString() as Instant }),
    ...(autoSubmitted === undefined
      ? {}
      : { autoSubmitted: /^[\w-]*/.exec(autoSubmitted.trim().toLowerCase())?.[0] ?? '' }),
    loops: all('x-loop'),
    hops: all('received').length,
    authentication: all('authentication-results').slice(0, RESULTS),
    isReport: /^\s*multipart\/report\b/i.test(type),
    calendars: calendarsIn(email.attachments),
  };
};

const isCalendar = ({ mimeType, filename }: Attachment): boolean =>
  mimeType === 'text/calendar' ||
  mimeType === 'application/ics' ||
  (/\.ics$/i.test(filename ?? '') &&
    (mimeType === 'application/octet-stream' || mimeType === 'text/plain'));

/** The same text once; what stands in the mail's body before what is attached to it. */
const calendarsIn = (attachments: readonly Attachment[]): readonly ArrivedCalendar[] => {
  const found = new Map<string, ArrivedCalendar>();
  const isBody = ({ method }: Attachment): number => (method === undefined ? 1 : 0);
  for (const part of attachments.filter(isCalendar).toSorted((a, b) => isBody(a) - isBody(b))) {
    const text = textOf(part);
    const key = text.replaceAll(/\r?\n/g, '\n').trim();
    if (found.size === CALENDARS || found.has(key)) continue;
    found.set(key, { text, ...(part.method === undefined ? {} : { method: part.method }) });
  }
  return [...found.values()];
};

const utf8 = new TextDecoder();

const textOf = ({ content }: Attachment): string =>
  typeof content === 'string' ? content : utf8.decode(content);
