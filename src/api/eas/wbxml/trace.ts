import { EasRefusal } from '../errors.ts';
import { decodeWbxml } from './decode.ts';

/** What nobody but the people themselves should read: passwords, mails, bodies, pictures. */
const secret: ReadonlySet<string> = new Set([
  'airsyncbase:Data',
  'airsyncbase:Content',
  'airsyncbase:Preview',
  'airsync:MIMEData',
  'composemail:Mime',
  'contacts:Body',
  'contacts:Picture',
  'calendar:Body',
  'email:Body',
  'email:MIMEData',
  'find:Preview',
  'gal:Data',
  'itemoperations:Data',
  'itemoperations:Password',
  'itemoperations:UserName',
  'resolverecipients:Certificate',
  'resolverecipients:Data',
  'search:Password',
  'search:UserName',
  'settings:Password',
  'settings:ReplyMessage',
  'tasks:Body',
]);

/** Characters of a text, and of the whole. */
const BOUNDS = { text: 80, whole: 20_000 } as const;

const escaped = (text: string): string =>
  text
    .replace(/\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

const shown = (tag: string, value: string | Uint8Array): string => {
  if (secret.has(tag)) return `…${value.length}…`;
  if (typeof value !== 'string') return `…${value.length} octets…`;
  return value.length <= BOUNDS.text
    ? escaped(value)
    : `${escaped(value.slice(0, BOUNDS.text))}…${value.length}…`;
};

/**
 * A WBXML document as XML that a person can read: with secrets masked, texts shortened, and cut where it is too
 * long or no WBXML (SOGoEASDebugEnabled).
 */
export const traceOf = (body: Buffer): string => {
  const source = decodeWbxml(body);
  const open: string[] = [];
  let xml = '';
  let isOpen = false;
  const endStart = (): void => {
    if (isOpen) xml += '>';
    isOpen = false;
  };
  try {
    for (let event = source.next(); event !== undefined; event = source.next()) {
      if (xml.length > BOUNDS.whole) return `${xml}…`;
      if (event.kind === 'open') {
        endStart();
        open.push(event.tag);
        xml += `<${event.tag}`;
        isOpen = true;
      } else if (event.kind === 'text') {
        endStart();
        xml += shown(open.at(-1) ?? '', event.value);
      } else {
        const tag = open.pop() ?? '';
        xml += isOpen ? '/>' : `</${tag}>`;
        isOpen = false;
      }
    }
    return xml;
  } catch (error) {
    if (!(error instanceof EasRefusal)) throw error;
    endStart();
    return `${xml} … ${error.message}`;
  }
};
