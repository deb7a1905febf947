import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carddav, dav } from '../../../src/api/dav/xml/names.ts';
import { elementsOf, textOf } from '../../../src/api/dav/xml/element.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  conditionsOf,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
  xmlOf,
} from '../../support/multistatus.ts';
import { cardText, CONTACTS, multigetBody, VCARD, XML } from '../../support/objects.ts';

const cards: Readonly<Record<string, readonly string[]>> = {
  jane: [
    'EMAIL;TYPE=INTERNET,HOME:jane@example.org',
    'EMAIL;TYPE=WORK:jane@work.example',
    'TEL;TYPE=CELL:+49 170 1',
    'item1.TEL:+49 30 2',
    'item1.X-ABLABEL:Büro',
    'CATEGORIES:Friends,Chess \\, Go',
    'ORG:Example\\; Sons;Sales',
    'NOTE:50% off',
  ],
  omer: ['NICKNAME:Ömer', 'EMAIL;TYPE=work;X-A="a,b^^^n^\'c":omer@example.org'],
  paul: ['TEL;HOME:+1 2', 'NOTE:long lo\r\n ng long end'],
};

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  for (const [name, lines] of Object.entries(cards))
    await server.send('PUT', `${CONTACTS}${name}.vcf`, {
      headers: VCARD,
      body: cardText(name, ...lines),
    });
});
afterAll(() => server.stop());

const ask = (
  filter: string,
  { data = '', more = '', depth = '1' }: { data?: string; more?: string; depth?: string } = {},
) =>
  server.send('REPORT', CONTACTS, {
    headers: { ...XML, ...(depth === '' ? {} : { depth }) },
    body: `<C:addressbook-query xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:D="DAV:"><D:prop><D:getetag/>${data}</D:prop>${filter}${more}</C:addressbook-query>`,
  });
const found = async (filter: string): Promise<readonly string[]> =>
  [...responsesOf(await ask(filter)).keys()].map((href) =>
    href.slice(CONTACTS.length).replace('.vcf', ''),
  );
const filter = (content: string, test?: string): string =>
  `<C:filter${test === undefined ? '' : ` test="${test}"`}>${content}</C:filter>`;
const prop = (name: string, content = '', test = ''): string =>
  `<C:prop-filter name="${name}"${test === '' ? '' : ` test="${test}"`}>${content}</C:prop-filter>`;
const match = (text: string, attributes = ''): string =>
  `<C:text-match ${attributes}>${text}</C:text-match>`;
const param = (name: string, content = ''): string =>
  `<C:param-filter name="${name}">${content}</C:param-filter>`;

