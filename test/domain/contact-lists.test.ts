import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parametersOf } from '../../src/domain/icalendar/content-lines.ts';
import { ADDRESS_LIMITS, readAddressObject } from '../../src/domain/vcard/address-object.ts';
import { cardLines } from '../../src/domain/vcard/card.ts';
import { excerptOf, listOf } from '../../src/domain/vcard/excerpt.ts';
import type { Book } from '../../src/domain/vcard/lists/book.ts';
import { referencesIn } from '../../src/domain/vcard/lists/conversion.ts';
import { writeLine, writeParameters } from '../../src/domain/icalendar/writing.ts';

const text = (name: string, ...lines: readonly string[]): string =>
  [`BEGIN:${name}`, ...lines, `END:${name}`, ''].join('\r\n');
const list = (...lines: readonly string[]): string =>
  text('VLIST', 'UID:friends.vlf', 'VERSION:1.0', 'FN:Friends', ...lines);

const cards = new Map([
  ['jane.vcf', 'jane'],
  ['kim.vcf', 'urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af'],
]);
const names = new Map([...cards].map(([name, uid]) => [uid, name]));
const book: Book = {
  uidOf: (name) => cards.get(name),
  nameOf: (uid) => names.get(uid),
  about: () => undefined,
};
const withSummaries: Book = {
  ...book,
  about: (name) => (name === 'jane.vcf' ? { fullName: 'Jane Doe', email: 'jane@example.org' } : {}),
};

const all = { properties: undefined, book } as const;
const group = (version: '3.0' | '4.0', stored: string): string =>
  excerptOf(stored, { ...all, version });

/** What a text says, whatever the order of its lines and parameters, and how they are quoted. */
const said = (stored: string): readonly string[] =>
  cardLines(stored)
    .map(({ group: of, name, parameters, value }) =>
      JSON.stringify([
        of,
        name,
        parametersOf(parameters)
          .map((each) => JSON.stringify(each))
          .toSorted(),
        value,
      ]),
    )
    .toSorted();

describe('a list of SOGo as a group', () => {
  const stored = list(
    'DESCRIPTION:All of them',
    'CARD;EMAIL=jane@example.org;FN=Jane Doe:jane.vcf',
    'CARD;EMAIL=kim@example.org:kim.vcf',
    'CARD;EMAIL=gone@example.org:gone.vcf',
    'CARD:lost.vcf',
  );

  it('is one of vCard 4.0 (RFC 6350 §6.6.5): members by UID, else by mail address', () => {
    expect(group('4.0', stored).replaceAll('\r\n ', '').split('\r\n')).toEqual([
      'BEGIN:VCARD',
      'VERSION:4.0',
      'KIND:group',
      'UID;VALUE=text:friends.vlf',
      'FN:Friends',
      'NOTE:All of them',
      'MEMBER;X-VLIST-EMAIL=jane@example.org;X-VLIST-FN=Jane Doe:urn:uuid:jane',
      'MEMBER;X-VLIST-EMAIL=kim@example.org:urn:uuid:03a0e51f-d1aa-4385-8a53-e29025acd8af',
      'MEMBER;X-VLIST-CARD=gone.vcf;X-VLIST-EMAIL=gone@example.org:mailto:gone@example.org',
      'MEMBER;X-VLIST-CARD=lost.vcf:urn:uuid:lost',
      'END:VCARD',
      '',
    ]);
  });

  it('is one of Apple’s in vCard 3.0, with the N that RFC 2426 §3.1.2 demands', () => {
    const lines = group('3.0', stored).replaceAll('\r\n ', '').split('\r\n');
    expect(lines).toContain('X-ADDRESSBOOKSERVER-KIND:group');
    expect(lines).toContain('N:Friends;;;;');
    expect(
      lines.filter((line) => /^X-ADDRESSBOOKSERVER-MEMBER.*:urn:uuid:jane$/.test(line)),
    ).toHaveLength(1);
    expect(readAddressObject(group('3.0', stored))).toEqual({ facts: { uid: 'friends.vlf' } });
  });

  it('without a wanted form is what was stored, and some of its properties are a list still', () => {
    expect(excerptOf(stored, { properties: undefined, version: undefined })).toBe(stored);
    const properties = [{ name: 'FN', group: undefined, noValue: false }];
    expect(excerptOf(stored, { properties, version: undefined })).toBe(
      text('VLIST', 'VERSION:1.0', 'FN:Friends'),
    );
    expect(listOf(stored, { properties })).toBe(text('VLIST', 'VERSION:1.0', 'FN:Friends'));
  });

  it('never makes a line of a UID or an address that is not one', () => {
    const hostile: Book = { ...book, uidOf: () => 'a\r\nNOTE:b' };
    const written = excerptOf(list('CARD;EMAIL="a^nNOTE:c":x.vcf'), {
      properties: undefined,
      version: '4.0',
      book: hostile,
    });
    expect(cardLines(written).map(({ name }) => name)).toEqual([
      'VERSION',
      'KIND',
      'UID',
      'FN',
      'MEMBER',
    ]);
  });
});

