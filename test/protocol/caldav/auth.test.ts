import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/kernel/event-store.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { xmlOf } from '../../support/multistatus.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const CHALLENGE = 'Basic realm="SOGo", charset="UTF-8"';
const methods = ['OPTIONS', 'PROPFIND', 'GET', 'PUT', 'DELETE', 'REPORT', 'MKCALENDAR', 'LOCK'];

describe('without credentials (RFC 7617)', () => {
  it.each(methods)('%s is 401 with a challenge, wherever it points', async (method) => {
    for (const path of [
      '/SOGo/dav/',
      '/SOGo/dav/alice/',
      '/SOGo/dav/nobody/',
      '/SOGo/dav/alice/Calendar/personal/x.ics',
      '/SOGo/dav/a/../b/%00',
    ]) {
      const answered = await server.send(method, path, { credentials: null });
      expect([answered.status, answered.headers['www-authenticate']]).toEqual([401, CHALLENGE]);
    }
  });

  it('answers every path alike, to the octet', async () => {
    const answers = await Promise.all(
      ['/SOGo/dav/alice/', '/SOGo/dav/nobody/'].map((path) =>
        server.send('PROPFIND', path, { credentials: null }),
      ),
    );
    expect(answers[0]?.body).toBe(answers[1]?.body);
  });

  it.each([
    ['a wrong password', 'alice:wrong'],
    ['an unknown user', 'nobody:secret'],
    ['no password', 'alice'],
    ['no user', ':secret'],
    ['a control character', 'alice:sec\u0007ret'],
  ])('is 401 with %s', async (_, credentials) => {
    const answered = await server.send('PROPFIND', '/SOGo/dav/', { credentials });
    expect([answered.status, answered.headers['www-authenticate']]).toEqual([401, CHALLENGE]);
  });

  it.each(['Bearer abc', 'Basic', 'Basic !!!', 'Basic =', 'Basic w/8='])(
    'is 401 with Authorization %s',
    async (authorization) => {
      const answered = await server.send('PROPFIND', '/SOGo/dav/', {
        credentials: null,
        headers: { authorization },
      });
      expect(answered.status).toBe(401);
    },
  );

  it('refuses an upload before reading it', async () => {
    const answered = await server.send('PUT', '/SOGo/dav/alice/Calendar/personal/x.ics', {
      credentials: null,
      body: 'x'.repeat(5_000_000),
    });
    expect(answered.status).toBe(401);
  });
});

describe('with credentials', () => {
  it('takes a login with %40 for @ (iOS)', async () => {
    const answered = await server.send('PROPFIND', '/SOGo/dav/bob@example.org/', {
      credentials: 'bob%40example.org:secret',
      headers: { depth: '0' },
    });
    expect(answered.status).toBe(207);
  });

  it('takes the scheme in any case (RFC 9110 §11.1)', async () => {
    const answered = await server.send('PROPFIND', '/SOGo/dav/', {
      credentials: null,
      headers: { depth: '0', authorization: `basic ${btoa('alice:secret')}` },
    });
    expect(answered.status).toBe(207);
  });
});

describe('other people’s data', () => {
  const depth = { depth: '0' };

  it.each(['PROPFIND', 'OPTIONS', 'PROPPATCH', 'REPORT', 'DELETE', 'MKCALENDAR', 'MKCOL', 'LOCK'])(
    '%s answers a path of another user and one of nobody alike: 404, the same octets',
    async (method) => {
      const ask = (user: string) =>
        server.send(method, `/SOGo/dav/${user}/Calendar/personal/`, { headers: depth });
      const [bob, nobody] = [await ask('bob@example.org'), await ask('nobody@example.org')];
      expect([bob.status, nobody.status]).toEqual([404, 404]);
      expect(bob.body).toBe(nobody.body);
      expect(Object.keys(bob.headers)).toEqual(Object.keys(nobody.headers));
    },
  );

  it('is the same 404 for the principal and the homes', async () => {
    for (const user of ['bob@example.org', 'nobody'])
      for (const path of ['', '/', '/Calendar', '/Contacts/', '/Mail/'])
        expect(
          (await server.send('PROPFIND', `/SOGo/dav/${user}${path}`, { headers: depth })).status,
        ).toBe(404);
  });
});

