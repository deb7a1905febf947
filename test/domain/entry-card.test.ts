import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contactFields, withShownName } from '../../src/domain/account/contact-fields.ts';
import type { DirectoryEntry } from '../../src/domain/account/directory.ts';
import { meets } from '../../src/domain/account/entry-condition.ts';
import { collations, matchTypes } from '../../src/domain/collection/collation.ts';
import { readAddressObject } from '../../src/domain/vcard/address-object.ts';
import { cardContents } from '../../src/domain/vcard/card-contents.ts';
import { entryCard } from '../../src/domain/vcard/entry-card.ts';
import { entryConditionOf, isDot, isSearch } from '../../src/domain/vcard/entry-filter.ts';
import { type CardFilter, cardMatcher } from '../../src/domain/vcard/filter.ts';

const entryOf = (parts: Partial<DirectoryEntry>): DirectoryEntry => ({
  source: 'directory',
  id: 'ada',
  login: 'ada',
  displayName: '',
  mails: [],
  kind: 'individual',
  bookings: undefined,
  barred: [],
  imapHost: undefined,
  imapLogin: undefined,
  sieveHost: undefined,
  info: undefined,
  photo: undefined,
  ...parts,
  contact: withShownName(parts.contact ?? new Map()),
});

const linesOf = (card: string): readonly string[] => card.replaceAll('\r\n ', '').split('\r\n');

describe('the card of an entry (RFC 2426)', () => {
  it('has every field of the guide’s table in its place', () => {
    const contact = new Map(contactFields.map((field) => [field as string, `<${field}>`]));
    for (const [field, value] of [
      ['birthyear', '1815'],
      ['birthmonth', '12'],
      ['birthday', '1'],
    ] as const)
      contact.set(field, value);
    expect(linesOf(entryCard(entryOf({ contact, mails: ['a@b.c', 'd@e.f'] })))).toEqual([
      'BEGIN:VCARD',
      'VERSION:3.0',
      'PRODID:-//Daybook//Directory//EN',
      'UID:ada',
      'FN:<displayname>',
      'N:<sn>;<givenname>;;;',
      'NICKNAME:<mozillanickname>',
      'EMAIL;TYPE=INTERNET,WORK,PREF:a@b.c',
      'EMAIL;TYPE=INTERNET,WORK:d@e.f',
      'EMAIL;TYPE=INTERNET,HOME:<mozillasecondemail>',
      'X-AIM:<nsaimid>',
      'TEL;TYPE=WORK,VOICE:<telephonenumber>',
      'TEL;TYPE=HOME,VOICE:<homephone>',
      'TEL;TYPE=CELL:<mobile>',
      'TEL;TYPE=WORK,FAX:<facsimiletelephonenumber>',
      'TEL;TYPE=PAGER:<pager>',
      'ADR;TYPE=HOME:;<mozillahomestreet2>;<mozillahomestreet>;<mozillahomelocalityname>;<mozillahomestate>;<mozillahomepostalcode>;<mozillahomecountryname>',
      'ADR;TYPE=WORK:;<mozillaworkstreet2>;<street>;<l>;<st>;<postalcode>;<c>',
      'URL;TYPE=HOME:<mozillahomeurl>',
      'URL;TYPE=WORK:<mozillaworkurl>',
      'TITLE:<title>',
      'ORG:<o>;<ou>',
      'BDAY;VALUE=date:1815-12-01',
      'NOTE:<description>',
      'END:VCARD',
      '',
    ]);
  });

  it('leaves out days that no calendar has, and photos that are none', () => {
    const contact = new Map([
      ['birthyear', '2001'],
      ['birthmonth', '2'],
      ['birthday', '30'],
    ]);
    const card = entryCard(entryOf({ contact, photo: Uint8Array.from([1, 2, 3, 4]) }));
    expect(card).not.toMatch(/BDAY|PHOTO/);
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d]);
    expect(entryCard(entryOf({ photo: png }))).toContain('PHOTO;ENCODING=b;TYPE=PNG:iVBORw0=');
  });

  const word = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('Ada', 'ada ', 'a;b', 'a,b', 'a\\nb', 'Ünal', 'a\nb', '.', '12'),
  );
  const entries = fc
    .record({
      contact: fc.dictionary(
        fc.constantFrom(...contactFields.filter((field) => !field.startsWith('birth'))),
        word.filter((value) => value.trim() !== ''),
      ),
      mails: fc.array(fc.constantFrom('ada@acme.com', 'b@beta.org'), { maxLength: 2 }),
      id: fc.constantFrom('ada', 'a,b', 'X'),
    })
    .map(({ contact, ...rest }) => entryOf({ ...rest, contact: new Map(Object.entries(contact)) }));

  it('is an address object, whatever the directory has', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const card = entryCard(entry);
        expect(readAddressObject(card)).toMatchObject({ facts: { uid: entry.id } });
        expect(card.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
      }),
    );
  });

  it('and back says what the card says: a second time the same card', () => {
    fc.assert(
      fc.property(entries, (entry) => {
        const once = entryCard(entry);
        const { contact, mails, photo } = cardContents(once);
        const again = entryCard(entryOf({ id: entry.id, contact, mails, photo }));
        const twice = cardContents(again);
        expect(twice).toEqual({ contact, mails, photo });
      }),
    );
  });

  const texts = fc.record({
    text: fc.constantFrom('ada', 'A', '@', 'b', ';', 'a;b', 'Ünal', '1', '.', 'x'),
    collation: fc.constantFrom(...collations),
    type: fc.constantFrom(...matchTypes),
    negate: fc.boolean(),
  });
  const tests = fc.constantFrom('anyof' as const, 'allof' as const);
  const filters: fc.Arbitrary<CardFilter> = fc.record({
    test: tests,
    properties: fc.array(
      fc.record({
        name: fc.constantFrom(
          ...['FN', 'N', 'EMAIL', 'TEL', 'ORG', 'ADR', 'NOTE', 'UID', 'URL', 'X-AIM', 'PHOTO'],
          ...['NICKNAME', 'TITLE', 'BDAY', 'IMPP', 'VERSION', 'PRODID'],
        ),
        group: fc.constantFrom(undefined, undefined, 'item1'),
        rule: fc.oneof(
          fc.constant('is-not-defined' as const),
          fc.record({
            test: tests,
            texts: fc.array(texts, { maxLength: 2 }),
            parameters: fc.array(
              fc.record({
                name: fc.constant('TYPE'),
                rule: fc.constantFrom('is-defined' as const, 'is-not-defined' as const),
              }),
              { maxLength: 1 },
            ),
          }),
        ),
      }),
      { maxLength: 3 },
    ),
  });

  it('meets no filter whose question to the directory its entry does not meet', () => {
    fc.assert(
      fc.property(entries, filters, (entry, filter) => {
        if (cardMatcher(filter)(entryCard(entry)))
          expect(meets(entryConditionOf(filter), entry)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('is searched for by text alone, and a dot stands for everybody', () => {
    const filter = (text: string): CardFilter => ({
      test: 'anyof',
      properties: [
        {
          name: 'FN',
          group: undefined,
          rule: {
            test: 'anyof',
            texts: [{ text, collation: 'i;octet', type: 'contains', negate: false }],
            parameters: [],
          },
        },
      ],
    });
    expect(['ada', ' ', '', '.'].map((text) => isSearch(filter(text)))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect([' . ', '..', 'ada'].map((text) => isDot(filter(text)))).toEqual([true, false, false]);
    expect(isSearch({ test: 'anyof', properties: [] })).toBe(false);
  });
});