describe('a group as a list of SOGo', () => {
  const apple = text(
    'VCARD',
    'VERSION:3.0',
    'UID:g',
    'N:Friends;;;;',
    'FN:Friends',
    'X-ADDRESSBOOKSERVER-KIND:group',
    'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:jane',
    'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:nobody',
    'X-ADDRESSBOOKSERVER-MEMBER:mailto:kim@example.org',
  );

  it('names its members with what SOGo shows of them', () => {
    expect(
      listOf(apple, { properties: undefined, book: withSummaries })?.replaceAll('\r\n ', ''),
    ).toBe(
      text(
        'VLIST',
        'VERSION:1.0',
        'UID:g',
        'FN:Friends',
        'CARD;EMAIL=jane@example.org;FN=Jane Doe:jane.vcf',
        'CARD;X-VCARD-MEMBER="urn:uuid:nobody":urn:uuid:nobody',
        'CARD;EMAIL=kim@example.org:',
      ),
    );
    expect(referencesIn(apple)).toContain('jane');
  });

  it('is none when it is another card', () => {
    expect(listOf(apple.replace(':group', ':individual'), all)).toBeUndefined();
    expect(listOf(apple.replace('VERSION:3.0', 'VERSION:4.0'), all)).toBeUndefined();
  });
});

const word = fc
  .string({ unit: 'grapheme', maxLength: 12 })
  .filter((value) => !/[\p{Cc}\ufffe\uffff]/u.test(value));
const parameters = fc
  .array(
    fc.record({
      name: fc.constantFrom('EMAIL', 'FN', 'PREF', 'X-VLIST-FN', 'X-VCARD-PREF', 'X-A'),
      values: fc.array(word, { minLength: 1, maxLength: 2 }),
    }),
    { maxLength: 3 },
  )
  .map(writeParameters);
const line = (...known: readonly string[]) =>
  fc
    .record({
      group: fc.constantFrom('', 'item1'),
      name: fc.constantFrom(...known),
      parameters,
      value: word,
    })
    .map(writeLine)
    .map((written) => written.trimEnd());
const own = [
  'FN',
  'NOTE',
  'DESCRIPTION',
  'NICKNAME',
  'CARD',
  'MEMBER',
  'KIND',
  'PRODID',
  'CLASS',
  'X-A',
] as const;
const marks = [
  'X-VLIST-NOTE',
  'X-VCARD-CARD',
  'X-VLIST-MEMBER',
  'X-VCARD-KIND',
  'X-VLIST-X-VLIST-NOTE',
  'X-VCARD-X-VCARD-DESCRIPTION',
  'X-VLIST-A',
  'X-ADDRESSBOOKSERVER-KIND',
  'X-ADDRESSBOOKSERVER-MEMBER',
] as const;
const member = fc.constantFrom(
  'urn:uuid:jane',
  'URN:UUID:jane',
  'mailto:a@b',
  'urn:uuid:nobody',
  'https://x/y',
  cards.get('kim.vcf') ?? '',
);

describe('nothing is lost', () => {
  it.each(['3.0', '4.0'] as const)('from a list to a group of version %s and back', (version) => {
    const reference = fc.constantFrom('jane.vcf', 'kim.vcf', 'gone.vcf', '', 'a b');
    const card = fc
      .record({ parameters, reference })
      .map((of) => `CARD${of.parameters}:${of.reference}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(line(...own, ...marks), card), { maxLength: 8 }), (lines) => {
        const stored = list(...lines);
        const there = group(version, stored);
        expect(said(listOf(there, all) ?? '')).toEqual(said(stored));
      }),
      { numRuns: 300 },
    );
  });

  it.each(['3.0', '4.0'] as const)('from a group of version %s to a list and back', (version) => {
    const kind = version === '4.0' ? 'KIND' : 'X-ADDRESSBOOKSERVER-KIND';
    const of = version === '4.0' ? 'MEMBER' : 'X-ADDRESSBOOKSERVER-MEMBER';
    const members = fc
      .record({ parameters, member })
      .map((each) => `${of}${each.parameters}:${each.member}`);
    const others = [...own, ...marks].filter((name) => name !== kind);
    fc.assert(
      fc.property(
        fc.constantFrom(`${kind}:group`, `${kind};X-A=b:Group `),
        fc.array(fc.oneof(line(...others), members), { maxLength: 8 }),
        (asGroup, lines) => {
          const uid = version === '4.0' ? 'UID:urn:uuid:1' : 'UID:1';
          const named = version === '3.0' ? ['N:Friends;;;;'] : [];
          const stored = text(
            'VCARD',
            `VERSION:${version}`,
            uid,
            'FN:Friends',
            ...named,
            asGroup,
            ...lines,
          );
          const there = listOf(stored, all) ?? '';
          expect(readAddressObject(there)).toHaveProperty('facts.component', 'VLIST');
          expect(said(group(version, there))).toEqual(said(stored));
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a list that is read', () => {
  it('is a VLIST of version 1.0 with UID and FN', () => {
    expect(readAddressObject(list())).toEqual({
      facts: { uid: 'friends.vlf', component: 'VLIST' },
    });
    expect(readAddressObject(list().replace('1.0', '2.0'))).toHaveProperty(
      'condition',
      'supported-address-data',
    );
    expect(readAddressObject(text('VLIST', 'VERSION:1.0', 'UID:a'))).toHaveProperty(
      'invalid',
      'no FN',
    );
    expect(readAddressObject(list().replace('END:VLIST', 'END:VCARD'))).toHaveProperty('invalid');
  });

  it(`has at most ${ADDRESS_LIMITS.cards} members`, () => {
    const members = Array.from({ length: ADDRESS_LIMITS.cards }, (_, at) => `CARD:${at}.vcf`);
    expect(readAddressObject(list(...members))).toHaveProperty('facts');
    expect(readAddressObject(list(...members, 'CARD:x.vcf'))).toHaveProperty(
      'condition',
      'valid-address-data',
    );
  });
});
