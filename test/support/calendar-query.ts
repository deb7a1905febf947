import { caldav } from '../../src/api/dav/xml/names.ts';
import type { Answered, DavServer } from './dav.ts';
import { responsesOf, valueOf } from './multistatus.ts';
import { XML } from './objects.ts';

/** A calendar report's body: `what` goes into `DAV:prop`. */
export const reportBody = (report: string, what: string, more: string): string =>
  `<C:${report} xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/>${what}</D:prop>${more}</C:${report}>`;

/** `comp-filter`s within each other, the innermost with some content. */
export const filterOf = (content: string, ...names: readonly string[]): string =>
  `<C:filter>${['VCALENDAR', ...names].reduceRight(
    (inner, name) => `<C:comp-filter name="${name}">${inner}</C:comp-filter>`,
    content,
  )}</C:filter>`;

export const rangeElement = (name: string, start: string, end: string): string =>
  `<C:${name} start="${start}" end="${end}"/>`;

/** Sends a REPORT with Depth 1. */
export const sendReport = (
  { send }: Pick<DavServer, 'send'>,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> => send('REPORT', path, { headers: { ...XML, depth: '1', ...headers }, body });

/** Calendar data by the last segment of the href. */
export const dataOf = (answered: Answered): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    [...responsesOf(answered)].map(([href, response]) => [
      href.slice(href.lastIndexOf('/') + 1),
      valueOf(response, caldav('calendar-data')),
    ]),
  );
