import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../src/domain/vcard/excerpt.ts';
import { readAddressObject } from '../../src/domain/vcard/address-object.ts';
import { cardLines } from '../../src/domain/vcard/card.ts';
import { foldLine } from '../../src/domain/icalendar/writing.ts';

const card = (version: string, ...lines: readonly string[]): string =>
  ['BEGIN:VCARD', `VERSION:${version}`, 'UID:x', 'FN:X', ...lines, 'END:VCARD', ''].join('\r\n');
const convert = (version: '3.0' | '4.0', text: string): readonly string[] =>
  cardLines(excerptOf(text, { properties: undefined, version }))
    .filter(({ name }) => !['VERSION', 'UID', 'FN', 'N'].includes(name))
    .map(
      ({ group, name, parameters, value }) =>
        `${group === '' ? '' : `${group}.`}${name}${parameters}:${value}`,
    );

describe('a card of version 3.0 as 4.0 (RFC 6350 appendix A)', () => {
  it.each([
    ['TEL;TYPE=CELL,PREF:1', 'TEL;TYPE=CELL;PREF=1:1'],
    ['TEL;TYPE=pref:1', 'TEL;PREF=1:1'],
    ['TEL;HOME;VOICE:1', 'TEL;TYPE=HOME;TYPE=VOICE:1'],
    ['BDAY:1996-04-15', 'BDAY:19960415'],
    ['GEO:37.386013;-122.082932', 'GEO:geo:37.386013,-122.082932'],
    ['PHOTO;ENCODING=b;TYPE=JPEG:AAAA', 'PHOTO:data:image/jpeg;base64,AAAA'],
    ['KEY;ENCODING=b:AAAA', 'KEY:data:application/octet-stream;base64,AAAA'],
    ['PHOTO;VALUE=uri:http://x/y', 'PHOTO;VALUE=uri:http://x/y'],
    ['X-ADDRESSBOOKSERVER-KIND:group', 'KIND:group'],
    ['X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1', 'MEMBER:urn:uuid:1'],
    ['NOTE;CHARSET=utf-8:a\\, b', 'NOTE:a\\, b'],
    ['item1.X-ABLABEL:_$!<Home>!$_', 'item1.X-ABLABEL:_$!<Home>!$_'],
    ['NOTE;X-A="a;b":c', 'NOTE;X-A="a;b":c'],
    ['BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-02-29', 'BDAY:--0229'],
    ['BDAY;VALUE=date-time:1996-04-15T10:22:00-08:00', 'BDAY:19960415T102200-0800'],
    ['BDAY:1996-04-15T10:22:00.5Z', 'BDAY:19960415T102200Z'],
    ['BDAY:circa 1800', 'BDAY;VALUE=text:circa 1800'],
    ['REV:2008-04-24', 'REV:20080424T000000Z'],
    ['REV:1995-10-31T22:27:10Z', 'REV:19951031T222710Z'],
    ['TZ:-05:00', 'TZ;VALUE=utc-offset:-0500'],
    ['TZ;VALUE=text:Europe/Berlin', 'TZ:Europe/Berlin'],
    ['EMAIL;TYPE=INTERNET,WORK:a@b', 'EMAIL;TYPE=WORK:a@b'],
    ['EMAIL;TYPE=INTERNET;TYPE=pref:a@b', 'EMAIL;PREF=1:a@b'],
    ['TEL;VALUE=phone-number:1', 'TEL:1'],
    ['ADR;TYPE=dom,parcel,home:;;a;b;;;', 'ADR;TYPE=home:;;a;b;;;'],
    ['URL:http\\://example.org', 'URL:http://example.org'],
    ['IMPP;X-SERVICE-TYPE=Jabber:xmpp:a@b', 'IMPP;X-SERVICE-TYPE=Jabber:xmpp:a@b'],
    ['X-ABSHOWAS:COMPANY', 'KIND:org'],
    ['X-GENDER:Female', 'GENDER:F'],
    ['X-EVOLUTION-ANNIVERSARY:2009-08-08', 'ANNIVERSARY:20090808'],
    ['AGENT;VALUE=uri:CID:x', 'RELATED;TYPE=agent:CID:x'],
    ['PHOTO;VALUE=uri;TYPE=PNG:http://x/y', 'PHOTO;VALUE=uri;MEDIATYPE=image/png:http://x/y'],
    ['PHOTO;JPEG;BASE64:AAAA', 'PHOTO:data:image/jpeg;base64,AAAA'],
    ['PHOTO;ENCODING=BASE64:iVBORw0KGgoAAA', 'PHOTO:data:image/png;base64,iVBORw0KGgoAAA'],
    ['KEY;ENCODING=b;TYPE=PGP:AAAA', 'KEY:data:application/pgp-keys;base64,AAAA'],
    ['KEY:not a URI', 'KEY;VALUE=text:not a URI'],
    ['LOGO;ENCODING=B;TYPE=image/svg+xml:AA==', 'LOGO:data:image/svg+xml;base64,AA=='],
    ['NOTE;LANGUAGE=fr:a', 'NOTE;LANGUAGE=fr:a'],
    ['RELATED;TYPE=friend:urn:uuid:1', 'RELATED;TYPE=friend:urn:uuid:1'],
    ['CLASS:PRIVATE', 'CLASS:PRIVATE'],
  ])('%s is %s', (three, four) => {
    expect(convert('4.0', card('3.0', three))).toEqual([four]);
  });
});

