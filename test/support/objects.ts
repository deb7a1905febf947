import { type Name, namespaces, splitName } from '../../src/api/dav/xml/names.ts';

/** alice's personal calendar and address book. */
export const CALENDAR = '/SOGo/dav/alice/Calendar/personal/';
export const CONTACTS = '/SOGo/dav/alice/Contacts/personal/';

export const ICALENDAR = { 'content-type': 'text/calendar; charset=utf-8' } as const;
export const VCARD = { 'content-type': 'text/vcard; charset=utf-8' } as const;
export const XML = { 'content-type': 'application/xml; charset=utf-8' } as const;

const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n`;

/** A calendar object with one event; `more` are further lines of it. */
export const eventText = (uid: string, ...more: readonly string[]): string =>
  lines(
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Test//EN',
    'BEGIN:VEVENT',
    `UID:${uid}`,
    'DTSTAMP:20260101T000000Z',
    'DTSTART:20260105T090000Z',
    ...more,
    'END:VEVENT',
    'END:VCALENDAR',
  );

export const taskText = (uid: string): string => eventText(uid).replaceAll('VEVENT', 'VTODO');

/** An address object; `more` are further lines of it. */
export const cardText = (uid: string, ...more: readonly string[]): string =>
  lines(
    'BEGIN:VCARD',
    'VERSION:3.0',
    `UID:${uid}`,
    'FN:Jane Doe',
    'N:Doe;Jane;;;',
    ...more,
    'END:VCARD',
  );

const prop = (names: readonly Name[]): string =>
  `<D:prop>${names
    .map((name) => {
      const [space, local] = splitName(name);
      return `<${local} xmlns="${space}"/>`;
    })
    .join('')}</D:prop>`;

export interface SyncOptions {
  readonly limit?: string | number;
  readonly level?: string;
  readonly props?: readonly Name[];
}

/** `DAV:sync-collection` (RFC 6578 §6.1). */
export const syncBody = (
  token: string,
  { limit, level = '1', props = ['{DAV:}getetag'] }: SyncOptions = {},
): string =>
  `<D:sync-collection xmlns:D="DAV:"><D:sync-token>${token}</D:sync-token><D:sync-level>${level}</D:sync-level>${
    limit === undefined ? '' : `<D:limit><D:nresults>${limit}</D:nresults></D:limit>`
  }${prop(props)}</D:sync-collection>`;

/** `calendar-multiget` or `addressbook-multiget`. */
export const multigetBody = (
  kind: 'calendar' | 'addressbook',
  hrefs: readonly string[],
  props: readonly Name[] = ['{DAV:}getetag'],
): string => {
  const space = kind === 'calendar' ? namespaces.caldav : namespaces.carddav;
  return `<C:${kind}-multiget xmlns:C="${space}" xmlns:D="DAV:">${prop(props)}${hrefs
    .map((href) => `<D:href>${href.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</D:href>`)
    .join('')}</C:${kind}-multiget>`;
};