describe('paths that try tricks', () => {
  const paths: readonly (readonly [string, number])[] = [
    ['/SOGo/dav/alice/../bob@example.org/', 400],
    ['/SOGo/dav/alice/%2e%2e/bob@example.org/', 400],
    ['/SOGo/dav/alice/%2E/Calendar/', 400],
    ['/SOGo/dav//alice/', 400],
    ['/SOGo/dav/alice//Calendar/', 400],
    ['/SOGo/dav/alice/Calendar//', 400],
    ['/SOGo/dav/alice%2fCalendar/', 400],
    ['/SOGo/dav/alice/Calendar/a%2Fb/', 400],
    ['/SOGo/dav/alice/Calendar/%00/', 400],
    ['/SOGo/dav/alice/Calendar/a%0d%0ab/', 400],
    ['/SOGo/dav/alice/Calendar/%7f/', 400],
    ['/SOGo/dav/alice/Calendar/%C2%85/', 400],
    ['/SOGo/dav/alice/Calendar/%zz/', 400],
    ['/SOGo/dav/alice/Calendar/%', 400],
    ['/SOGo/dav/alice/Calendar/%c3%28/', 400],
    ['/SOGo/dav/alice/Calendar/%ed%a0%80/', 400],
    [`/SOGo/dav/alice/Calendar/${'a'.repeat(256)}/`, 400],
    [`/SOGo/dav/alice/Calendar/${'%C3%A4'.repeat(128)}/`, 400],
    [`/SOGo/dav/alice/Calendar/${'a'.repeat(255)}/`, 404],
    ['/SOGo/dav/alice/Calendar/a\\b/', 404],
    ['/SOGo/dav/alice/calendar/', 404],
    ['/SOGo/dav/alice/Calendar/personal/x.ics/y', 404],
    ['/SOGo/dav/alice/Calendar/personal/x.ics', 404],
    [`/SOGo/dav/${'a/'.repeat(3_000)}`, 404],
  ];
  it.each(paths)('PROPFIND %s is %i', async (path, status) => {
    expect((await server.send('PROPFIND', path, { headers: { depth: '0' } })).status).toBe(status);
  });

  it('keeps names as they were sent: composed and decomposed letters are two names', async () => {
    const path = (name: string) => `/SOGo/dav/alice/Calendar/${encodeURIComponent(name)}/`;
    expect((await server.send('MKCALENDAR', path('\u00e4'))).status).toBe(201);
    const find = (name: string) => server.send('PROPFIND', path(name), { headers: { depth: '0' } });
    expect((await find('a\u0308')).status).toBe(404);
    expect((await find('\u00e4')).status).toBe(207);
  });

  it('takes no notice of a query', async () => {
    const path = '/SOGo/dav/alice/?x=/../';
    expect((await server.send('PROPFIND', path, { headers: { depth: '0' } })).status).toBe(207);
  });
});

describe('faults', () => {
  it('says 503 with Retry-After, the request and nothing else when the store is gone', async () => {
    const broken = await startDav({
      wrap: (services) => ({
        ...services,
        home: async () => {
          throw new StoreUnavailable('secret detail');
        },
      }),
    });
    const answered = await broken.send('PROPFIND', '/SOGo/dav/alice/Calendar/personal/', {
      headers: { depth: '0' },
    });
    const failure = broken.logged.find(({ code }) => code === 'request-failed');
    expect([answered.status, answered.headers['retry-after']]).toEqual([503, '5']);
    expect(xmlOf(answered).name).toBe('{DAV:}error');
    expect(answered.body).toContain(String(failure?.fields['id']));
    expect(answered.body).not.toContain('secret detail');
    expect(failure?.fields['code']).toBe('store-unavailable');
    await broken.stop();
  });

  it('says 500 when something else breaks, and tells the log where', async () => {
    const broken = await startDav({
      wrap: (services) => ({
        ...services,
        home: () => {
          throw new TypeError('secret detail');
        },
      }),
    });
    const { status, body } = await broken.send('PROPFIND', '/SOGo/dav/alice/Calendar/personal/', {
      headers: { depth: '0' },
    });
    const failure = broken.logged.find(({ code }) => code === 'request-failed')?.fields;
    expect([status, failure?.['code'], failure?.['error']]).toEqual([500, 'internal', 'TypeError']);
    expect(body).not.toContain('secret detail');
    expect(JSON.stringify(broken.logged)).not.toContain('secret');
    await broken.stop();
  });

  it('answers 503 when authentication itself is out of order', async () => {
    const broken = await startDav({
      wrap: (services) => ({
        ...services,
        authenticate: async () => {
          throw Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
        },
      }),
    });
    expect((await broken.send('OPTIONS', '/SOGo/dav/')).status).toBe(503);
    await broken.stop();
  });
});

describe('the log line of a request', () => {
  it('has ids, method, status and client, and neither path nor credentials', async () => {
    const { headers } = await server.send(
      'PROPFIND',
      '/SOGo/dav/alice/Calendar/personal/geheim.ics',
      {
        headers: {
          depth: '0',
          'user-agent': 'DAVx5/4.4.1 (2026/01/01; dav4jvm; okhttp/4.12.0) Android/14',
        },
      },
    );
    const line = server.logged.findLast(({ code }) => code === 'request')?.fields;
    expect(line?.['id']).toBe(headers['x-request-id']);
    expect(line).toMatchObject({
      method: 'PROPFIND',
      status: 404,
      account: 'a11ce000-0000-4000-8000-000000000001',
      via: 'caldav DAVx5/4.4.1',
      place: 'calendar-object',
    });
    expect(JSON.stringify(line)).not.toMatch(/geheim|secret|Basic/);
  });
});
