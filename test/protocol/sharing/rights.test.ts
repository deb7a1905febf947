import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { caldav, dav, inverse, type Name } from '../../../src/api/dav/xml/names.ts';
import { type Answered, type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, propfindBody, responseOf, responsesOf } from '../../support/multistatus.ts';
import { cardText, eventText, ICALENDAR, syncBody, VCARD, XML } from '../../support/objects.ts';
import { aclQuery, BOB, CAROL, setRoles } from '../../support/sharing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({
    groups: { staff: ['bob@example.org'], nobody: [] },
  });
});
afterAll(() => server.stop());

let count = 0;
let at = '';
const classes = ['PUBLIC', 'CONFIDENTIAL', 'PRIVATE'] as const;
const secretOf = (name: string): string => `secret-of-${name}`;
const eventOf = (name: string, classification: string, ...more: readonly string[]): string =>
  eventText(
    `uid-${secretOf(name)}`,
    'DTEND:20260105T100000Z',
    `CLASS:${classification}`,
    `SUMMARY:${secretOf(name)}`,
    ...more,
  );

beforeEach(async () => {
  count += 1;
  at = `/SOGo/dav/alice/Calendar/shared-${count}/`;
  expect((await server.send('MKCALENDAR', at)).status).toBe(201);
  for (const one of classes)
    expect((await put(`${one}.ics`, eventOf(`${one}.ics`, one), null)).status).toBe(201);
});

const put = (name: string, body: string, by: string | null = BOB): Promise<Answered> =>
  server.send('PUT', at + name, {
    headers: ICALENDAR,
    body,
    ...(by === null ? {} : { credentials: by }),
  });
const bob = (method: string, path: string, body?: string, headers = {}): Promise<Answered> =>
  server.send(method, path, {
    credentials: BOB,
    headers: { ...(body === undefined ? {} : XML), ...headers },
    ...(body === undefined ? {} : { body }),
  });
const grant = (...roles: readonly string[]) => setRoles(server, at, 'bob@example.org', roles);
const multiget = (names: readonly string[]) =>
  `<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop>${names.map((name) => `<D:href>${at}${name}</D:href>`).join('')}</C:calendar-multiget>`;
const query =
  '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>';
const freeBusy =
  '<C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav"><C:time-range start="20260101T000000Z" end="20260201T000000Z"/></C:free-busy-query>';

describe('a calendar that nobody was given rights on', () => {
  it.each([
    ['OPTIONS', undefined],
    ['GET', undefined],
    ['PROPFIND', propfindBody(dav('displayname'))],
    ['PROPPATCH', '<propertyupdate xmlns="DAV:"><set><prop/></set></propertyupdate>'],
    ['REPORT', query],
    ['DELETE', undefined],
    ['MKCALENDAR', undefined],
    ['MKCOL', undefined],
    ['COPY', undefined],
    ['PUT', 'no calendar'],
  ])('answers %s to others as if it were not there', async (method, body) => {
    const headers = { depth: '0', destination: `${server.url}/SOGo/dav/bob@example.org/x` };
    for (const name of ['', 'PUBLIC.ics', 'none.ics']) {
      const there = await bob(method, at + name, body, headers);
      const elsewhere = await bob(method, `/SOGo/dav/nobody/Calendar/none/${name}`, body, headers);
      expect([there.status, there.body]).toEqual([elsewhere.status, elsewhere.body]);
    }
  });

  it('takes its owner and home along', async () => {
    for (const path of [
      '/SOGo/dav/alice/',
      '/SOGo/dav/alice/Calendar/',
      '/SOGo/dav/alice/freebusy.ifb',
    ])
      expect((await bob('PROPFIND', path, undefined, { depth: '0' })).status, path).toBe(404);
  });
});

