import type { ComponentNode } from '../../../domain/icalendar/component-tree.ts';
import { calendarVocabulary, typedProperty } from '../../../domain/icalendar/typed-properties.ts';
import type { TypedValue } from '../../../domain/icalendar/typed-values.ts';
import type { Markup } from '../xml/write.ts';
import { plain, plainText, xmlProperty, type XmlVocabulary } from './xml-properties.ts';

/** RFC 6321 §2. */
export const XCAL = 'urn:ietf:params:xml:ns:icalendar-2.0';

/** A component as xCal (RFC 6321 §3.3), all that is in it included. Total, as the typing of values is. */
export const xcalOf = (component: ComponentNode): Markup =>
  plain(
    elementName(component),
    xcalProperties(component),
    ...(component.components.length === 0
      ? []
      : [plain('components', ...component.components.map(xcalOf))]),
  );

/** Components' names are letters, digits and hyphens; those of RFC 5545 and others begin with a letter. */
const elementName = ({ name }: ComponentNode): string =>
  /^[A-Z][A-Z0-9-]*$/.test(name) ? name.toLowerCase() : 'x-component';

export const xcalProperties = ({ properties }: ComponentNode): Markup =>
  plain(
    'properties',
    ...properties.map((line) => xmlProperty(typedProperty(line, calendarVocabulary), vocabulary)),
  );

/** In the order of RFC 6321's schema (appendix A, value-recur). */
const ruleParts = [
  'freq',
  'until',
  'count',
  'interval',
  'bysecond',
  'byminute',
  'byhour',
  'byday',
  'bymonthday',
  'byyearday',
  'byweekno',
  'bymonth',
  'bysetpos',
  'wkst',
  'rscale',
  'skip',
] as const;

const special = (type: string, value: TypedValue): Markup | undefined => {
  if (typeof value !== 'object') return undefined;
  if (type === 'period' && Array.isArray(value)) {
    const [start, end] = value.map(String);
    return plain(
      'period',
      plainText('start', start ?? ''),
      plainText(/^[+-]?P/.test(end ?? '') ? 'duration' : 'end', end ?? ''),
    );
  }
  if (type !== 'recur' || Array.isArray(value)) return undefined;
  const parts = new Map<string, unknown>(Object.entries(value));
  return plain(
    'recur',
    ...ruleParts.flatMap((name) => {
      const part = parts.get(name);
      const items: readonly unknown[] =
        part === undefined ? [] : Array.isArray(part) ? part : [part];
      return items.map((item) => plainText(name, String(item)));
    }),
  );
};

const of = (type: string, names: string) => names.split(' ').map((name) => [name, type] as const);

/** RFC 6321 §3.5. */
const vocabulary: XmlVocabulary = {
  parameters: new Map([
    ...of('uri', 'altrep dir schema'),
    ...of('cal-address', 'delegated-from delegated-to member sent-by'),
    ...of('boolean', 'rsvp derived'),
    ...of(
      'text',
      'cn cutype encoding fmttype fbtype language partstat range related reltype role tzid display email feature label schedule-agent schedule-force-send schedule-status order',
    ),
  ]),
  components: new Map([
    ['geo', ['latitude', 'longitude']],
    ['request-status', ['code', 'description', 'data']],
  ]),
  special,
};
