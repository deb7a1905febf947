import type { AddressFacts } from '../../../domain/addressbook/addressbook.ts';
import type { CalendarFacts } from '../../../domain/calendar/calendar.ts';
import type { DeadProperties } from '../../../domain/collection/dead-properties.ts';
import type { Origin } from '../../../domain/collection/origin.ts';
import { readCalendarObject } from '../../../domain/icalendar/calendar-object.ts';
import { componentTree, writeComponent } from '../../../domain/icalendar/component-tree.ts';
import { withOrganizerNames } from '../../../domain/icalendar/organizer.ts';
import { readJcal } from '../../../domain/icalendar/jcal-reading.ts';
import type { Uid } from '../../../domain/kernel/ids.ts';
import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import { readAddressObject } from '../../../domain/vcard/address-object.ts';
import { readJcard } from '../../../domain/vcard/jcard.ts';
import { badRequest, refuse } from '../errors.ts';
import type { DavRequest } from '../tables.ts';
import { caldav, carddav } from '../xml/names.ts';
import { bodyForm, mediaOf } from './media.ts';

/** What a PUT brought, or MOVE and COPY found, good to be stored. */
export type Submission =
  | {
      readonly kind: 'calendar';
      readonly facts: Facts & Pick<CalendarFacts, 'component' | 'classes' | 'scheduleTag'>;
    }
  | { readonly kind: 'addressbook'; readonly facts: Facts & Pick<AddressFacts, 'component'> };

interface Facts {
  readonly uid: Uid;
  readonly movedFrom?: Origin;
  readonly dead?: DeadProperties;
}

/** A submission, and what of it is stored. */
export interface Submitted {
  readonly submission: Submission;
  /** The body's own octets, or the text that its JSON stands for. */
  readonly octets: Uint8Array;
}

/**
 * Reads a PUT's body as an object of a collection of a kind: a text, which is stored as it is, or jCal or
 * jCard, whose text is.
 *
 * @throws DavError 400 for a Content-Range (RFC 9110 §14.4), 403 with the precondition of RFC 4791
 * §5.3.2.1 or RFC 6352 §6.3.2.1 that the body fails.
 */
export const submissionOf = (
  { headers, body, services: { dialect } }: Pick<DavRequest, 'headers' | 'body' | 'services'>,
  kind: CollectionKind,
): Submitted => {
  const media = mediaOf[kind];
  if (headers['content-range'] !== undefined) throw badRequest('PUT stores whole objects only.');
  const form = bodyForm(media, headers['content-type']);
  if (form === undefined)
    throw refuse(403, media.supported, {
      reason: `Only ${[...media.texts, media.json].join(', ')} in UTF-8 can be stored here.`,
    });
  const sent = decoded(body);
  if (sent === undefined) throw refuse(403, media.valid, { reason: 'The body is not UTF-8.' });
  if (form === 'text') {
    const isSogos = dialect === 'sogo' && kind === 'calendar';
    const plain = isSogos ? asSogoTakesIt(sent) : sent;
    const submission = readText(plain, kind);
    const named = isSogos ? withOrganizerNames(plain) : sent;
    return { submission, octets: named === sent ? body : Buffer.from(named) };
  }
  const reading = kind === 'calendar' ? readJcal(sent) : readJcard(sent);
  if ('invalid' in reading) throw refuse(403, media.valid, { reason: reading.invalid });
  return { submission: readText(reading.text, kind), octets: Buffer.from(reading.text) };
};

/** Some clients leave METHOD in what they store, or VERSION out; SOGo takes that. */
const asSogoTakesIt = (text: string): string => {
  const plain = withoutRepeats(text.replace(METHOD, ''));
  return /^VERSION[;:]/im.test(plain) ? plain : plain.replace(BEGIN, '$&VERSION:2.0\r\n');
};

/** Of several LAST-MODIFIED in a component, the last counts. */
const withoutRepeats = (text: string): string => {
  if ((text.match(/^LAST-MODIFIED[;:]/gim) ?? []).length < 2) return text;
  const root = componentTree(text);
  if (root === undefined) return text;
  let changed = false;
  const components = root.components.map((one) => {
    const last = one.properties.findLast(({ name }) => name === 'LAST-MODIFIED');
    const properties = one.properties.filter(
      (line) => line.name !== 'LAST-MODIFIED' || line === last,
    );
    changed ||= properties.length < one.properties.length;
    return { ...one, properties };
  });
  return changed ? writeComponent({ ...root, components }) : text;
};

const BEGIN = /^BEGIN:VCALENDAR[ \t]*\r?\n/i;
const METHOD = /^METHOD[;:][^\r\n]*(?:\r?\n[ \t][^\r\n]*)*\r?\n/im;

const readText = (text: string, kind: CollectionKind): Submission => {
  if (kind === 'calendar') {
    const reading = readCalendarObject(text);
    if ('facts' in reading) return { kind, facts: reading.facts };
    throw refuse(403, caldav(reading.condition), { reason: reading.invalid });
  }
  const reading = readAddressObject(text);
  if ('facts' in reading) return { kind, facts: reading.facts };
  throw refuse(403, carddav(reading.condition), { reason: reading.invalid });
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const decoded = (octets: Uint8Array): string | undefined => {
  try {
    return utf8.decode(octets);
  } catch {
    return undefined;
  }
};