describe('rights in a calendar', () => {
  it('show what is classified so, masked where only dates and times may be seen', async () => {
    await grant('PublicViewer', 'ConfidentialDAndTViewer');
    const own = responsesOf(
      await server.send('PROPFIND', at, {
        headers: { depth: '1' },
        body: propfindBody(dav('getetag')),
      }),
    );
    const tagOf = (of: typeof own, name: string) =>
      of.get(at + name)?.properties.get(dav('getetag'));
    const shown = responsesOf(
      await bob('PROPFIND', at, propfindBody(dav('getetag')), { depth: '1' }),
    );
    expect([...shown.keys()]).toEqual([at, `${at}PUBLIC.ics`, `${at}CONFIDENTIAL.ics`]);
    expect(tagOf(shown, 'PUBLIC.ics')).toEqual(tagOf(own, 'PUBLIC.ics'));
    expect(tagOf(shown, 'CONFIDENTIAL.ics')).not.toEqual(tagOf(own, 'CONFIDENTIAL.ics'));
    const get = await bob('GET', `${at}CONFIDENTIAL.ics`);
    expect(get.status).toBe(200);
    expect(get.body).toContain('SUMMARY:(Confidential event)');
    expect(get.body).toContain('DTSTART:20260105T090000Z');
    expect(get.body).not.toContain('secret');
    expect(tagOf(shown, 'CONFIDENTIAL.ics')?.nodes).toEqual([get.headers.etag]);
    expect((await bob('GET', `${at}PUBLIC.ics`)).body).toContain(secretOf('PUBLIC.ics'));
  });

  it('hide an object from every request alike, whether it is there or not', async () => {
    await grant('PublicViewer', 'ConfidentialDAndTViewer');
    const export_ = `${at.slice(0, -1)}.ics`;
    const answers = [
      await bob('GET', export_),
      await bob('REPORT', at, multiget(['PRIVATE.ics', 'CONFIDENTIAL.ics', 'none.ics'])),
      await bob('REPORT', at, query, { depth: '1' }),
      await bob('REPORT', at, syncBody('')),
      await bob('PROPFIND', at, propfindBody(dav('getetag')), { depth: '1' }),
    ];
    for (const { status, body } of answers) {
      expect(status).toBeLessThan(300);
      expect(body).not.toContain(secretOf('PRIVATE'));
      expect(body).not.toContain(secretOf('CONFIDENTIAL'));
    }
    const found = responsesOf(answers[1] as Answered);
    expect(found.get(`${at}PRIVATE.ics`)).toEqual(found.get(`${at}none.ics`));
    for (const name of ['PRIVATE.ics', 'none.ics']) {
      expect((await bob('GET', at + name)).status, name).toBe(403);
      const props = await bob('PROPFIND', at + name, propfindBody(dav('getetag')), { depth: '0' });
      expect(props.status, name).toBe(403);
      expect((await put(name, eventOf(name, 'PUBLIC'))).status, name).toBe(403);
      expect((await bob('DELETE', at + name)).status, name).toBe(403);
    }
  });

  it('count for when somebody is busy', async () => {
    const put3 = async (name: string, hour: string, classification: string) =>
      put(
        name,
        eventText(name, `CLASS:${classification}`)
          .replace('T090000Z', `T${hour}0000Z`)
          .replace('END:VEVENT', `DTEND:20260105T${hour}3000Z\r\nEND:VEVENT`),
        null,
      );
    for (const [name, hour, of] of [
      ['a', '11', 'PUBLIC'],
      ['b', '12', 'CONFIDENTIAL'],
      ['c', '13', 'PRIVATE'],
    ] as const)
      expect((await put3(name, hour, of)).status).toBe(201);
    await grant('PublicViewer', 'ConfidentialDAndTViewer');
    const { status, body } = await bob('REPORT', at, freeBusy);
    expect(status).toBe(200);
    expect(body).toContain('20260105T110000Z');
    expect(body).toContain('20260105T120000Z');
    expect(body).not.toContain('20260105T130000Z');
  });

  it('let change what may be changed, add and delete where that was given', async () => {
    await grant('PublicModifier', 'ConfidentialViewer');
    expect((await put('PUBLIC.ics', eventOf('PUBLIC.ics', 'PUBLIC', 'LOCATION:x'))).status).toBe(
      204,
    );
    expect(
      (await put('CONFIDENTIAL.ics', eventOf('CONFIDENTIAL.ics', 'CONFIDENTIAL', 'LOCATION:x')))
        .status,
    ).toBe(403);
    expect((await put('new.ics', eventOf('new.ics', 'PUBLIC'))).status).toBe(403);
    expect((await bob('DELETE', `${at}PUBLIC.ics`)).status).toBe(403);
    await grant('ObjectCreator', 'ObjectEraser');
    expect((await put('new.ics', eventOf('new.ics', 'PUBLIC'))).status).toBe(201);
    expect((await put('new.ics', eventOf('new.ics', 'PUBLIC', 'LOCATION:x'))).status).toBe(403);
    expect((await bob('DELETE', `${at}PRIVATE.ics`)).status).toBe(204);
    expect((await server.send('GET', `${at}PRIVATE.ics`)).status).toBe(404);
  });

  it('let an eraser name the entity tag that he sees', async () => {
    await grant('ObjectEraser', 'ConfidentialDAndTViewer');
    const { headers } = await bob('GET', `${at}CONFIDENTIAL.ics`);
    const path = `${at}CONFIDENTIAL.ics`;
    expect((await bob('DELETE', path, undefined, { 'if-match': '"other"' })).status).toBe(412);
    const tag = String(headers.etag);
    expect((await bob('DELETE', path, undefined, { 'if-match': tag })).status).toBe(204);
  });

  it('do not let what is not seen whole be copied, nor moved without being allowed to erase', async () => {
    const own = '/SOGo/dav/bob@example.org/Calendar/personal/';
    const to = (name: string) => ({ destination: `${server.url}${own}${count}-${name}` });
    await grant('PublicViewer', 'ConfidentialDAndTViewer');
    expect((await bob('COPY', `${at}PUBLIC.ics`, undefined, to('a'))).status).toBe(201);
    expect((await bob('COPY', `${at}CONFIDENTIAL.ics`, undefined, to('b'))).status).toBe(403);
    expect((await bob('MOVE', `${at}PUBLIC.ics`, undefined, to('c'))).status).toBe(403);
    expect((await bob('GET', `${own}${count}-c`)).status).toBe(404);
  });

  it('tell nobody else who holds a UID', async () => {
    await grant('ObjectCreator');
    const { status, body } = await put('other.ics', eventOf('PRIVATE.ics', 'PUBLIC'));
    expect(status).toBe(403);
    expect(body).toContain('no-uid-conflict');
    expect(body).not.toContain('PRIVATE');
  });

  it('do not let anybody but the owner delete, rename or share the calendar', async () => {
    await grant(
      'PublicModifier',
      'ConfidentialModifier',
      'PrivateModifier',
      'ObjectCreator',
      'ObjectEraser',
    );
    expect((await bob('DELETE', at)).status).toBe(403);
    const rename =
      '<propertyupdate xmlns="DAV:"><set><prop><displayname>x</displayname></prop></set></propertyupdate>';
    expect((await bob('PROPPATCH', at, rename)).status).toBe(403);
    for (const action of [
      '<set-roles user="bob@example.org"><PublicModifier/></set-roles>',
      '<add-user user="carol"/>',
      '<remove-users users="bob@example.org"/>',
      '<user-list/>',
      '<roles user="bob@example.org"/>',
    ]) {
      const answer = await aclQuery(server, at, action, BOB);
      expect(answer.status, action).toBe(403);
      expect(conditionsOf(answer), action).toContain(dav('need-privileges'));
    }
    expect((await bob('GET', at.replace('/alice/', '/alice/'))).status).not.toBe(200);
  });

  it('are told as privileges, of the calendar and of each object (RFC 3744 §5.4)', async () => {
    await grant('PublicModifier', 'ConfidentialDAndTViewer', 'ObjectCreator');
    const privileges = async (path: string): Promise<readonly Name[]> => {
      const answer = await bob('PROPFIND', path, propfindBody(dav('current-user-privilege-set')), {
        depth: '0',
      });
      const set = responseOf(answer).properties.get(dav('current-user-privilege-set'));
      return (set?.nodes ?? []).flatMap((node) =>
        typeof node === 'string'
          ? []
          : node.nodes.flatMap((one) => (typeof one === 'string' ? [] : [one.name])),
      );
    };
    expect(await privileges(at)).toEqual(
      expect.arrayContaining([
        dav('read'),
        caldav('read-free-busy'),
        dav('bind'),
        caldav('schedule-post-vevent'),
        inverse('modify-public-records'),
      ]),
    );
    expect(await privileges(at)).not.toContain(dav('unbind'));
    expect(await privileges(`${at}PUBLIC.ics`)).toEqual(
      expect.arrayContaining([dav('write'), inverse('view-whole-component')]),
    );
    expect(await privileges(`${at}CONFIDENTIAL.ics`)).toEqual([
      dav('read'),
      dav('read-current-user-privilege-set'),
      caldav('read-free-busy'),
      inverse('view-date-and-time'),
    ]);
  });

  it('are told to the owner alone as DAV:acl (RFC 3744 §5.5)', async () => {
    await grant('PublicViewer');
    await setRoles(server, at, '<default>', ['ObjectCreator']);
    const ask = (by?: string) =>
      server.send('PROPFIND', at, {
        headers: { ...XML, depth: '0' },
        body: propfindBody(dav('acl')),
        ...(by && { credentials: by }),
      });
    const own = JSON.stringify(responseOf(await ask()).properties.get(dav('acl')));
    expect(own).toContain('/SOGo/dav/bob@example.org/');
    expect(own).toContain('{DAV:}authenticated');
    expect(own).toContain('viewwhole-public-records');
    expect(responseOf(await ask(BOB)).statuses).toEqual({ [dav('acl')]: 403 });
  });

  it('reach through groups, everybody and names, the nearest alone', async () => {
    const status = async (by: string) =>
      (await server.send('GET', `${at}PUBLIC.ics`, { credentials: by })).status;
    await setRoles(server, at, '@staff', ['PublicViewer']);
    expect([await status(BOB), await status(CAROL)]).toEqual([200, 404]);
    await setRoles(server, at, '<default>', ['PublicDAndTViewer']);
    expect([await status(BOB), await status(CAROL)]).toEqual([200, 200]);
    await grant();
    expect([await status(BOB), await status(CAROL)]).toEqual([404, 200]);
    expect((await aclQuery(server, at, '<remove-user user="bob@example.org"/>')).status).toBe(204);
    expect(await status(BOB)).toBe(200);
    expect((await aclQuery(server, at, '<set-roles user="@none"/>')).status).toBe(400);
  });

  it('say in the log who did something, and for whom', async () => {
    await grant('ObjectCreator');
    expect((await put('new.ics', eventOf('new.ics', 'PUBLIC'))).status).toBe(201);
    const seen: string[] = [];
    for await (const batch of server.store.subscribe('start', new AbortController().signal)) {
      for (const { type, actor, onBehalfOf } of batch)
        if (type === 'CalendarObjectStored')
          seen.push(`${actor.slice(0, 3)} ${onBehalfOf.slice(0, 3)}`);
      break;
    }
    expect(seen.at(-1)).toBe('b0b a11');
  });
});