describe('addressbook-query (RFC 6352 §8.6, §10.5)', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['an empty filter: everything', filter(''), ['jane', 'omer', 'paul']],
    ['a property that is there', filter(prop('email')), ['jane', 'omer']],
    ['a property that is not', filter(prop('EMAIL', '<C:is-not-defined/>')), ['paul']],
    ['a text within, regardless of case', filter(prop('EMAIL', match('JANE@'))), ['jane']],
    ['a text that nobody has', filter(prop('EMAIL', match('nobody'))), []],
    [
      'a text that no address of theirs contains, of those with one',
      filter(prop('EMAIL', match('example.org', 'negate-condition="yes"'))),
      ['jane'],
    ],
    ['equals', filter(prop('EMAIL', match('omer@example.org', 'match-type="equals"'))), ['omer']],
    ['equals is not contains', filter(prop('EMAIL', match('omer', 'match-type="equals"'))), []],
    ['starts-with', filter(prop('TEL', match('+49', 'match-type="starts-with"'))), ['jane']],
    ['ends-with', filter(prop('NOTE', match('END', 'match-type="ends-with"'))), ['paul']],
    [
      'a part of a structured value',
      filter(prop('N', match('doe', 'match-type="equals"'))),
      ['jane', 'omer', 'paul'],
    ],
    [
      'a part with escaped separators',
      filter(prop('CATEGORIES', match('chess , go', 'match-type="equals"'))),
      ['jane'],
    ],
    ['a part of ORG', filter(prop('ORG', match('Example; Sons', 'match-type="equals"'))), ['jane']],
    ['umlauts without regard to case', filter(prop('NICKNAME', match('öMER'))), ['omer']],
    [
      'umlauts, decomposed (RFC 5051)',
      filter(prop('NICKNAME', match('o\u0308mer', 'collation="i;unicode-casemap"'))),
      ['omer'],
    ],
    [
      'i;ascii-casemap leaves umlauts alone (RFC 4790 §9.2)',
      filter(prop('NICKNAME', match('öMER', 'collation="i;ascii-casemap"'))),
      [],
    ],
    [
      'i;ascii-casemap folds letters',
      filter(prop('NICKNAME', match('ÖmEr', 'collation="i;ascii-casemap"'))),
      ['omer'],
    ],
    [
      'i;octet folds nothing (RFC 4790 §9.3)',
      filter(prop('NICKNAME', match('Ömer', 'collation="i;octet"'))),
      ['omer'],
    ],
    [
      'i;unicasemap, as programs for SOGo call i;unicode-casemap',
      filter(prop('NICKNAME', match('öMER', 'collation="i;unicasemap"'))),
      ['omer'],
    ],
    ['i;octet, other case', filter(prop('NICKNAME', match('ömer', 'collation="i;octet"'))), []],
    [
      'the server’s default collation',
      filter(prop('NICKNAME', match('ömer', 'collation="default"'))),
      ['omer'],
    ],
    ['a parameter that is there', filter(prop('EMAIL', param('X-A'))), ['omer']],
    [
      'a parameter that is not',
      filter(prop('EMAIL', param('X-A', '<C:is-not-defined/>'))),
      ['jane'],
    ],
    [
      'one of a parameter’s values',
      filter(prop('EMAIL', param('TYPE', match('home', 'match-type="equals"')))),
      ['jane'],
    ],
    [
      'a parameter unquoted and unescaped (RFC 6868)',
      filter(prop('EMAIL', param('x-a', match('a,b^\n"c', 'match-type="equals"')))),
      ['omer'],
    ],
    ['a bare parameter is a TYPE', filter(prop('TEL', param('TYPE', match('home')))), ['paul']],
    [
      'conditions are met by one and the same property',
      filter(prop('EMAIL', match('work.example') + param('TYPE', match('HOME')), 'allof')),
      [],
    ],
    [
      'anyof is the default within a property',
      filter(prop('EMAIL', match('work.example') + param('X-A'))),
      ['jane', 'omer'],
    ],
    [
      'anyof is the default between properties',
      filter(prop('NICKNAME') + prop('ORG')),
      ['jane', 'omer'],
    ],
    ['allof between properties', filter(prop('EMAIL') + prop('ORG'), 'allof'), ['jane']],
    ['any group, where none is named', filter(prop('TEL', match('30 2'))), ['jane']],
    ['its own group', filter(prop('ITEM1.tel', match('30'))), ['jane']],
    ['another group', filter(prop('item2.TEL')), []],
    ['a folded value', filter(prop('NOTE', match('long long long end'))), ['paul']],
    ['text with a per cent sign', filter(prop('NOTE', match('50%'))), ['jane']],
  ])('finds by %s', async (_, asked, expected) => {
    expect(await found(asked)).toEqual(expected);
  });

  it('answers with the properties asked for, and the cards as they were stored', async () => {
    const answered = await ask(filter(prop('NICKNAME')), { data: '<C:address-data/><D:owner/>' });
    const response = responseOf(answered);
    expect(valueOf(response, carddav('address-data'))).toBe(
      cardText('omer', ...(cards['omer'] ?? [])),
    );
    expect(response.statuses[dav('owner')]).toBe(200);
  });

  it('asks about the members without a Depth header too, but not with Depth 0', async () => {
    expect(responsesOf(await ask(filter(''), { depth: '' })).size).toBe(3);
    expect(responsesOf(await ask(filter(''), { depth: '0' })).size).toBe(0);
    expect(responsesOf(await ask(filter(''), { depth: 'infinity' })).size).toBe(3);
  });

  it('stops at nresults and says so for the collection: 507 number-of-matches-within-limits (§8.6.2)', async () => {
    const limit = (count: string) => `<C:limit><C:nresults>${count}</C:nresults></C:limit>`;
    const cut = responsesOf(await ask(filter(prop('EMAIL')), { more: limit('1') }));
    expect([...cut.keys()]).toEqual([`${CONTACTS}jane.vcf`, CONTACTS]);
    expect(cut.get(CONTACTS)?.status).toBe(507);
    expect(cut.get(CONTACTS)?.conditions).toEqual([dav('number-of-matches-within-limits')]);
    // As many as there are is not too many.
    expect(responsesOf(await ask(filter(prop('EMAIL')), { more: limit('2') })).size).toBe(2);
    expect((await ask(filter(''), { more: limit('0') })).status).toBe(400);
    expect((await ask(filter(''), { more: limit('many') })).status).toBe(400);
  });

  it.each([
    ['no filter', ''],
    ['two filters', filter('') + filter('')],
    ['a prop-filter without name', filter('<C:prop-filter/>')],
    ['a test that is none', filter('', 'noneof')],
    ['a match-type that is none', filter(prop('FN', match('x', 'match-type="like"')))],
    ['a negate-condition that is none', filter(prop('FN', match('x', 'negate-condition="1"')))],
    ['is-not-defined beside others', filter(prop('FN', `<C:is-not-defined/>${match('x')}`))],
    [
      'two text-matches for a parameter',
      filter(prop('FN', param('TYPE', match('x') + match('y')))),
    ],
    ['more conditions than are tried', filter(prop('FN', match('x').repeat(100)))],
    ['a text longer than is looked for', filter(prop('FN', match('x'.repeat(1001))))],
  ])('refuses %s with 400', async (_, asked) => {
    expect((await ask(asked)).status).toBe(400);
  });

  it('refuses a collation nobody knows with supported-collation, and lists those there are (§8.3.1)', async () => {
    const refused = await ask(filter(prop('FN', match('x', 'collation="i;basic"'))));
    expect(refused.status).toBe(403);
    expect(conditionsOf(refused)).toEqual([carddav('supported-collation')]);
    const name = carddav('supported-collation-set');
    const response = responseOf(
      await server.send('PROPFIND', CONTACTS, {
        headers: { depth: '0' },
        body: propfindBody(name),
      }),
    );
    const set = response.properties.get(name);
    expect(set && elementsOf(set).map(textOf)).toEqual([
      'i;ascii-casemap',
      'i;unicode-casemap',
      'i;octet',
    ]);
  });

  it.each([
    ['in the filter', filter('<C:comp-filter name="VCARD"/>')],
    ['in a prop-filter', filter(prop('FN', '<C:time-range/>'))],
    ['in a param-filter', filter(prop('FN', param('TYPE', '<C:x/>')))],
  ])(
    'refuses a filter it does not know %s with supported-filter, naming it (§8.6.1)',
    async (_, asked) => {
      const refused = await ask(asked);
      expect(refused.status).toBe(403);
      const [condition] = elementsOf(xmlOf(refused));
      expect(condition?.name).toBe(carddav('supported-filter'));
      expect(condition && elementsOf(condition)).toHaveLength(1);
    },
  );

  it('is announced where it is answered (RFC 3253 §3.1.5)', async () => {
    const { body } = await server.send('PROPFIND', CONTACTS, {
      headers: { depth: '0' },
      body: propfindBody(dav('supported-report-set')),
    });
    expect(body).toContain('<CR:addressbook-query/>');
  });
});

