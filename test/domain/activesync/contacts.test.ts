import { describe, expect, test } from 'vitest';
import type { Context } from '../../../src/domain/activesync/item-class.ts';
import { itemClasses } from '../../../src/domain/activesync/item-classes.ts';
import { cardText, changed, context, data, linesOf, type Said, saidIn } from './given-item.ts';

const { toData, merge } = itemClasses.Contacts;
const told = (text: string, more?: Partial<Context>) => toData(text, context(more));
const edit = (text: string, elements: Said, more?: Partial<Context>) => {
  const changes = Object.fromEntries(
    data('contacts', elements).map(({ tag, value }) => [tag, value]),
  );
  return linesOf(merge(text, changed(told(text, more), changes), context(more)));
};
const three = (...lines: readonly string[]) =>
  cardText('3.0', 'FN:Jane Doe', 'N:Doe;Jane;;;', ...lines);
const four = (...lines: readonly string[]) => cardText('4.0', 'FN:Jane Doe', ...lines);

/** Each property, the element that tells it, and what becomes of the line when the element is changed to `Changed`. */
test.each<readonly [string, string, string, string]>([
  ['N:Doe;Jane;Ann;Dr.;Jr.', 'LastName', 'Doe', 'N:Changed;Jane;Ann;Dr.;Jr.'],
  ['N:Doe;Jane;Ann;Dr.;Jr.', 'FirstName', 'Jane', 'N:Doe;Changed;Ann;Dr.;Jr.'],
  ['N:Doe;Jane;Ann;Dr.;Jr.', 'MiddleName', 'Ann', 'N:Doe;Jane;Changed;Dr.;Jr.'],
  ['N:Doe;Jane;Ann;Dr.;Jr.', 'Title', 'Dr.', 'N:Doe;Jane;Ann;Changed;Jr.'],
  ['N:Doe;Jane;Ann;Dr.;Jr.', 'Suffix', 'Jr.', 'N:Doe;Jane;Ann;Dr.;Changed'],
  ['NICKNAME:Jay', 'NickName', 'Jay', 'NICKNAME:Changed'],
  ['ORG:A\\;B;C;D', 'CompanyName', 'A;B', 'ORG:Changed;C;D'],
  ['ORG:A\\;B;C;D', 'Department', 'C', 'ORG:A\\;B;Changed;D'],
  ['ORG:A\\;B;C;D', 'OfficeLocation', 'D', 'ORG:A\\;B;C;Changed'],
  ['X-MS-OFFICE:E', 'OfficeLocation', 'E', 'X-MS-OFFICE:Changed'],
  ['TITLE:Head', 'JobTitle', 'Head', 'TITLE:Changed'],
  ['X-EVOLUTION-MANAGER:Boss', 'ManagerName', 'Boss', 'X-EVOLUTION-MANAGER:Changed'],
  ['X-ASSISTANT:Help', 'AssistantName', 'Help', 'X-ASSISTANT:Changed'],
  ['X-SPOUSE:Joe', 'Spouse', 'Joe', 'X-SPOUSE:Changed'],
  ['X-PHONETIC-LAST-NAME:ドウ', 'YomiLastName', 'ドウ', 'X-PHONETIC-LAST-NAME:Changed'],
  [
    'item1.EMAIL;TYPE=HOME:a@example.org',
    'Email1Address',
    'a@example.org',
    'item1.EMAIL;TYPE=HOME:Changed',
  ],
  ['TEL;WORK:1', 'BusinessPhoneNumber', '1', 'TEL;WORK:Changed'],
  ['TEL:1', 'BusinessPhoneNumber', '1', 'TEL:Changed'],
  ['TEL;TYPE=HOME,VOICE:1', 'HomePhoneNumber', '1', 'TEL;TYPE=HOME,VOICE:Changed'],
  ['TEL;TYPE=cell,work:1', 'MobilePhoneNumber', '1', 'TEL;TYPE=cell,work:Changed'],
  ['TEL;TYPE=FAX:1', 'BusinessFaxNumber', '1', 'TEL;TYPE=FAX:Changed'],
  ['TEL;TYPE=HOME,FAX:1', 'HomeFaxNumber', '1', 'TEL;TYPE=HOME,FAX:Changed'],
  ['TEL;TYPE=PAGER:1', 'PagerNumber', '1', 'TEL;TYPE=PAGER:Changed'],
  ['TEL;TYPE=CAR:1', 'CarPhoneNumber', '1', 'TEL;TYPE=CAR:Changed'],
  ['TEL;TYPE=X-RADIO:1', 'RadioPhoneNumber', '1', 'TEL;TYPE=X-RADIO:Changed'],
  ['TEL;TYPE=X-ASSISTANT:1', 'AssistantPhoneNumber', '1', 'TEL;TYPE=X-ASSISTANT:Changed'],
  ['TEL;TYPE=X-COMPANY:1', 'CompanyMainPhone', '1', 'TEL;TYPE=X-COMPANY:Changed'],
  ['TEL;TYPE=X-MMS:1', 'MMS', '1', 'TEL;TYPE=X-MMS:Changed'],
  ['X-JABBER:me', 'IMAddress', 'me', 'X-JABBER:Changed'],
  ['IMPP:xmpp:me', 'IMAddress', 'xmpp:me', 'IMPP:xmpp:Changed'],
  ['URL:http://a.example', 'WebPage', 'http://a.example', 'URL:Changed'],
  [
    'ADR;TYPE=HOME:Box;;Road 1;Town;S;9;Land',
    'HomeAddressCity',
    'Town',
    'ADR;TYPE=HOME:Box;;Road 1;Changed;S;9;Land',
  ],
  [
    'ADR;TYPE=WORK:;Flat 2;Road 1;;;;',
    'BusinessAddressStreet',
    'Flat 2\r\nRoad 1',
    'ADR;TYPE=WORK:;;Changed;;;;',
  ],
  ['ADR:;;;;;9;', 'OtherAddressPostalCode', '9', 'ADR:;;;;;Changed;'],
  ['X-CUSTOMERID:7', 'CustomerId', '7', 'X-CUSTOMERID:Changed'],
  ['X-EVOLUTION-FILE-AS:Doe', 'FileAs', 'Doe', 'X-EVOLUTION-FILE-AS:Changed'],
])('%s is %s %j', (line, name, value, edited) => {
  const text = cardText('3.0', 'FN:Jane Doe', line, 'X-KEPT;A=b:c');
  const found = told(text);
  expect(saidIn(found, name)).toBe(value);
  const tag = found?.find((one) => one.tag.endsWith(`:${name}`))?.tag ?? '';
  const lines = edit(text, { [tag]: 'Changed' });
  expect(lines).toContain(edited);
  expect(lines).toContain('X-KEPT;A=b:c');
});