describe('a card of version 4.0 as 3.0', () => {
  it.each([
    ['TEL;VALUE=uri;PREF=1;TYPE=voice:tel:+1-555', 'TEL;TYPE=voice;TYPE=PREF:+1-555'],
    ['EMAIL;PREF=2:a@b', 'EMAIL;TYPE=PREF:a@b'],
    ['BDAY:19960415', 'BDAY:1996-04-15'],
    ['BDAY:--0415', 'BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-15'],
    ['GEO:geo:37.4,-122.1', 'GEO:37.4;-122.1'],
    ['PHOTO:data:image/png;base64,AAAA', 'PHOTO;ENCODING=b;TYPE=PNG:AAAA'],
    ['KIND:group', 'X-ADDRESSBOOKSERVER-KIND:group'],
    ['MEMBER:urn:uuid:1', 'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1'],
    ['NOTE;ALTID=1;PID=1.1;LANGUAGE=de:a', 'NOTE;LANGUAGE=de:a'],
    ['BDAY:19960415T102200Z', 'BDAY;VALUE=date-time:1996-04-15T10:22:00Z'],
    ['BDAY;VALUE=text:circa 1800', 'BDAY;VALUE=text:circa 1800'],
    ['BDAY:1985-04', 'BDAY:1985-04'],
    ['REV:19951031T222710Z', 'REV:1995-10-31T22:27:10Z'],
    ['TZ;VALUE=utc-offset:-0500', 'TZ:-05:00'],
    ['TZ:Europe/Berlin', 'TZ;VALUE=text:Europe/Berlin'],
    ['GEO:geo:37.4,-122.1;u=5', 'GEO:37.4;-122.1'],
    ['KIND:org', 'X-ABSHOWAS:COMPANY'],
    ['GENDER:F', 'X-GENDER:F'],
    ['PHOTO:http://x/y', 'PHOTO;VALUE=uri:http://x/y'],
    ['PHOTO;MEDIATYPE=image/jpeg:http://x/y', 'PHOTO;VALUE=uri;TYPE=JPEG:http://x/y'],
    ['KEY:data:application/pgp-keys;base64,AAAA', 'KEY;ENCODING=b;TYPE=PGP:AAAA'],
    ['KEY;VALUE=text:abc', 'KEY;VALUE=text:abc'],
    ['SOUND:data:audio/ogg;base64,AAAA', 'SOUND;ENCODING=b;TYPE=OGG:AAAA'],
    ['RELATED;TYPE=agent:http://x/a.vcf', 'AGENT;VALUE=uri:http://x/a.vcf'],
    ['RELATED;TYPE=friend:urn:uuid:1', 'RELATED;TYPE=friend:urn:uuid:1'],
    ['LANG;PREF=1:fr', 'LANG;TYPE=PREF:fr'],
  ])('%s is %s', (four, three) => {
    expect(convert('3.0', card('4.0', four))).toEqual([three]);
  });

  it('gets the N it must have (RFC 2426 §3.1.2)', () => {
    const text = card('4.0').replace('FN:X', 'FN:A\\; B, C');
    const three = excerptOf(text, { properties: undefined, version: '3.0' });
    expect(three).toContain('\r\nN:A\\; B\\, C;;;;\r\n');
    expect(readAddressObject(three)).toHaveProperty('facts');
  });
});

