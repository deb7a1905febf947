import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, carddav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { hrefsIn, propfindBody, responseOf, responsesOf } from '../../support/multistatus.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const findPrincipal = propfindBody(dav('current-user-principal'));
const depth0 = { depth: '0' };

describe('finding the way from a host name (RFC 6764 §5, §6)', () => {
  it.each(['GET', 'PROPFIND', 'HEAD', 'OPTIONS'])(
    'redirects %s of /.well-known/caldav and carddav without asking for credentials',
    async (method) => {
      for (const path of ['/.well-known/caldav', '/.well-known/carddav', '/.well-known/caldav/']) {
        const { status, headers } = await server.send(method, path, { credentials: null });
        expect([status, headers.location]).toEqual([301, '/SOGo/dav/']);
      }
    },
  );

  it('redirects a PROPFIND that carries a body', async () => {
    const { status } = await server.send('PROPFIND', '/.well-known/caldav', {
      credentials: null,
      headers: { 'content-type': 'application/xml; charset=utf-8' },
      body: findPrincipal,
    });
    expect(status).toBe(301);
  });

  it.each(['/', '/SOGo/dav', '/SOGo/dav/', '/principals/', '/principals/users/'])(
    'names the current user at %s (RFC 5397)',
    async (path) => {
      const answered = await server.send('PROPFIND', path, {
        headers: depth0,
        body: findPrincipal,
      });
      expect([...responsesOf(answered).keys()]).toEqual([path]);
      expect(hrefsIn(responseOf(answered), dav('current-user-principal'))).toEqual([
        '/SOGo/dav/alice/',
      ]);
    },
  );

  it('asks for credentials at / too, for every method but a browser’s', async () => {
    expect((await server.send('PROPFIND', '/', { credentials: null })).status).toBe(401);
    expect((await server.send('GET', '/', { credentials: null })).status).toBe(200);
  });

  it.each(['/SOGo/dav/alice/', '/SOGo/dav/alice', '/principals/alice/', '/principals/users/alice'])(
    'names both homes at the principal %s (RFC 4791 §6.2.1, RFC 6352 §7.1.1)',
    async (path) => {
      const response = responseOf(
        await server.send('PROPFIND', path, {
          headers: depth0,
          body: propfindBody(
            caldav('calendar-home-set'),
            carddav('addressbook-home-set'),
            caldav('calendar-user-address-set'),
          ),
        }),
      );
      expect(hrefsIn(response, caldav('calendar-home-set'))).toEqual(['/SOGo/dav/alice/Calendar/']);
      expect(hrefsIn(response, carddav('addressbook-home-set'))).toEqual([
        '/SOGo/dav/alice/Contacts/',
      ]);
      expect(hrefsIn(response, caldav('calendar-user-address-set'))).toEqual([
        'mailto:alice@example.org',
        '/SOGo/dav/alice/',
      ]);
    },
  );

  it('leads from the root to the collections by Depth 1 alone', async () => {
    const list = async (path: string) => [
      ...responsesOf(await server.send('PROPFIND', path, { headers: { depth: '1' } })).keys(),
    ];
    expect(await list('/SOGo/dav/')).toEqual(['/SOGo/dav/', '/SOGo/dav/alice/']);
    expect(await list('/SOGo/dav/alice/')).toEqual([
      '/SOGo/dav/alice/',
      '/SOGo/dav/alice/Calendar/',
      '/SOGo/dav/alice/Contacts/',
      '/SOGo/dav/alice/Files/',
    ]);
    expect(await list('/SOGo/dav/alice/Calendar/')).toEqual([
      '/SOGo/dav/alice/Calendar/',
      '/SOGo/dav/alice/Calendar/personal/',
    ]);
    expect(await list('/SOGo/dav/alice/Contacts/')).toEqual([
      '/SOGo/dav/alice/Contacts/',
      '/SOGo/dav/alice/Contacts/personal/',
    ]);
  });

  it('mirrors the spelling of the request in hrefs: no slash in, no slash out; %40 stays (iOS 18.4)', async () => {
    const credentials = 'bob@example.org:secret';
    const list = async (path: string) => [
      ...responsesOf(
        await server.send('PROPFIND', path, { credentials, headers: { depth: '1' } }),
      ).keys(),
    ];
    expect(await list('/SOGo/dav/bob%40example.org')).toEqual([
      '/SOGo/dav/bob%40example.org',
      '/SOGo/dav/bob%40example.org/Calendar',
      '/SOGo/dav/bob%40example.org/Contacts',
      '/SOGo/dav/bob%40example.org/Files',
    ]);
    expect(await list('/SOGo/dav/bob@example.org/Calendar')).toEqual([
      '/SOGo/dav/bob@example.org/Calendar',
      '/SOGo/dav/bob@example.org/Calendar/personal',
    ]);
  });

  it('compares the user in a path as logins are compared', async () => {
    const { status } = await server.send('PROPFIND', '/SOGo/dav/ALICE/', { headers: depth0 });
    expect(status).toBe(207);
  });

  it('offers nothing below a principal’s other names: collections have one URL', async () => {
    const { status } = await server.send('PROPFIND', '/principals/alice/Calendar/', {
      headers: depth0,
    });
    expect(status).toBe(404);
  });
});

describe('other URLs', () => {
  it('shows the page at /, with the origin the client used', async () => {
    const { status, body } = await server.send('GET', '/', { credentials: null });
    expect([status, body]).toEqual([200, `<p>http://127.0.0.1:${server.port}</p>`]);
  });

  it('answers /healthz and /readyz without credentials', async () => {
    const health = await server.send('GET', '/healthz', { credentials: null });
    expect([health.status, JSON.parse(health.body)]).toEqual([200, { healthy: true }]);
    const ready = await server.send('GET', '/readyz', { credentials: null });
    expect([ready.status, JSON.parse(ready.body)]).toEqual([
      200,
      { ready: true, parts: { store: true } },
    ]);
  });

  it('says 503 at /readyz and /healthz when parts are missing', async () => {
    const ill = await startDav({
      parts: {
        healthy: async () => false,
        ready: async () => ({ ready: false, parts: { store: false } }),
      },
    });
    expect((await ill.send('GET', '/healthz', { credentials: null })).status).toBe(503);
    expect((await ill.send('GET', '/readyz', { credentials: null })).status).toBe(503);
    await ill.stop();
  });

  it('has nothing anywhere else', async () => {
    for (const path of ['/SOGo', '/SOGo/', '/SOGo/davx/', '/robots.txt'])
      expect([path, (await server.send('GET', path)).status]).toEqual([path, 404]);
  });
});
