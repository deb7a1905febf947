import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { ADDRESS_LIMITS, readAddressObject } from '../../src/domain/vcard/address-object.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { fastest, PATIENCE } from '../support/fastest.ts';

const card = (...lines: readonly string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', 'UID:one', 'FN:One', ...lines, 'END:VCARD', ''].join('\r\n');

describe('an address object that is good', () => {
  test.each(corpus('vcard/good'))('$name is read', ({ text }) => {
    const [, uid] = /^UID:(.*?)\r?$/m.exec(text) ?? [];
    expect(readAddressObject(text)).toEqual({ facts: { uid } });
  });

  test('is read whatever its note says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (note) => {
        const component = new ICAL.Component('vcard');
        component.addPropertyWithValue('version', '4.0');
        component.addPropertyWithValue('fn', 'One');
        component.addPropertyWithValue('uid', 'one');
        component.addPropertyWithValue('note', note);
        expect(readAddressObject(component.toString())).toEqual({ facts: { uid: 'one' } });
      }),
    );
  });
});

describe.each(corpora('vcard/bad'))(
  'an address object that fails %s (RFC 6352 §6.3.2.1)',
  (condition) => {
    test.each(corpus(`vcard/bad/${condition}`))('$name is refused with it', ({ text }) => {
      expect(readAddressObject(text)).toHaveProperty('condition', condition);
    });
  },
);

describe('any text', () => {
  test('is read or refused, and never breaks the reader', () => {
    const line = fc.oneof(
      fc.constantFrom('BEGIN:VCARD', 'END:VCARD', 'VERSION:3.0', 'VERSION:2.1', 'UID:a', 'FN:b'),
      fc.constantFrom('item1.TEL;HOME:1', ' folded', '', '.', ';', ':', 'A;B="', '.TEL:1'),
      fc.string({ maxLength: 20 }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        const reading = readAddressObject(lines.join('\r\n'));
        expect('facts' in reading ? reading.facts.uid : reading.invalid).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });

  test('of a good object cut off anywhere is refused', () => {
    const text = card('NOTE:x');
    const whole = text.trimEnd().length;
    for (let at = 0; at < whole; at += 1)
      expect(readAddressObject(text.slice(0, at))).toHaveProperty('condition');
  });
});

describe('a hostile text', () => {
  test.each<[string, () => string]>([
    ['one line of 10 MB', () => card(`PHOTO;ENCODING=b:${'A'.repeat(10_000_000)}`)],
    ['20 MB of folded photo', () => card(`PHOTO:${`${'y'.repeat(74)}\r\n `.repeat(263_000)}`)],
    ['10 MB of groups', () => card(`${'a.'.repeat(5_000_000)}TEL:1`)],
    ['10 MB of bare parameters', () => card(`TEL${';HOME'.repeat(2_000_000)}:1`)],
    ['a million cards', () => 'BEGIN:VCARD\r\n'.repeat(1_000_000)],
    ['five million lines', () => card('A:\r\n'.repeat(5_000_000))],
  ])(
    'of %s ends within a second',
    (_, text) => {
      const whole = text();
      expect(fastest(1000, () => readAddressObject(whole))).toBeLessThan(1000);
    },
    PATIENCE,
  );

  test('with too many lines is refused', () => {
    expect(
      readAddressObject(card(...Array.from({ length: ADDRESS_LIMITS.lines }, () => 'X-A:1'))),
    ).toHaveProperty('invalid', `more than ${ADDRESS_LIMITS.lines} lines`);
  });
});