describe('what is more than one line in one of the versions', () => {
  it('is Apple’s pair and X-ANNIVERSARY in 3.0, ANNIVERSARY once in 4.0 (RFC 6350 §6.2.6)', () => {
    const three = [
      'X-ANNIVERSARY:2009-08-08',
      'item3.X-ABDATE:2009-08-08',
      'item3.X-ABLABEL:_$!<Anniversary>!$_',
    ];
    const labelled = ['item2.X-ABDATE:2001-01-01', 'item2.X-ABLABEL:First meeting'];
    expect(convert('4.0', card('3.0', ...labelled, ...three))).toEqual([
      ...labelled,
      'ANNIVERSARY:20090808',
    ]);
    expect(convert('3.0', card('4.0', ...labelled, 'ANNIVERSARY:20090808'))).toEqual([
      ...labelled,
      ...three,
    ]);
    expect(convert('3.0', card('4.0', 'ANNIVERSARY:--0808'))[1]).toBe(
      'item1.X-ABDATE;X-APPLE-OMIT-YEAR=1604:1604-08-08',
    );
  });

  it('is RELATED in 4.0 where Apple’s label says the same (RFC 6350 §6.6.6)', () => {
    const spouse = ['item1.X-ABRELATEDNAMES:Jim', 'item1.X-ABLABEL:_$!<Spouse>!$_'];
    const boss = ['item2.X-ABRELATEDNAMES:Kim', 'item2.X-ABLABEL:_$!<Manager>!$_'];
    const four = ['RELATED;VALUE=text;TYPE=spouse:Jim'];
    expect(convert('4.0', card('3.0', ...spouse, ...boss))).toEqual([...four, ...boss]);
    expect(convert('3.0', card('4.0', ...four))).toEqual(spouse);
  });

  it('puts each LABEL to the address of its group or types, and back (RFC 2426 §3.2.2, RFC 6350 §6.3.1)', () => {
    const three = [
      'ADR;TYPE=HOME:;;Way 1;;;;',
      'LABEL;TYPE=HOME:Way 1\\nTown',
      'ADR;TYPE=WORK:;;Road 2;;;;',
      'LABEL;TYPE=WORK:Road 2\\, left',
      'item1.ADR:;;Lane 3;;;;',
      'item1.LABEL:"Lane" 3',
      'LABEL;TYPE=PARCEL:Box 4',
    ];
    const four = [
      'ADR;TYPE=HOME;LABEL=Way 1^nTown:;;Way 1;;;;',
      'ADR;TYPE=WORK;LABEL="Road 2, left":;;Road 2;;;;',
      "item1.ADR;LABEL=^'Lane^' 3:;;Lane 3;;;;",
      'ADR;LABEL=Box 4:;;;;;;',
    ];
    expect(convert('4.0', card('3.0', ...three))).toEqual(four);
    expect(convert('3.0', card('4.0', ...four))).toEqual([...three.slice(0, 6), 'LABEL:Box 4']);
  });

  it('takes time in proportion to the labels, however many there are of one kind', () => {
    const many = Array.from({ length: 12_000 }, () => ['ADR:;;;;;;', 'LABEL:x']).flat();
    expect(convert('4.0', card('3.0', ...many)).length).toBe(12_000);
  });

  it('is SORT-STRING in 3.0 and a parameter of N in 4.0 (RFC 6350 §5.9)', () => {
    const text = (version: '3.0' | '4.0', ...lines: readonly string[]) =>
      excerptOf(card(version, ...lines), {
        properties: undefined,
        version: version === '3.0' ? '4.0' : '3.0',
      });
    expect(text('3.0', 'N:van der Harten;Rene;;;', 'SORT-STRING:Harten')).toContain(
      'N;SORT-AS=Harten:van der Harten;Rene;;;\r\n',
    );
    expect(text('4.0', 'N;SORT-AS=Harten:van der Harten;Rene;;;')).toContain(
      'SORT-STRING:Harten\r\n',
    );
  });

  it('prefers the best of each property only, where 3.0 knows no degrees (RFC 6350 §5.3)', () => {
    const four = ['TEL;PREF=50:1', 'TEL;PREF=2:2', 'EMAIL;PREF=100:a@b', 'TEL:3'];
    expect(convert('3.0', card('4.0', ...four))).toEqual([
      'TEL:1',
      'TEL;TYPE=PREF:2',
      'EMAIL;TYPE=PREF:a@b',
      'TEL:3',
    ]);
  });

  it('keeps the UID’s value, which tells objects apart, and says when it is no URI (RFC 6350 §6.7.6)', () => {
    const other = (text: string, version: '3.0' | '4.0') =>
      excerptOf(text, { properties: undefined, version });
    const four = other(card('3.0'), '4.0');
    expect(four).toContain('UID;VALUE=text:x\r\n');
    expect(other(four, '3.0')).toContain('UID:x\r\n');
    const urn = other(card('3.0').replace('UID:x', 'UID:urn:uuid:1'), '4.0');
    expect(urn).toContain('UID:urn:uuid:1\r\n');
    expect(readAddressObject(four)).toEqual(readAddressObject(card('3.0')));
  });

  it('begins with VERSION, wherever that stood (RFC 6350 §6.7.9)', () => {
    const text = card('3.0').replace('VERSION:3.0\r\n', '').replace('FN:X', 'FN:X\r\nVERSION:3.0');
    const four = excerptOf(text, { properties: undefined, version: '4.0' });
    expect(four).toMatch(/^BEGIN:VCARD\r\nVERSION:4.0\r\n/);
  });
});

