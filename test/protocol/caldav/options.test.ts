import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tables } from '../../../src/api/dav/assembly.ts';
import { type DavServer, startDav } from '../../support/dav.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const listed = (header: string | readonly string[] | undefined): readonly string[] =>
  String(header ?? '').split(', ');

describe('OPTIONS', () => {
  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['/SOGo/dav/', ['OPTIONS', 'PROPFIND', 'REPORT'], ['PUT', 'DELETE', 'MKCALENDAR', 'MKCOL']],
    ['/SOGo/dav/alice/', ['OPTIONS', 'PROPFIND', 'REPORT'], ['PUT', 'DELETE', 'MKCALENDAR']],
    ['/SOGo/dav/alice/Calendar/', ['OPTIONS', 'PROPFIND'], ['PUT', 'DELETE']],
    [
      '/SOGo/dav/alice/Calendar/personal/',
      ['PROPFIND', 'PROPPATCH', 'DELETE', 'REPORT'],
      ['PUT', 'MKCALENDAR'],
    ],
    [
      '/SOGo/dav/alice/Contacts/personal/',
      ['PROPFIND', 'PROPPATCH', 'DELETE', 'REPORT'],
      ['PUT', 'MKCOL'],
    ],
    [
      '/SOGo/dav/alice/Calendar/personal/a.ics',
      ['GET', 'HEAD', 'PUT', 'DELETE', 'COPY', 'MOVE', 'PROPFIND'],
      ['MKCALENDAR', 'POST'],
    ],
    ['/SOGo/dav/alice/Calendar/new/', ['OPTIONS', 'MKCALENDAR', 'MKCOL'], ['PROPFIND', 'DELETE']],
  ])('names the methods of %s in Allow (RFC 9110 §10.2.1)', async (path, some, none) => {
    const { status, headers } = await server.send('OPTIONS', path);
    expect(status).toBe(200);
    expect(listed(headers.allow)).toEqual(expect.arrayContaining([...some]));
    for (const method of none) expect(listed(headers.allow)).not.toContain(method);
  });

  it('names on homes what can be made in them (Evolution), which 405 does not', async () => {
    for (const [home, methods] of [
      ['/SOGo/dav/alice/Calendar/', ['MKCALENDAR', 'MKCOL']],
      ['/SOGo/dav/alice/Contacts/', ['MKCOL']],
    ] as const) {
      const { headers } = await server.send('OPTIONS', home);
      expect(listed(headers.allow)).toEqual(expect.arrayContaining([...methods]));
      for (const method of methods) {
        const refused = await server.send(method, home);
        expect(refused.status).toBe(405);
        expect(listed(refused.headers.allow)).not.toContain(method);
      }
    }
    const { headers } = await server.send('OPTIONS', '/SOGo/dav/alice/Contacts/');
    expect(listed(headers.allow)).not.toContain('MKCALENDAR');
  });

  it('names in DAV only what is there (RFC 4918 §10.1, RFC 4791 §5.1, RFC 6352 §6.1, RFC 5689 §3.1)', async () => {
    const { headers } = await server.send('OPTIONS', '/SOGo/dav/');
    expect(listed(headers['dav']).slice(0, 3)).toEqual(['1', '3', '2']);
    expect(listed(headers['dav'])).toEqual(
      expect.arrayContaining([
        'access-control',
        'calendar-access',
        'addressbook',
        'extended-mkcol',
      ]),
    );
    expect(listed(headers['dav'])).toContain('calendar-auto-schedule');
  });

  it('is the same DAV header on every resource', async () => {
    const headers = await Promise.all(
      ['/', '/SOGo/dav/alice/', '/SOGo/dav/alice/Contacts/personal/x.vcf'].map(
        async (path) => (await server.send('OPTIONS', path)).headers['dav'],
      ),
    );
    expect(new Set(headers).size).toBe(1);
  });
});

describe('methods a resource does not have', () => {
  it.each([
    ['PROPPATCH', '/SOGo/dav/alice/Calendar/new/', 404],
    ['LOCK', '/SOGo/dav/alice/Calendar/', 405],
    ['PATCH', '/SOGo/dav/alice/Calendar/personal/x.ics', 405],
    ['DELETE', '/SOGo/dav/alice/Calendar/', 405],
    ['DELETE', '/SOGo/dav/alice/', 405],
    ['MOVE', '/SOGo/dav/alice/Calendar/new/', 404],
    ['POST', '/SOGo/dav/alice/Contacts/', 405],
  ])('%s %s is %i', async (method, path, status) => {
    const answered = await server.send(method, path);
    expect(answered.status).toBe(status);
    if (status === 405) {
      const { headers } = await server.send('OPTIONS', path);
      const making = ['MKCALENDAR', 'MKCOL'];
      expect(listed(answered.headers.allow)).toEqual(
        listed(headers.allow).filter((each) => !making.includes(each)),
      );
    }
  });

  it('has a source and a place for every row of its tables', () => {
    for (const { source, on } of [...tables.methods, ...tables.reports, ...tables.properties]) {
      expect(source).not.toBe('');
      expect(on.length).toBeGreaterThan(0);
    }
  });

  it('has no two rows for one name on one place', () => {
    for (const rows of [tables.methods, tables.reports, tables.properties]) {
      const keys = rows.flatMap(({ name, on }) => on.map((place) => `${name} on ${place}`));
      expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    }
  });
});

describe('REPORT (RFC 3253 §3.6)', () => {
  it('refuses a report nobody knows with supported-report', async () => {
    const answered = await server.send('REPORT', '/SOGo/dav/alice/', {
      body: '<x xmlns="urn:x"/>',
    });
    expect(answered.status).toBe(403);
    expect(answered.body).toContain('<D:supported-report/>');
  });

  it('refuses an empty body with 400', async () => {
    expect((await server.send('REPORT', '/SOGo/dav/alice/')).status).toBe(400);
  });
});
