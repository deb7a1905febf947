import { expect, test } from 'vitest';
import { itemClasses } from '../../../src/domain/activesync/item-classes.ts';
import { versions } from '../../../src/domain/activesync/version.ts';
import { corpus } from '../../support/corpus.ts';
import { context } from './given-item.ts';

const classOf = (text: string) =>
  text.startsWith('BEGIN:VC') && /BEGIN:VCARD/i.test(text)
    ? itemClasses.Contacts
    : itemClasses.Calendar;

test.each(versions)(
  'what comes back from a phone as it was told leaves the stored object as it was, in %s',
  (version) => {
    let told = 0;
    for (const { name, text } of [...corpus('ical/good'), ...corpus('vcard/good')]) {
      const data = classOf(text).toData(text, context({ version }));
      if (data === undefined) continue;
      told += 1;
      expect(classOf(text).merge(text, data, context({ version })), name).toEqual({ object: text });
    }
    expect(told).toBeGreaterThan(30);
  },
);