describe('more than has a place', () => {
  const mails = three(
    'EMAIL:a@a.a',
    'EMAIL:b@b.b',
    'EMAIL:c@c.c',
    'EMAIL;TYPE=PREF:d@d.d',
    'EMAIL:e@e.e',
  );
  test('the preferred mail address comes first, and two wait', () => {
    expect([1, 2, 3].map((at) => saidIn(told(mails), `Email${at}Address`))).toEqual([
      'd@d.d',
      'a@a.a',
      'b@b.b',
    ]);
  });
  test('those that wait stay, whatever a phone does to the others', () => {
    const lines = edit(mails, {
      Email1Address: '',
      Email2Address: '"A" <new@a.a>',
      Email3Address: 'b@b.b',
    });
    expect(lines.filter((line) => line.startsWith('EMAIL'))).toEqual([
      'EMAIL:new@a.a',
      'EMAIL:b@b.b',
      'EMAIL:c@c.c',
      'EMAIL:e@e.e',
    ]);
  });
  test('so do phones', () => {
    const lines = edit(
      three(
        'TEL;TYPE=CELL:1',
        'TEL;TYPE=CELL:2',
        'TEL;TYPE=HOME:3',
        'TEL;TYPE=HOME:4',
        'TEL;TYPE=HOME:5',
      ),
      {
        MobilePhoneNumber: '9',
        Home2PhoneNumber: '',
      },
    );
    expect(lines.filter((line) => line.startsWith('TEL'))).toEqual([
      'TEL;TYPE=CELL:9',
      'TEL;TYPE=CELL:2',
      'TEL;TYPE=HOME:3',
      'TEL;TYPE=HOME:5',
    ]);
  });
});

