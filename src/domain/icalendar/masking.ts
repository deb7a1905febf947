import type { Classes } from '../rights/access.ts';
import type { Classification } from '../rights/roles.ts';
import { type ComponentNode, componentTree, isTimed, writeComponent } from './component-tree.ts';
import { type ContentLine, parametersOf } from './content-lines.ts';
import { writeParameters } from './writing.ts';

/** When something takes place, and nothing of what. */
const kept: ReadonlySet<string> = new Set([
  'DTSTART',
  'DTEND',
  'DUE',
  'DURATION',
  'DTSTAMP',
  'RRULE',
  'EXRULE',
  'RDATE',
  'EXDATE',
  'RECURRENCE-ID',
  'FREEBUSY',
]);

/** Whether the time is taken, where it is not: said with the times. */
const free: ReadonlySet<string> = new Set(['TRANSP:TRANSPARENT', 'STATUS:CANCELLED']);

const ofCalendar: ReadonlySet<string> = new Set(['VERSION', 'PRODID', 'CALSCALE']);

const ofZone: ReadonlySet<string> = new Set([
  'TZID',
  'DTSTART',
  'TZOFFSETFROM',
  'TZOFFSETTO',
  'RRULE',
  'RDATE',
]);

const parameters: ReadonlySet<string> = new Set(['VALUE', 'TZID', 'RANGE', 'FBTYPE']);

const nouns: Readonly<Record<string, string>> = {
  VEVENT: 'event',
  VTODO: 'task',
  VJOURNAL: 'journal entry',
  VFREEBUSY: 'event',
};

const titles: Readonly<Record<Classification, string>> = {
  PUBLIC: 'Public',
  CONFIDENTIAL: 'Confidential',
  PRIVATE: 'Private',
};

/**
 * A calendar object of which only dates and times may be seen: when it takes place, how it recurs, whether
 * it leaves time free. A title says that it is masked, `uid` stands for its own, and X-SOGO-SECURE tells
 * clients that know it. `undefined` for a text that is no calendar object.
 */
export const masked = (text: string, classes: Classes, uid: string): string | undefined => {
  const root = componentTree(text);
  if (root === undefined || root.name !== 'VCALENDAR') return undefined;
  const title = titles[classes.at(-1) ?? 'PRIVATE'];
  return writeComponent({
    name: root.name,
    properties: root.properties.filter(({ name }) => ofCalendar.has(name)).map(bare),
    components: root.components.flatMap((component) => {
      if (component.name === 'VTIMEZONE') return [zoneOf(component)];
      return isTimed(component) ? [maskedComponent(component, title, uid)] : [];
    }),
  });
};

const maskedComponent = (
  { name, properties }: ComponentNode,
  title: string,
  uid: string,
): ComponentNode => ({
  name,
  properties: [
    line('UID', uid),
    line('SUMMARY', `(${title} ${nouns[name] ?? 'event'})`),
    ...properties.filter(isShown).map(bare),
    line('X-SOGO-SECURE', 'YES'),
  ],
  components: [],
});

const isShown = ({ name, value }: ContentLine): boolean =>
  kept.has(name) || free.has(`${name}:${value.trim().toUpperCase()}`);

const zoneOf = ({ name, properties, components }: ComponentNode): ComponentNode => ({
  name,
  properties: properties.filter((one) => ofZone.has(one.name)).map(bare),
  components: components
    .filter((part) => part.name === 'STANDARD' || part.name === 'DAYLIGHT')
    .map(zoneOf),
});

/** A line with the parameters that say when, and no others. */
const bare = (given: ContentLine): ContentLine =>
  given.parameters === ''
    ? given
    : {
        ...given,
        parameters: writeParameters(
          parametersOf(given.parameters).filter(({ name }) => parameters.has(name)),
        ),
      };

const line = (name: string, value: string): ContentLine => ({
  group: '',
  name,
  parameters: '',
  value,
});
