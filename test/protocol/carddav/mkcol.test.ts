import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { childrenOf, elementsOf } from '../../../src/api/dav/xml/element.ts';
import { caldav, carddav, dav, groupdav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  childNames,
  conditionsOf,
  propfindBody,
  responseOf,
  valueOf,
  xmlOf,
} from '../../support/multistatus.ts';

let server: DavServer;
let count = 0;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());
beforeEach(() => {
  count += 1;
});

const book = () => `/SOGo/dav/alice/Contacts/b${count}/`;
const calendar = () => `/SOGo/dav/alice/Calendar/b${count}/`;
const body = (properties: string): string =>
  `<D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CR="urn:ietf:params:xml:ns:carddav"><D:set><D:prop>${properties}</D:prop></D:set></D:mkcol>`;
const type = (...types: readonly string[]): string =>
  `<D:resourcetype>${types.map((one) => `<${one}/>`).join('')}</D:resourcetype>`;
const make = (path: string, properties?: string) =>
  server.send('MKCOL', path, properties === undefined ? {} : { body: body(properties) });
const typesAt = async (path: string) =>
  childNames(
    responseOf(
      await server.send('PROPFIND', path, {
        headers: { depth: '0' },
        body: propfindBody(dav('resourcetype')),
      }),
    ),
    dav('resourcetype'),
  );

describe('plain MKCOL (RFC 4918 §9.3) makes what its home holds, as SOGo does', () => {
  it('an address book under Contacts', async () => {
    expect((await make(book())).status).toBe(201);
    expect(await typesAt(book())).toEqual([
      dav('collection'),
      carddav('addressbook'),
      groupdav('vcard-collection'),
    ]);
  });

  it('a calendar under Calendar', async () => {
    expect((await make(calendar())).status).toBe(201);
    expect(await typesAt(calendar())).toEqual([
      dav('collection'),
      caldav('calendar'),
      groupdav('vevent-collection'),
      groupdav('vtodo-collection'),
    ]);
  });

  it('is 405 on what exists, 409 below what is missing, 404 elsewhere', async () => {
    const existing = await make('/SOGo/dav/alice/Contacts/personal/');
    expect([existing.status, conditionsOf(existing)]).toEqual([
      405,
      [dav('resource-must-be-null')],
    ]);
    expect((await make(`${book()}below`)).status).toBe(409);
    expect((await make('/SOGo/dav/alice/Mail/x')).status).toBe(404);
    expect((await make('/SOGo/dav/bob@example.org/Contacts/x')).status).toBe(404);
  });

  it('refuses a body it does not know: 415 for a type, 400 for an element', async () => {
    const text = await server.send('MKCOL', book(), {
      headers: { 'content-type': 'text/plain' },
      body: 'x',
    });
    expect(text.status).toBe(415);
    expect((await server.send('MKCOL', book(), { body: '<x xmlns="urn:x"/>' })).status).toBe(400);
  });
});

describe('extended MKCOL (RFC 5689, RFC 6352 §6.3.1)', () => {
  it('makes an address book with its properties', async () => {
    const { status } = await make(
      book(),
      `${type('D:collection', 'CR:addressbook')}<D:displayname>Lisa’s Contacts</D:displayname><CR:addressbook-description xml:lang="en">My primary address book.</CR:addressbook-description>`,
    );
    expect(status).toBe(201);
    const response = responseOf(
      await server.send('PROPFIND', book(), {
        headers: { depth: '0' },
        body: propfindBody(dav('displayname'), carddav('addressbook-description')),
      }),
    );
    expect(valueOf(response, dav('displayname'))).toBe('Lisa’s Contacts');
    expect(valueOf(response, carddav('addressbook-description'))).toBe('My primary address book.');
  });

  it('makes a calendar of chosen components', async () => {
    const { status } = await make(
      calendar(),
      `${type('D:collection', 'C:calendar')}<C:supported-calendar-component-set><C:comp name="VTODO"/></C:supported-calendar-component-set>`,
    );
    expect(status).toBe(201);
    const answered = await server.send('PROPFIND', calendar(), {
      headers: { depth: '0' },
      body: propfindBody(caldav('supported-calendar-component-set')),
    });
    expect(answered.body).toContain('<C:comp name="VTODO"/>');
    expect(answered.body).not.toContain('VEVENT');
  });

  it.each([
    ['nothing', type()],
    ['no collection', type('CR:addressbook')],
    ['a mere collection', type('D:collection')],
    ['both kinds', type('D:collection', 'CR:addressbook', 'C:calendar')],
    ['something unknown', type('D:collection', 'D:special')],
  ])('refuses %s with valid-resourcetype in mkcol-response (§3.5)', async (_, resourceType) => {
    const answered = await make(book(), `${resourceType}<D:displayname>X</D:displayname>`);
    const root = xmlOf(answered);
    expect([answered.status, root.name]).toEqual([403, dav('mkcol-response')]);
    const [failed, dependent] = childrenOf(root, dav('propstat'));
    expect(
      failed &&
        childrenOf(failed, dav('error'))
          .flatMap(elementsOf)
          .map(({ name }) => name),
    ).toEqual([dav('valid-resourcetype')]);
    expect(
      dependent &&
        childrenOf(dependent, dav('prop'))
          .flatMap(elementsOf)
          .map(({ name }) => name),
    ).toEqual([dav('displayname')]);
    expect((await server.send('PROPFIND', book(), { headers: { depth: '0' } })).status).toBe(404);
  });

  it('makes nothing when a property cannot be set', async () => {
    const answered = await make(
      book(),
      `${type('D:collection', 'CR:addressbook')}<D:displayname/><D:owner>x</D:owner>`,
    );
    expect([answered.status, xmlOf(answered).name]).toEqual([403, dav('mkcol-response')]);
    expect((await server.send('PROPFIND', book(), { headers: { depth: '0' } })).status).toBe(404);
  });

  it('keeps kinds in their homes: addressbook- and calendar-collection-location-ok', async () => {
    const wrongBook = await make(calendar(), type('D:collection', 'CR:addressbook'));
    expect([wrongBook.status, conditionsOf(wrongBook)]).toEqual([
      403,
      [carddav('addressbook-collection-location-ok')],
    ]);
    const wrongCalendar = await make(book(), type('D:collection', 'C:calendar'));
    expect([wrongCalendar.status, conditionsOf(wrongCalendar)]).toEqual([
      403,
      [caldav('calendar-collection-location-ok')],
    ]);
  });

  it('is deleted like a calendar', async () => {
    await make(book());
    expect((await server.send('DELETE', book())).status).toBe(204);
    expect((await server.send('PROPFIND', book(), { headers: { depth: '0' } })).status).toBe(404);
  });
});
