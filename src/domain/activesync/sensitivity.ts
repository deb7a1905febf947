import type { ComponentNode } from '../icalendar/component-tree.ts';
import { maybe, numberIn, textIn } from './elements.ts';
import { type Field, REFUSED } from './fields.ts';
import { wordIn, withValue, type Lines, lineIn } from './properties.ts';

const PERSONAL = 1;
const PRIVATE = 2;
const CONFIDENTIAL = 3;

/** Told apart from PRIVATE, for which iCalendar has one word. */
const MARK = 'X-MICROSOFT-SENSITIVITY';

const sensitivityOf = (lines: Lines): number => {
  if (lineIn(lines, 'CLASS') === undefined) return 0;
  switch (wordIn(lines, 'CLASS')) {
    case 'PUBLIC':
    case '':
      return 0;
    case 'CONFIDENTIAL':
      return CONFIDENTIAL;
    default:
      return wordIn(lines, MARK) === String(PERSONAL) ? PERSONAL : PRIVATE;
  }
};

/** Sensitivity as CLASS (RFC 5545 §3.8.1.3). One that is not mentioned never makes public what was private. */
export const sensitivityField = <View>(page: string): Field<ComponentNode, View> => ({
  tags: [`${page}:Sensitivity`],
  omitted: 'kept',
  read: ({ properties }) => maybe(`${page}:Sensitivity`, sensitivityOf(properties)),
  write(component, data) {
    const isEmptied = textIn(data, `${page}:Sensitivity`)?.trim() === '';
    const said = isEmptied ? 0 : numberIn(data, `${page}:Sensitivity`, 0, CONFIDENTIAL);
    if (said === undefined) return REFUSED;
    const word = ['PUBLIC', 'PRIVATE', 'PRIVATE', 'CONFIDENTIAL'][said] ?? 'PRIVATE';
    const { properties } = component;
    const classed = withValue(properties, 'CLASS', word);
    const marked = said === PERSONAL || lineIn(properties, MARK) !== undefined;
    return {
      ...component,
      properties: marked ? withValue(classed, MARK, String(said)) : classed,
    };
  },
});