/** Lines of version 3.0 that have an exact counterpart, in the notation that conversion gives them. */
const word = fc.stringMatching(/^[A-Za-zäß0-9 ]{1,20}$/).filter((text) => text.trim() !== '');
const day = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const base64 = fc
  .uint8Array({ minLength: 3, maxLength: 90 })
  .map((octets) => Buffer.from(octets).toString('base64'));
const exact = fc.oneof(
  fc
    .tuple(fc.constantFrom('TEL', 'EMAIL', 'ADR'), fc.constantFrom('HOME', 'WORK'), word)
    .map(([name, type, value]) => `${name};TYPE=${type}:${value}`),
  day.map((date) => `BDAY:${date}`),
  day.map((date) => `BDAY;X-APPLE-OMIT-YEAR=1604:1604${date.slice(4)}`),
  day.map((date) => `REV:${date}T01:02:03Z`),
  fc
    .tuple(fc.constantFrom('JPEG', 'PNG', 'GIF'), base64)
    .map(([type, data]) => `PHOTO;ENCODING=b;TYPE=${type}:${data}`),
  fc.constantFrom(
    'TZ:-05:00',
    'TZ:+05:30',
    'TZ;VALUE=text:Asia/Tokyo',
    'GEO:1.5;-2.25',
    'X-ADDRESSBOOKSERVER-KIND:group',
    'X-ABSHOWAS:COMPANY',
    'X-GENDER:F',
    'KEY;VALUE=uri:http://x/k',
  ),
  fc
    .tuple(fc.constantFrom('NOTE', 'TITLE', 'X-OWN', 'item7.X-ABLABEL', 'ORG'), word)
    .map(([name, value]) => `${name}:${value}`),
  word.map((value) => `NOTE;LANGUAGE=de:${value}\\, ${value}\\n`),
  fc.uuid().map((uuid) => `X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:${uuid}`),
);