describe('address-data (RFC 6352 §10.4)', () => {
  const dataOf = async (name: string, data: string): Promise<string | undefined> => {
    const href = `${CONTACTS}${name}.vcf`;
    const body = multigetBody('addressbook', [href]).replace(
      '</D:prop>',
      `${data.replace('<C:address-data', '<C:address-data xmlns:C="urn:ietf:params:xml:ns:carddav"')}</D:prop>`,
    );
    const answered = await server.send('REPORT', CONTACTS, { headers: XML, body });
    return valueOf(responseOf(answered), carddav('address-data'));
  };

  it('gives the properties that are named, whole lines of them, and always VERSION', async () => {
    const data =
      '<C:address-data><C:prop name="fn"/><C:prop name="Email"/><C:prop name="item1.TEL"/></C:address-data>';
    expect(await dataOf('jane', data)).toBe(
      [
        'BEGIN:VCARD',
        'VERSION:3.0',
        'FN:Jane Doe',
        'EMAIL;TYPE=INTERNET,HOME:jane@example.org',
        'EMAIL;TYPE=WORK:jane@work.example',
        'item1.TEL:+49 30 2',
        'END:VCARD',
        '',
      ].join('\r\n'),
    );
  });

  it('leaves values out where novalue says so (§10.4.2)', async () => {
    const data = '<C:address-data><C:prop name="EMAIL" novalue="yes"/></C:address-data>';
    expect(await dataOf('jane', data)).toContain('EMAIL;TYPE=INTERNET,HOME:\r\n');
  });

  it('gives everything for allprop and for no properties at all', async () => {
    for (const data of ['<C:address-data><C:allprop/></C:address-data>', '<C:address-data/>'])
      expect(await dataOf('jane', data)).toBe(cardText('jane', ...(cards['jane'] ?? [])));
  });

  it('converts to the other version where one is named', async () => {
    const four = await dataOf('jane', '<C:address-data content-type="text/vcard" version="4.0"/>');
    expect(four).toContain('VERSION:4.0\r\n');
    const same = await dataOf('jane', '<C:address-data version="3.0"/>');
    expect(same).toBe(cardText('jane', ...(cards['jane'] ?? [])));
  });

  it.each([
    '<C:prop/>',
    '<C:prop name=""/>',
    '<C:prop name="item1."/>',
    '<C:prop name="FN" novalue="maybe"/>',
    '<C:prop name="X"/>'.repeat(201),
  ])('refuses %s with 400', async (props) => {
    const refused = await ask(filter(''), { data: `<C:address-data>${props}</C:address-data>` });
    expect(refused.status).toBe(400);
  });

  it.each([
    'content-type="application/xml"',
    'version="2.1"',
    'content-type="text/vcard" version="5"',
  ])(
    'refuses %s with supported-address-data before anything is answered (§8.6.1)',
    async (attributes) => {
      const refused = await ask(filter(''), { data: `<C:address-data ${attributes}/>` });
      expect(refused.status).toBe(403);
      expect(conditionsOf(refused)).toEqual([carddav('supported-address-data')]);
    },
  );
});
