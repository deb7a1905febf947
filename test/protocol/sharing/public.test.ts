import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dav } from '../../../src/api/dav/xml/names.ts';
import { type Answered, type DavServer, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf, responsesOf, valueOf } from '../../support/multistatus.ts';
import { cardText, eventText, ICALENDAR, syncBody, VCARD, XML } from '../../support/objects.ts';
import { BOB, setRoles } from '../../support/sharing.ts';

const HOME = '/SOGo/dav/alice/Calendar/';
const OPEN = '/SOGo/dav/public/alice/Calendar/';
const BOOK = '/SOGo/dav/alice/Contacts/personal/';
const classes = ['PUBLIC', 'CONFIDENTIAL', 'PRIVATE'] as const;
const DAY = new Date().toISOString().slice(0, 10).replaceAll('-', '');

let server: DavServer;
beforeAll(async () => {
  server = await startDav({
    wrap: (services) => ({ ...services, publicAccess: () => true }),
    sharing: { usual: { calendar: ['PrivateViewer'], addressbook: ['ObjectViewer'] } },
  });
  for (const name of ['open', 'closed', 'empty']) {
    expect((await server.send('MKCALENDAR', `${HOME}${name}/`)).status).toBe(201);
    for (const one of classes)
      expect((await put(`${HOME}${name}/${one}.ics`, one)).status).toBe(201);
  }
  const card = { headers: VCARD, body: cardText('card', 'NOTE:secret-of-card') };
  expect((await server.send('PUT', `${BOOK}card.vcf`, card)).status).toBe(201);
  await setRoles(server, `${HOME}open/`, 'anonymous', [
    'PublicModifier',
    'ConfidentialDAndTViewer',
    'ObjectCreator',
    'ObjectEraser',
  ]);
  // What everybody has who signs in, strangers have not.
  await setRoles(server, `${HOME}closed/`, '<default>', ['PublicViewer', 'PrivateViewer']);
});
afterAll(() => server.stop());

const put = (path: string, one: string): Promise<Answered> =>
  server.send('PUT', path, {
    headers: ICALENDAR,
    body: eventText(
      `uid-secret-of-${one}`,
      `DTEND:20260105T100000Z`,
      `CLASS:${one}`,
      `SUMMARY:secret-of-${one}`,
    ).replaceAll('20260105', DAY),
  });
const ask = (
  method: string,
  path: string,
  body?: string,
  headers: Readonly<Record<string, string>> = {},
  credentials: string | null = null,
): Promise<Answered> =>
  server.send(method, path, {
    credentials,
    headers: { ...(body === undefined ? {} : XML), ...headers },
    ...(body === undefined ? {} : { body }),
  });
const names = propfindBody(dav('displayname'), dav('getetag'));
const query =
  '<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"/></C:filter></C:calendar-query>';
const multiget = (...hrefs: readonly string[]) =>
  `<C:calendar-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><D:getetag/><C:calendar-data/></D:prop>${hrefs.map((href) => `<D:href>${href}</D:href>`).join('')}</C:calendar-multiget>`;
const pathsOf = (answer: Answered) => [...responsesOf(answer).keys()];
const shown = [`${OPEN}open/CONFIDENTIAL.ics`, `${OPEN}open/PUBLIC.ics`];

/** Holds what is shown whole, and nothing of the rest. */
const tellsNoMore = ({ body }: Answered): void => {
  expect(body).not.toMatch(/secret-of-(?:CONFIDENTIAL|PRIVATE|card)/);
};

