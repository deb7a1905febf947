import { bodyField } from './body.ts';
import { readCategories, writeCategories } from './categories.ts';
import { placedMoment, timeIn } from './calendar/view.ts';
import { longDate } from './dates.ts';
import { clean, maybe, textIn as saidIn } from './elements.ts';
import type { ItemClass } from './item-class.ts';
import { textIn, withText } from './properties.ts';
import { singleClass } from './single.ts';
import { isAtLeast } from './version.ts';

const journals = singleClass({
  component: 'VJOURNAL',
  fields: [
    {
      tags: ['notes:Subject'],
      omitted: 'kept',
      read: ({ properties }) => maybe('notes:Subject', clean(textIn(properties, 'SUMMARY'))),
      write: (component, data) => ({
        ...component,
        properties: withText(component.properties, 'SUMMARY', saidIn(data, 'notes:Subject') ?? ''),
      }),
    },
    {
      tags: ['notes:MessageClass', 'notes:LastModifiedDate'],
      omitted: 'kept',
      read({ properties }, view) {
        const changed =
          timeIn(properties, 'LAST-MODIFIED', view) ?? timeIn(properties, 'DTSTAMP', view);
        return [
          ...maybe('notes:MessageClass', 'IPM.StickyNote'),
          ...maybe('notes:LastModifiedDate', changed && longDate(placedMoment(changed))),
        ];
      },
    },
    {
      tags: ['notes:Categories'],
      omitted: 'cleared',
      read: ({ properties }) => readCategories(properties, 'notes'),
      write: (component, data) => ({
        ...component,
        properties: writeCategories(component.properties, data, 'notes'),
      }),
    },
    bodyField(
      'DESCRIPTION',
      ({ properties }) => properties,
      (component, properties) => ({ ...component, properties }),
    ),
  ],
});

/** Notes (MS-ASNOTE), which there are since 14.0, and VJOURNAL (RFC 5545 §3.6.3). */
export const notesClass: ItemClass = {
  toData: (object, context) =>
    isAtLeast(context.version, '14.0') ? journals.toData(object, context) : undefined,
  merge: journals.merge,
};