test.each<readonly ['3.0' | '4.0', Said, readonly string[]]>([
  ['3.0', { HomePhoneNumber: '1' }, ['TEL;TYPE=HOME,VOICE:1']],
  ['4.0', { HomePhoneNumber: '1' }, ['TEL;TYPE=home,voice:1']],
  ['3.0', { Email1Address: 'a@example.org' }, ['EMAIL;TYPE=INTERNET:a@example.org']],
  ['4.0', { Email1Address: 'a@example.org' }, ['EMAIL:a@example.org']],
  ['3.0', { BusinessAddressCity: 'Town' }, ['ADR;TYPE=WORK:;;;Town;;;']],
  ['4.0', { OtherAddressStreet: 'a\r\nb' }, ['ADR:;;a\\nb;;;;']],
  ['4.0', { Spouse: 'Joe' }, ['RELATED;VALUE=text;TYPE=spouse:Joe']],
  ['3.0', { Children: [{ Child: 'A' }, { Child: 'B' }] }, ['X-CHILDREN:A', 'X-CHILDREN:B']],
  ['3.0', { 'contacts2:IMAddress': 'me' }, ['IMPP:im:me']],
  ['3.0', { Birthday: '1980-02-29T00:00:00.000Z' }, ['BDAY;VALUE=date:1980-02-29']],
  ['4.0', { Birthday: '1980-02-29T00:00:00.000Z' }, ['BDAY:19800229']],
  ['3.0', { Anniversary: '2001-02-03T00:00:00.000Z' }, ['X-ANNIVERSARY;VALUE=date:2001-02-03']],
  ['4.0', { Picture: 'iVBORw0KGgo=' }, ['PHOTO:data:image/png;base64,iVBORw0KGgo=']],
  ['3.0', { Picture: '/9j/4AAQ' }, ['PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ']],
  ['3.0', { Categories: [{ Category: 'x' }] }, ['CATEGORIES:x']],
  [
    '3.0',
    { 'airsyncbase:Body': { 'airsyncbase:Type': '1', 'airsyncbase:Data': 'a\r\nb' } },
    ['NOTE:a\\nb'],
  ],
])('in vCard %s, %j is new as %j', (version, elements, lines) => {
  const written = edit(version === '3.0' ? three() : four(), elements);
  for (const line of lines) expect(written).toContain(line);
});

describe('birthdays', () => {
  const born = three('BDAY:1980-02-29');
  test('are midnight UTC, and eleven for a BlackBerry', () => {
    expect(saidIn(told(born), 'Birthday')).toBe('1980-02-29T00:00:00.000Z');
    expect(saidIn(told(born, { deviceType: 'BlackBerry' }), 'Birthday')).toBe(
      '1980-02-29T11:00:00.000Z',
    );
  });
  test.each([
    ['1990-05-04T00:00:00.000Z', '1990-05-04'],
    ['1990-05-03T12:00:00.000Z', '1990-05-04'],
    ['1990-05-03T22:00:00.000Z', '1990-05-04'],
    ['1990-05-04T11:59:59.000Z', '1990-05-04'],
    ['19900504T080000Z', '1990-05-04'],
  ])('%s is %s', (Birthday, date) => {
    expect(edit(born, { Birthday })).toContain(`BDAY;VALUE=date:${date}`);
  });
  test('without a year are of 1604', () => {
    expect(saidIn(told(four('BDAY:--0229')), 'Birthday')).toBe('1604-02-29T00:00:00.000Z');
    expect(edit(four(), { Birthday: '1604-05-04T00:00:00.000Z' })).toContain('BDAY:--0504');
    expect(edit(three(), { Birthday: '1604-05-04T00:00:00.000Z' })).toContain(
      'BDAY;X-APPLE-OMIT-YEAR=1604:1604-05-04',
    );
  });
  test('that are no days are not told, and stay', () => {
    const text = four('BDAY;VALUE=text:long ago');
    expect(saidIn(told(text), 'Birthday')).toBeUndefined();
    expect(edit(text, { JobTitle: 'x' })).toContain('BDAY;VALUE=text:long ago');
    expect(merge(text, data('contacts', { Birthday: 'soon' }), context())).toEqual({ refused: 6 });
  });
});