describe('what is given to anonymous (SOGoEnablePublicAccess)', () => {
  it('is listed below /SOGo/dav/public/ and read there without credentials', async () => {
    expect((await ask('OPTIONS', '/SOGo/dav/public')).status).toBe(200);
    const home = await ask('PROPFIND', OPEN, names, { depth: '1' });
    expect(pathsOf(home)).toEqual([OPEN, `${OPEN}open/`]);
    const members = await ask('PROPFIND', `${OPEN}open/`, names, { depth: '1' });
    expect(pathsOf(members).toSorted()).toEqual([`${OPEN}open/`, ...shown]);
    const whole = await ask('GET', `${OPEN}open/PUBLIC.ics`);
    expect(whole.status).toBe(200);
    expect(whole.body).toContain('SUMMARY:secret-of-PUBLIC');
    expect((await ask('HEAD', `${OPEN}open/PUBLIC.ics`)).headers.etag).toBe(whole.headers.etag);
    const masked = await ask('GET', `${OPEN}open/CONFIDENTIAL.ics`);
    expect(masked.body).toContain('DTSTART');
    tellsNoMore(masked);
    expect((await ask('GET', `${OPEN}open/PRIVATE.ics`)).status).toBe(403);
  });

  it('is what reports, exports and the free or busy time hold, and no more', async () => {
    const reports = [query, multiget(...classes.map((one) => `${OPEN}open/${one}.ics`))];
    for (const body of reports) {
      const answer = await ask('REPORT', `${OPEN}open/`, body, { depth: '1' });
      expect(answer.body).toContain('secret-of-PUBLIC');
      tellsNoMore(answer);
      const found = [...responsesOf(answer)].filter(
        ([, { statuses }]) => statuses[dav('getetag')] === 200,
      );
      expect(found.map(([path]) => path).toSorted()).toEqual(shown);
    }
    for (const [file, part] of [
      ['open.ics', 'SUMMARY:secret-of-PUBLIC'],
      ['open.xml', 'secret-of-PUBLIC'],
    ] as const) {
      const answer = await ask('GET', OPEN + file);
      expect(answer.body).toContain(part);
      tellsNoMore(answer);
    }
    const file = await ask('PROPFIND', `${OPEN}open.ics`, propfindBody(dav('getcontenttype')), {
      depth: '0',
    });
    expect(valueOf(responseOf(file), dav('getcontenttype'))).toMatch(/^text\/calendar/);
    const busy = await ask('GET', '/SOGo/dav/public/alice/freebusy.ifb');
    expect(busy.body.match(/^FREEBUSY/gm)).toHaveLength(1);
    tellsNoMore(busy);
  });

  it('takes hrefs of its own tree in a multiget, and no others', async () => {
    const answer = await ask('REPORT', `${OPEN}open/`, multiget(`${HOME}open/PUBLIC.ics`));
    expect(pathsOf(answer)).toEqual([`${HOME}open/PUBLIC.ics`]);
    expect(responseOf(answer).status).toBe(404);
    tellsNoMore(answer);
  });

  it('is synchronized, and a token of another view is refused', async () => {
    const sync = (token: string, credentials: string | null, at: string) =>
      ask('REPORT', at, syncBody(token), {}, credentials);
    const first = await sync('', null, `${OPEN}open/`);
    expect(pathsOf(first).toSorted()).toEqual(shown);
    const tokenOf = ({ body }: Answered) => /sync-token[^>]*>([^<]+)</.exec(body)?.[1] ?? '';
    expect(pathsOf(await sync(tokenOf(first), null, `${OPEN}open/`))).toEqual([]);
    const own = await sync('', 'alice:secret', `${HOME}open/`);
    expect((await sync(tokenOf(own), null, `${OPEN}open/`)).status).toBe(403);
  });

  it('names nobody as whoever asks, and offers no way to add', async () => {
    const asked = propfindBody(
      dav('current-user-principal'),
      dav('add-member'),
      dav('current-user-privilege-set'),
      dav('acl'),
    );
    const answer = await ask('PROPFIND', `${OPEN}open/`, asked, { depth: '0' });
    const response = responseOf(answer);
    expect(valueOf(response, dav('current-user-principal'))).toBeDefined();
    expect(answer.body).toContain('unauthenticated');
    expect(response.statuses[dav('add-member')]).toBe(404);
    expect(response.statuses[dav('acl')]).toBe(403);
    expect(answer.body).not.toMatch(/write|bind|modify-public/);
  });

  it('is the same whatever credentials come along', async () => {
    for (const credentials of ['alice:secret', 'alice:wrong', BOB]) {
      const answer = await ask('PROPFIND', OPEN, names, { depth: '1' }, credentials);
      expect(pathsOf(answer)).toEqual([OPEN, `${OPEN}open/`]);
    }
  });

  it('comes and goes with the right', async () => {
    const at = `${OPEN}empty/`;
    expect((await ask('PROPFIND', at, names, { depth: '0' })).status).toBe(404);
    await setRoles(server, `${HOME}empty/`, 'anonymous', ['PublicViewer']);
    expect((await ask('PROPFIND', at, names, { depth: '0' })).status).toBe(207);
    await setRoles(server, `${HOME}empty/`, 'anonymous', []);
    expect((await ask('PROPFIND', at, names, { depth: '0' })).status).toBe(404);
  });

  it('holds for address books too', async () => {
    const book = '/SOGo/dav/public/alice/Contacts/personal';
    expect((await ask('GET', `${book}/card.vcf`)).status).toBe(404);
    await setRoles(server, BOOK, 'anonymous', ['ObjectViewer']);
    expect((await ask('GET', `${book}/card.vcf`)).body).toContain('secret-of-card');
    expect((await ask('GET', `${book}.vcf`)).body).toContain('secret-of-card');
    await setRoles(server, BOOK, 'anonymous', []);
    expect((await ask('GET', `${book}.vcf`)).status).toBe(404);
  });
});

