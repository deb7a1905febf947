import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({
    wrap: (services) => ({ ...services, unserved: ['addressbook'], unexported: ['calendar'] }),
  });
});
afterAll(() => server.stop());

const propfind = (path: string, name: string) =>
  server.send('PROPFIND', path, {
    headers: { depth: '1', 'content-type': 'application/xml' },
    body: `<propfind xmlns="DAV:"><prop>${name}</prop></propfind>`,
  });

describe('a kind of collections that nobody is served (SOGoAddressBookDAVAccessEnabled = NO)', () => {
  it('is not there', async () => {
    for (const path of [
      'Contacts/',
      'Contacts/personal/',
      'Contacts/personal/a.vcf',
      'Contacts/new/',
    ])
      expect((await propfind(`/SOGo/dav/alice/${path}`, '<resourcetype/>')).status).toBe(404);
    const card = 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:a\r\nFN:A\r\nN:A;;;;\r\nEND:VCARD\r\n';
    const put = { headers: { 'content-type': 'text/vcard' }, body: card };
    expect((await server.send('PUT', '/SOGo/dav/alice/Contacts/personal/a.vcf', put)).status).toBe(
      404,
    );
    expect((await server.send('GET', '/SOGo/dav/alice/Contacts/personal.vcf')).status).toBe(404);
    expect((await server.send('MKCOL', '/SOGo/dav/alice/Contacts/new/')).status).toBe(404);
  });

  it('is not led to', async () => {
    const { body } = await propfind(
      '/SOGo/dav/alice/',
      '<addressbook-home-set xmlns="urn:ietf:params:xml:ns:carddav"/><calendar-home-set xmlns="urn:ietf:params:xml:ns:caldav"/>',
    );
    expect(body).toContain('/SOGo/dav/alice/Calendar/');
    expect(body).not.toContain('/SOGo/dav/alice/Contacts/');
  });
});

describe('a kind of collections that is not handed out as one file (SOGoDisableExport)', () => {
  it('is refused as one, and served as ever', async () => {
    for (const method of ['GET', 'HEAD'])
      expect((await server.send(method, '/SOGo/dav/alice/Calendar/personal.ics')).status).toBe(403);
    expect((await propfind('/SOGo/dav/alice/Calendar/personal/', '<getetag/>')).status).toBe(207);
  });
});
