import { CALENDAR_LIMITS } from './calendar-limits.ts';
import {
  type JsonReading,
  listOf,
  parsedJson,
  propertyLine,
  reading,
  wrong,
} from './json-reading.ts';
import { calendarVocabulary } from './typed-properties.ts';

/**
 * A jCal text (RFC 7265 §3.2) as iCalendar. Only what JSON adds is judged here; whether it is a calendar
 * object is for `readCalendarObject` to say.
 */
export const readJcal = (json: string): JsonReading =>
  reading(() => componentText(parsedJson(json), 1));

const componentText = (component: unknown, depth: number): string => {
  if (depth > CALENDAR_LIMITS.depth) return wrong('components nested too deep');
  const [name, properties, components, ...more] = listOf(component);
  if (typeof name !== 'string' || !/^[A-Za-z0-9-]+$/.test(name) || more.length > 0)
    return wrong('a component is its name, properties and components');
  const lines = listOf(properties).map((property) => propertyLine(property, calendarVocabulary));
  const inner = listOf(components).map((each) => componentText(each, depth + 1));
  const upper = name.toUpperCase();
  return `BEGIN:${upper}\r\n${lines.join('')}${inner.join('')}END:${upper}\r\n`;
};
