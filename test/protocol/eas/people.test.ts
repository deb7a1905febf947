import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BookSource } from '../../../src/api/books/directories.ts';
import type { Element } from '../../../src/domain/activesync/data.ts';
import { all, type EasServer, el, startEas, textAt } from '../../support/eas.ts';
import { bookOf } from '../../support/ldap/books.ts';
import { people, person, photo } from '../../support/ldap/people.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../../support/ldap/slapd.ts';
import { describeWith } from '../../support/needing.ts';

const many = Array.from({ length: 130 }, (_, index) =>
  person(`crowd${index}`, `Crowd Member ${index}`, ['mail', `crowd${index}@acme.com`]),
).join('');
const large = new Uint8Array(5000).fill(0xff);
const some = [
  person(
    'ada1',
    'Ada Byron',
    ['mail', 'byron@acme.com'],
    ['givenName', 'Ada'],
    ['jpegPhoto', photo],
  ),
  person('ada2', 'Ada Bright', ['mail', 'bright@acme.com'], ['jpegPhoto', large], ['title', 'Dr.']),
  person('carol', 'Carol', ['mail', 'carol@example.org']),
  person('ada3', 'Ada Brown', ['mail', 'brown@acme.com'], ['mobile', '+49 170 1']),
].join('');

describeWith('the global address list', slapdNeeds, () => {
  let slapd: TestSlapd;
  let server: EasServer;
  let books: readonly BookSource[];
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: people + some + many });
    books = [bookOf(slapd.url, { mapping: new Map([['photo', ['jpegPhoto']]]) })];
    server = await startEas({ books, busy: { toldToAll: true } });
  });
  afterAll(async () => {
    await server.stop();
    await Promise.all(books.map(({ directory }) => directory.close()));
    await slapd.stop();
  });

  const search = (query: string, range = '0-99', ...options: readonly Element[]) =>
    el(
      'search:Search',
      el(
        'search:Store',
        el('search:Name', 'GAL'),
        el('search:Query', query),
        el('search:Options', el('search:Range', range), ...options),
      ),
    );
  const names = (root: Element | undefined) =>
    all(root, 'gal:DisplayName').map(({ value }) => value);

  test('is searched by all words, in any part of name and address (MS-ASCMD 2.2.1.16)', async () => {
    const phone = server.device();
    const { root } = await phone.send('Search', search('br ADA'));
    expect(new Set(names(root))).toEqual(new Set(['Ada Bright', 'Ada Brown']));
    expect([textAt(root, 'search:Range'), textAt(root, 'search:Total')]).toEqual(['0-1', '2']);
    expect(all(root, 'gal:LastName')).toHaveLength(2);
    expect(textAt(root, 'gal:MobilePhone')).toBe('+49 170 1');
    const byMail = await phone.send('Search', search('byron@acme'));
    expect(names(byMail.root)).toEqual(['Ada Byron']);
  });

  test('is shown in pages of 100 at most', async () => {
    const phone = server.device();
    const first = await phone.send('Search', search('crowd', '0-199'));
    expect([
      names(first.root).length,
      textAt(first.root, 'search:Range'),
      textAt(first.root, 'search:Total'),
    ]).toEqual([100, '0-99', '130']);
    const rest = await phone.send('Search', search('crowd', '100-199'));
    expect([names(rest.root).length, textAt(rest.root, 'search:Range')]).toEqual([30, '100-129']);
    expect(new Set([...names(first.root), ...names(rest.root)]).size).toBe(130);
    const past = await phone.send('Search', search('crowd', '500-600'));
    expect(all(past.root, 'search:Status').map(({ value }) => value)).toEqual(['1', '12']);
  });

  test('says that it found nothing, and what it cannot understand', async () => {
    const phone = server.device();
    const statuses = async (root: Element) =>
      all((await phone.send('Search', root)).root, 'search:Status').map(({ value }) => value);
    expect(await statuses(search('xyzzy*)(uid=*'))).toEqual(['1', '1']);
    expect(await statuses(search('  '))).toEqual(['1', '2']);
    const store = (name: string) =>
      el(
        'search:Search',
        el(
          'search:Store',
          el('search:Name', name),
          el('search:Query', el('search:And', el('search:FreeText', 'x'))),
        ),
      );
    expect(await statuses(store('Mailbox'))).toEqual(['1', '1']);
    expect(await statuses(store('DocumentLibrary'))).toEqual(['1', '2']);
  });

  test('has pictures, as large and as many as are asked for (173, 174, 175)', async () => {
    const picture = el(
      'search:Picture',
      el('search:MaxSize', '4000'),
      el('search:MaxPictures', '9'),
    );
    const { root } = await server.device().send('Search', search('ada b', '0-99', picture));
    const byName = new Map(
      all(root, 'search:Properties').map((one) => [
        textAt(one, 'gal:DisplayName'),
        [textAt(one, 'gal:Status'), all(one, 'gal:Data')[0]?.value],
      ]),
    );
    expect(byName.get('Ada Byron')).toEqual(['1', Buffer.from(photo)]);
    expect(byName.get('Ada Bright')).toEqual(['174', undefined]);
    expect(byName.get('Ada Brown')).toEqual(['173', undefined]);
    const few = el('search:Picture', el('search:MaxPictures', '0'));
    const none = await server.device().send('Search', search('byron', '0-99', few));
    expect(textAt(none.root, 'gal:Status')).toBe('175');
    // iOS sends it empty.
    const empty = await server
      .device()
      .send('Search', search('byron', '0-99', el('search:Picture', '')));
    expect(textAt(empty.root, 'gal:Status')).toBe('1');
    const old = await server
      .device({ version: '14.0' })
      .send('Search', search('byron', '0-99', picture));
    expect(all(old.root, 'gal:Picture')).toEqual([]);
  });

  test('is found in the words of 16.1, and in no earlier (MS-ASCMD 2.2.1.4)', async () => {
    const find = (query: string, range = '0-24') =>
      el(
        'find:Find',
        el('find:SearchId', 'C7B5A2F0-0000-4000-8000-000000000000'),
        el(
          'find:ExecuteSearch',
          el(
            'find:GalSearchCriterion',
            el('find:Query', query),
            el(
              'find:Options',
              el('find:Range', range),
              el('find:Picture', el('find:MaxPictures', '5')),
            ),
          ),
        ),
      );
    const { root } = await server.device().send('Find', find('byron'));
    expect(names(root)).toEqual(['Ada Byron']);
    expect([textAt(root, 'find:Range'), textAt(root, 'find:Total')]).toEqual(['0-0', '1']);
    expect(all(root, 'gal:Data')[0]?.value).toEqual(Buffer.from(photo));
    const later = await server.device().send('Find', find('byron', '5-9'));
    expect(textAt(later.root, 'find:Status')).toBe('4');
    const earlier = await server.device({ version: '16.0' }).send('Find', find('byron'));
    expect(textAt(earlier.root, 'find:Status')).toBe('137');
  });

  test('resolves names and addresses (MS-ASCMD 2.2.1.15)', async () => {
    const resolve = (...to: readonly string[]) =>
      el(
        'resolverecipients:ResolveRecipients',
        ...to.map((each) => el('resolverecipients:To', each)),
        el(
          'resolverecipients:Options',
          el('resolverecipients:MaxAmbiguousRecipients', '2'),
          el('resolverecipients:CertificateRetrieval', '2'),
        ),
      );
    const { root } = await server
      .device()
      .send('ResolveRecipients', resolve('BYRON@acme.com', 'ada br', 'ada b', 'nobody at all'));
    const responses = all(root, 'resolverecipients:Response').map((one) => [
      textAt(one, 'resolverecipients:Status'),
      all(one, 'resolverecipients:EmailAddress').length,
    ]);
    expect(responses).toEqual([
      ['1', 1],
      ['2', 2],
      ['3', 2],
      ['4', 0],
    ]);
    expect(textAt(root, 'resolverecipients:CertificateCount')).toBe('0');
    const none = await server.device().send('ResolveRecipients', resolve());
    expect(textAt(none.root, 'resolverecipients:Status')).toBe('5');
  });

  test('tells when somebody is busy, half hour by half hour (MS-ASCMD 2.2.3.101)', async () => {
    const event = (name: string, start: string, end: string, more: string) =>
      server.dav.send('PUT', `/SOGo/dav/carol/Calendar/personal/${name}.ics`, {
        credentials: 'carol:secret',
        headers: { 'content-type': 'text/calendar' },
        body: `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:${name}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20300107T${start}Z\r\nDTEND:20300107T${end}Z\r\n${more}SUMMARY:secret\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`,
      });
    expect((await event('a', '084500', '091500', '')).status).toBe(201);
    expect((await event('b', '100000', '110000', 'STATUS:TENTATIVE\r\n')).status).toBe(201);
    const ask = async (to: string, start: string, end: string) => {
      const { root } = await server
        .device()
        .send(
          'ResolveRecipients',
          el(
            'resolverecipients:ResolveRecipients',
            el('resolverecipients:To', to),
            el(
              'resolverecipients:Options',
              el(
                'resolverecipients:Availability',
                el('resolverecipients:StartTime', start),
                el('resolverecipients:EndTime', end),
              ),
            ),
          ),
        );
      return root;
    };
    const carol = await ask(
      'carol@example.org',
      '2030-01-07T08:00:00.000Z',
      '2030-01-07T11:15:00.000Z',
    );
    expect(textAt(carol, 'resolverecipients:MergedFreeBusy')).toBe('0220110');
    const stranger = await ask(
      'byron@acme.com',
      '2030-01-07T08:00:00.000Z',
      '2030-01-07T09:00:00.000Z',
    );
    expect(all(stranger, 'resolverecipients:Status').map(({ value }) => value)).toEqual([
      '1',
      '1',
      '163',
    ]);
    for (const [start, end] of [
      ['2030-01-07T08:00:00.000Z', '2030-01-07T08:00:00.000Z'],
      ['2030-01-07T08:00:00.000Z', '2040-01-07T08:00:00.000Z'],
      ['yesterday', 'tomorrow'],
    ] as const)
      expect(textAt(await ask('byron@acme.com', start, end), 'resolverecipients:Status')).toBe('5');
  });

  test('that is away is told as what passes (111), and never as nobody', async () => {
    await slapd.stop();
    const { root } = await server.device().send('Search', search('ada'));
    expect(textAt(root, 'search:Status')).toBe('111');
    const old = await server.device({ version: '12.1' }).send('Search', search('ada'));
    expect([old.status, old.headers['retry-after']]).toEqual([503, '30']);
  });
});