describe('an answer for the owner', () => {
  it('is all that is taken of what somebody stores who may only answer', async () => {
    const invitation = (partstat: string, title: string): string =>
      eventText(
        'invitation',
        'ORGANIZER:mailto:o@example.org',
        `ATTENDEE;PARTSTAT=${partstat}:mailto:Alice@example.org`,
        'ATTENDEE;PARTSTAT=DECLINED:mailto:x@example.org',
        `SUMMARY:${title}`,
      );
    expect((await put('i.ics', invitation('NEEDS-ACTION', 'Meeting'), null)).status).toBe(201);
    await grant('PublicResponder');
    expect((await put('i.ics', invitation('ACCEPTED', 'Spoilt'))).status).toBe(204);
    const { body } = await server.send('GET', `${at}i.ics`);
    // Who answered is said too (SENT-BY, RFC 5545 §3.2.18).
    expect(body.replaceAll('\r\n ', '').replace(';SENT-BY="mailto:bob@example.org"', '')).toBe(
      invitation('ACCEPTED', 'Meeting'),
    );
    expect(body).toContain('SENT-BY');
    expect((await put('PUBLIC.ics', eventOf('PUBLIC.ics', 'PUBLIC', 'LOCATION:x'))).status).toBe(
      204,
    );
    expect((await server.send('GET', `${at}PUBLIC.ics`)).body).toBe(
      eventOf('PUBLIC.ics', 'PUBLIC'),
    );
    const mood =
      '<propertyupdate xmlns="DAV:"><set><prop><m xmlns="urn:x"/></prop></set></propertyupdate>';
    expect((await bob('PROPPATCH', `${at}i.ics`, mood)).status).toBe(403);
  });
});