describe('everything else', () => {
  it.each([
    '/SOGo/dav/public/alice/',
    '/SOGo/dav/public/alice/Files/',
    '/SOGo/dav/public/alice/calendar-proxy-read/',
    '/SOGo/dav/public/alice/Calendar/closed/',
    '/SOGo/dav/public/alice/Calendar/closed/PUBLIC.ics',
    '/SOGo/dav/public/alice/Calendar/closed.ics',
    '/SOGo/dav/public/alice/Calendar/personal/',
    '/SOGo/dav/public/alice/Contacts/',
    '/SOGo/dav/public/bob@example.org/Calendar/',
    '/SOGo/dav/public/bob@example.org/freebusy.ifb',
    '/SOGo/dav/public/nobody/Calendar/',
    '/SOGo/dav/public/public/alice/Calendar/open/',
    '/SOGo/dav/public/anonymous/Calendar/',
  ])('%s is not there, for any method', async (path) => {
    const none = '/SOGo/dav/public/none/Calendar/none/';
    for (const [method, body] of [
      ['OPTIONS', undefined],
      ['GET', undefined],
      ['PROPFIND', names],
      ['REPORT', query],
      ['PUT', 'x'],
      ['MKCALENDAR', undefined],
      ['DELETE', undefined],
    ] as const) {
      const answer = await ask(method, path, body, { depth: '0' });
      const nothing = await ask(method, none, body, { depth: '0' });
      expect([method, answer.status, answer.body]).toEqual([method, 404, nothing.body]);
    }
  });

  it('is not written, whatever roles were given', async () => {
    const before = await server.send('GET', `${HOME}open.ics`);
    const destination = `${server.url}${OPEN}open/new.ics`;
    const acl =
      '<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><set-roles user="anonymous"/></acl-query>';
    for (const [method, path, body] of [
      ['PUT', 'open/PUBLIC.ics', eventText('x')],
      ['PUT', 'open/new.ics', eventText('x')],
      ['DELETE', 'open/PUBLIC.ics', undefined],
      ['DELETE', 'open/', undefined],
      ['PROPPATCH', 'open/', '<propertyupdate xmlns="DAV:"><set><prop/></set></propertyupdate>'],
      ['COPY', 'open/PUBLIC.ics', undefined],
      ['MOVE', 'open/PUBLIC.ics', undefined],
      ['POST', 'open/', acl],
      ['POST', 'open/?add-member', eventText('x')],
    ] as const) {
      const answer = await ask(method, OPEN + path, body, { destination });
      expect([method, path, answer.status]).toEqual([method, path, 405]);
      expect(answer.headers.allow).not.toMatch(/PUT|DELETE|POST|MOVE|COPY|PROPPATCH|MK/);
    }
    expect((await ask('REPORT', `${OPEN}open/`, acl)).status).toBe(403);
    expect((await server.send('GET', `${HOME}open.ics`)).body).toBe(before.body);
  });

  it('asks for credentials outside that tree', async () => {
    for (const path of ['/SOGo/dav/alice', `${HOME}open/`, '/SOGo/dav/', '/SOGo/dav/publics'])
      expect((await ask('OPTIONS', path)).status).toBe(401);
    for (const path of ['/SOGo/public', '/SOGo/so/public'])
      expect((await ask('OPTIONS', path)).status).toBe(404);
  });
});

describe('around public access', () => {
  it('there is no such tree without the parameter', async () => {
    const closed = await startDav();
    try {
      const at = `${HOME}personal/`;
      await setRoles(closed, at, 'anonymous', ['PublicViewer']);
      const path = `${OPEN}personal/`;
      const without = { credentials: null };
      expect((await closed.send('OPTIONS', '/SOGo/dav/public', without)).status).toBe(401);
      expect((await closed.send('OPTIONS', path, without)).status).toBe(401);
      expect((await closed.send('OPTIONS', path)).status).toBe(404);
    } finally {
      await closed.stop();
    }
  });

  it('an address that asks too often waits', async () => {
    const busy = await startDav({
      wrap: (services) => ({
        ...services,
        publicAccess: () => true,
        guard: { ...services.guard, tooManyFrom: () => 7 },
      }),
    });
    try {
      const answer = await busy.send('OPTIONS', '/SOGo/dav/public', { credentials: null });
      expect([answer.status, answer.headers['retry-after']]).toEqual([429, '7']);
    } finally {
      await busy.stop();
    }
  });

  it('SOGo’s dialect lists exports beside calendars of others, and homes of which nothing is seen', async () => {
    const sogo = await startDav({
      dialect: 'sogo',
      wrap: (services) => ({ ...services, dialect: 'sogo', publicAccess: () => true }),
    });
    const listed = async () =>
      pathsOf(
        await sogo.send('PROPFIND', OPEN, {
          credentials: null,
          headers: { ...XML, depth: '1' },
          body: names,
        }),
      );
    try {
      expect(await listed()).toEqual([OPEN]);
      await setRoles(sogo, `${HOME}personal/`, 'anonymous', ['ObjectCreator']);
      expect(await listed()).toEqual(
        ['', 'personal/', 'personal.ics', 'personal.xml'].map((name) => OPEN + name),
      );
    } finally {
      await sogo.stop();
    }
  });
});