describe('pictures', () => {
  const text = three('PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ');
  test('are sent up to the limit, and stay where they are larger or not mentioned', () => {
    expect(saidIn(told(text), 'Picture')).toBe('/9j/4AAQ');
    expect(saidIn(told(text, { pictureLimit: 5 }), 'Picture')).toBeUndefined();
    const kept = linesOf(merge(text, data('contacts', { LastName: 'New' }), context()));
    expect(kept).toContain('PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ');
  });
  test('go with an empty element, and what is no base64 is refused', () => {
    expect(edit(text, { Picture: '' }).join()).not.toContain('PHOTO');
    expect(merge(text, data('contacts', { Picture: '<svg>' }), context())).toEqual({ refused: 6 });
  });
});

describe('how somebody is called', () => {
  test('follows the name, and not where it is filed', () => {
    expect(edit(three(), { FirstName: 'Ann' })).toContain('FN:Ann Doe');
    expect(edit(three(), { FileAs: 'Elsewhere' })).toContain('FN:Jane Doe');
    expect(
      edit(cardText('3.0', 'FN:Doe\\, Jane', 'N:Doe;Jane;;;'), { FirstName: 'Ann' }),
    ).toContain('FN:Doe\\, Ann');
  });
  test.each<readonly [Said, string]>([
    [{ FirstName: 'Ann', LastName: 'Lee' }, 'FN:Ann Lee'],
    [{ CompanyName: 'Acme' }, 'FN:Acme'],
    [{ FileAs: 'Filed', Email1Address: 'a@example.org' }, 'FN:Filed'],
    [{ Email1Address: 'a@example.org' }, 'FN:a@example.org'],
    [{ MobilePhoneNumber: '1' }, 'FN:-'],
  ])('a new contact with %j has %s', (elements, line) => {
    expect(linesOf(merge(undefined, data('contacts', elements), context()))).toContain(line);
  });
});

describe('ghosted elements (MS-ASCMD 2.2.3.179)', () => {
  const text = three('TITLE:Head', 'NICKNAME:Jay', 'NOTE:n', 'TEL;TYPE=WORK:1', 'TEL;TYPE=WORK:2');
  const left = (supported?: ReadonlySet<string>) =>
    linesOf(
      merge(
        text,
        data('contacts', {
          FirstName: 'Ann',
          LastName: 'Doe',
          FileAs: 'Jane Doe',
          BusinessPhoneNumber: '3',
        }),
        context(supported === undefined ? {} : { supported }),
      ),
    );
  test('without a list, what is left out goes, but for the note', () => {
    expect(left().join()).not.toMatch(/TITLE|NICKNAME|WORK:2/);
    expect(left()).toContain('NOTE:n');
  });
  test('of a list, only what is in it goes', () => {
    const lines = left(new Set(['JobTitle', 'BusinessPhoneNumber']));
    expect(lines.join()).not.toContain('TITLE');
    for (const line of ['NICKNAME:Jay', 'TEL;TYPE=WORK:3', 'TEL;TYPE=WORK:2'])
      expect(lines).toContain(line);
  });
  test('of an empty list, nothing goes', () => {
    expect(left(new Set())).toContain('TITLE:Head');
  });
});

test('lists and groups have no form', () => {
  expect(told(four('KIND:group', 'MEMBER:urn:uuid:1'))).toBeUndefined();
  expect(merge(four('KIND:group'), [], context())).toEqual({ refused: 6 });
});