describe('rights in an address book', () => {
  const book = () => `/SOGo/dav/alice/Contacts/shared-${count}/`;
  const card = (name: string) => cardText(`${count}-${name}`);
  const store = (name: string, text: string, by?: string) =>
    server.send('PUT', book() + name, {
      headers: VCARD,
      body: text,
      ...(by && { credentials: by }),
    });

  it.each([
    [['ObjectViewer'], 200, 403, 403, 403],
    [['ObjectEditor'], 200, 204, 403, 403],
    [['ObjectCreator'], 403, 403, 201, 403],
    [['ObjectEraser'], 403, 403, 403, 204],
    [['ObjectViewer', 'ObjectEraser'], 200, 403, 403, 204],
  ])('%j: read %d, change %d, add %d, delete %d', async (roles, read, change, add, remove) => {
    expect((await server.send('MKCOL', book())).status).toBe(201);
    expect((await store('a.vcf', card('a'))).status).toBe(201);
    expect((await bob('GET', `${book()}a.vcf`)).status).toBe(404);
    await setRoles(server, book(), 'bob@example.org', roles);
    expect((await bob('GET', `${book()}a.vcf`)).status).toBe(read);
    expect((await store('a.vcf', card('a').replace('Jane', 'June'), BOB)).status).toBe(change);
    expect((await store('b.vcf', card('b'), BOB)).status).toBe(add);
    const listed = responsesOf(
      await bob('PROPFIND', book(), propfindBody(dav('getetag')), { depth: '1' }),
    );
    expect(listed.has(`${book()}a.vcf`)).toBe(read === 200);
    expect((await bob('DELETE', `${book()}a.vcf`)).status).toBe(remove);
  });
});