describe('conversion there and back', () => {
  it('gives what it was given, for whatever has a counterpart in the other version', () => {
    fc.assert(
      fc.property(fc.array(exact, { maxLength: 12 }), (lines) => {
        const three = card('3.0', 'N:X;;;;', ...lines);
        const four = excerptOf(three, { properties: undefined, version: '4.0' });
        expect(readAddressObject(four)).toHaveProperty('facts');
        const back = excerptOf(four, { properties: undefined, version: '3.0' });
        expect(cardLines(back)).toEqual(cardLines(three));
        expect(excerptOf(back, { properties: undefined, version: '4.0' })).toBe(four);
      }),
    );
  });

  it('gives an address object whatever the lines are', () => {
    const parameter = fc.constantFrom(
      '',
      ';TYPE=PREF',
      ';PREF=1',
      ';ENCODING=b',
      ';VALUE=uri',
      ';VALUE=text',
      ';HOME',
      ';X-APPLE-OMIT-YEAR=1604',
      ';LABEL="a^nb"',
      ';SORT-AS="a,b"',
      ';MEDIATYPE=x',
    );
    const name = fc.constantFrom(
      'TEL',
      'PHOTO',
      'KEY',
      'BDAY',
      'ANNIVERSARY',
      'REV',
      'TZ',
      'GEO',
      'ADR',
      'LABEL',
      'RELATED',
      'AGENT',
      'KIND',
      'X-ABDATE',
      'X-ABRELATEDNAMES',
      'item1.X-ABLABEL',
      'N',
      'SORT-STRING',
      'UID2',
      'LOGO',
      'item1.X-ABDATE',
    );
    const value = fc.oneof(
      fc
        .string({ unit: 'grapheme', maxLength: 30 })
        .filter((text) => !/[\r\n\0-\x1f\x7f\ufffe\uffff]/.test(text)),
      fc.constantFrom(
        '',
        '--0412',
        '19850412',
        '1985-04-12T10:00:00Z',
        'data:image/png;base64,AA==',
        'geo:1,2',
        '_$!<Anniversary>!$_',
        '_$!<Spouse>!$_',
      ),
    );
    const line = fc
      .tuple(name, parameter, parameter, value)
      .map((parts) => `${parts[0]}${parts[1]}${parts[2]}:${parts[3]}`);
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 10 }),
        fc.constantFrom('3.0', '4.0' as const),
        (lines, from) => {
          const text = card(from, ...lines);
          fc.pre('facts' in readAddressObject(text));
          const to = from === '3.0' ? '4.0' : '3.0';
          const converted = excerptOf(text, { properties: undefined, version: to });
          expect(readAddressObject(converted)).toHaveProperty('facts');
        },
      ),
    );
  });
});

describe('lines', () => {
  it('are folded at 75 octets, never within a character, and unfold to what they were', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (value) => {
        fc.pre(!/[\r\n\0-\x1f\x7f\ufffe\uffff]/.test(value));
        const folded = foldLine(`NOTE:${value}`);
        for (const line of folded.split('\r\n'))
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(Buffer.from(folded).toString()).toBe(folded);
        expect(folded.replaceAll('\r\n ', '')).toBe(`NOTE:${value}\r\n`);
      }),
    );
  });
});
