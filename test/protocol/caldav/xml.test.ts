import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, propfindBody, responseOf, valueOf } from '../../support/multistatus.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const PATH = '/SOGo/dav/alice/Calendar/personal/';
const headers = { depth: '0', 'content-type': 'application/xml; charset=utf-8' };

const propfind = (body: string | Uint8Array, more: Readonly<Record<string, string>> = {}) =>
  server.send('PROPFIND', PATH, { headers: { ...headers, ...more }, body });

/** The answer's status, and that it came within a second. */
const soon = async (body: string | Uint8Array): Promise<number> => {
  const start = performance.now();
  const { status } = await propfind(body);
  expect(performance.now() - start).toBeLessThan(1000);
  return status;
};

const inProp = (content: string, declarations = ''): string =>
  `<D:propfind xmlns:D="DAV:"${declarations}><D:prop>${content}</D:prop></D:propfind>`;

describe('hostile XML is refused with 400 in less than a second', () => {
  const laughs = Array.from(
    { length: 9 },
    (_, index) => `<!ENTITY l${index + 1} "${`&l${index};`.repeat(10)}">`,
  ).join('');
  const deep = 100_000;
  it.each<readonly [string, string]>([
    ['a document type declaration', `<!DOCTYPE x>${inProp('<D:displayname/>')}`],
    [
      'an external entity',
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${inProp('&e;')}`,
    ],
    ['a billion laughs', `<!DOCTYPE x [<!ENTITY l0 "ha">${laughs}]>${inProp('&l9;')}`],
    ['an entity nobody declared', inProp('&nbsp;')],
    ['elements nested 1,000 levels deep', inProp('<a>'.repeat(1_000) + '</a>'.repeat(1_000))],
    ['tags that do not match', '<D:propfind xmlns:D="DAV:"><D:prop></D:propfind></D:prop>'],
    ['a prefix bound to nothing', inProp('<E:displayname/>')],
    ['an attribute prefix bound to nothing', inProp('<D:displayname e:x="1"/>')],
    ['two roots', `${inProp('')}${inProp('')}`],
    ['text after the root', `${inProp('')}x`],
    ['NUL', inProp('<D:displayname>\u0000</D:displayname>')],
    ['a reference to NUL', inProp('<D:displayname>&#0;</D:displayname>')],
    ['a document that ends too soon', '<D:propfind xmlns:D="DAV:"><D:prop>'],
    ['no element at all', '<?xml version="1.0"?>'],
    ['blank space', '  \n '],
    [
      '10,000 attributes',
      inProp(`<D:x ${Array.from({ length: 10_000 }, (_, n) => `a${n}=""`).join(' ')}/>`),
    ],
    ['the same attribute twice', inProp('<D:x a="1" a="2"/>')],
    ['another root element', '<D:propertyupdate xmlns:D="DAV:"/>'],
    ['names in no namespace', '<propfind><allprop/></propfind>'],
    ['JSON', '{"prop": []}'],
    [
      'an encoding other than UTF-8 and UTF-16',
      `<?xml version="1.0" encoding="iso-8859-1"?>${inProp('<D:displayname/>')}`,
    ],
    ['prop and allprop at once', '<D:propfind xmlns:D="DAV:"><D:allprop/><D:prop/></D:propfind>'],
    ['a propfind that asks for nothing', '<D:propfind xmlns:D="DAV:"/>'],
    [
      'more than 200 properties',
      inProp(Array.from({ length: 201 }, (_, n) => `<D:p${n}/>`).join('')),
    ],
  ])('%s', async (_, body) => {
    expect(await soon(body)).toBe(400);
  });

  it('100,000 levels, in the largest body that is read', async () => {
    const large = await startDav({ limits: { xml: 2_000_000 } });
    const start = performance.now();
    const { status } = await large.send('PROPFIND', PATH, {
      headers,
      body: inProp('<a>'.repeat(deep) + '</a>'.repeat(deep)),
    });
    expect([status, performance.now() - start < 1000]).toEqual([400, true]);
    await large.stop();
  });

  it('half a million elements, of which 20,000 are looked at', async () => {
    const large = await startDav({ limits: { xml: 4_000_000 } });
    const start = performance.now();
    const { status } = await large.send('PROPFIND', PATH, {
      headers,
      body: inProp('<a/>'.repeat(500_000)),
    });
    expect([status, performance.now() - start < 1000]).toEqual([400, true]);
    await large.stop();
  });

  it('octets that are not UTF-8', async () => {
    expect(
      await soon(Buffer.from([...Buffer.from('<a>'), 0xc3, 0x28, ...Buffer.from('</a>')])),
    ).toBe(400);
  });

  it('says in the body what was wrong, beside no condition', async () => {
    const answered = await propfind('<!DOCTYPE x><x/>');
    expect(answered.headers['content-type']).toBe('application/xml; charset=utf-8');
    expect(conditionsOf(answered)).toEqual([]);
    expect(answered.body).toContain('Document type declarations are refused.');
  });
});

describe('bodies that are too large (RFC 9110 §15.5.14)', () => {
  it('refuses 50 MB with 413 before they are sent, and the connection goes on', async () => {
    const start = performance.now();
    const socket = connect(server.port, '127.0.0.1');
    const size = 50 * 1024 * 1024;
    const credentials = Buffer.from('alice:secret').toString('base64');
    const head = (length: number) =>
      `PROPFIND ${PATH} HTTP/1.1\r\nHost: x\r\nDepth: 0\r\nAuthorization: Basic ${credentials}\r\nContent-Length: ${length}\r\n\r\n`;
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      received += text;
    });
    const until = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(received)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    socket.write(head(size));
    await until(/^HTTP\/1.1 413 /);
    expect(performance.now() - start).toBeLessThan(1000);
    for (let sent = 0; sent < size; sent += 1024 * 1024)
      if (!socket.write(Buffer.alloc(1024 * 1024, 0x20)))
        await new Promise((resolve) => socket.once('drain', resolve));
    received = '';
    socket.write(head(0));
    await until(/^HTTP\/1.1 207 /);
    socket.destroy();
  });

  it('refuses a body of unknown length as soon as it is too long', async () => {
    const answered = await server.send('PROPFIND', PATH, {
      headers: { ...headers, 'transfer-encoding': 'chunked' },
      body: ' '.repeat(300_000),
    });
    expect(answered.status).toBe(413);
  });
});

describe('what XML may be', () => {
  const asked = inProp('<D:displayname/>');
  const utf16 = (text: string, bigEndian: boolean): Buffer => {
    const octets = Buffer.from(`\ufeff${text}`, 'utf16le');
    return bigEndian ? octets.swap16() : octets;
  };

  it.each<readonly [string, string | Uint8Array, Readonly<Record<string, string>>]>([
    ['UTF-8', asked, {}],
    ['UTF-8 with byte order mark', Buffer.from(`\ufeff${asked}`), {}],
    ['UTF-16, little end first', utf16(asked, false), {}],
    ['UTF-16, big end first', utf16(asked, true), {}],
    [
      'UTF-16 without mark, by its charset',
      utf16(asked, true).subarray(2),
      { 'content-type': 'text/xml; charset=utf-16be' },
    ],
    ['with a declaration', `<?xml version="1.0" encoding="UTF-8"?>\n${asked}`, {}],
    ['text/xml', asked, { 'content-type': 'text/xml' }],
    ['another +xml type', asked, { 'content-type': 'application/dav+xml' }],
    ['with other prefixes', asked.replaceAll('D:', 'q:').replace('xmlns:D', 'xmlns:q'), {}],
    [
      'with the default namespace',
      '<propfind xmlns="DAV:"><prop><displayname/></prop></propfind>',
      {},
    ],
    ['with comments and instructions', `<!-- a --><?b c?>${asked}<!-- d -->`, {}],
    [
      'with unknown elements, which are ignored (RFC 4918 §17)',
      inProp('<D:displayname/>').replace('<D:prop>', '<x xmlns="urn:x"><y/></x><D:prop>'),
      {},
    ],
  ])('%s', async (_, body, more) => {
    const response = responseOf(await propfind(body, more));
    expect(valueOf(response, dav('displayname'))).toBe('Personal Calendar');
  });

  it('takes a body without Content-Type for XML', async () => {
    const answered = await server.send('PROPFIND', PATH, { headers: { depth: '0' }, body: asked });
    expect(answered.status).toBe(207);
  });

  it.each([
    'application/json',
    'text/plain',
    'application/x-www-form-urlencoded',
    'text/xml; charset=koi8-r',
  ])('refuses %s with 415', async (type) => {
    expect((await propfind(asked, { 'content-type': type })).status).toBe(415);
  });

  it('refuses a Content-Type that is none with 415', async () => {
    expect((await propfind(asked, { 'content-type': 'xml' })).status).toBe(415);
  });

  it('refuses a compressed body with 415 (RFC 9110 §8.4)', async () => {
    expect((await propfind(asked, { 'content-encoding': 'gzip' })).status).toBe(415);
  });

  it('names no property twice when it is asked for twice', async () => {
    const answered = await propfind(inProp('<D:displayname/><D:displayname/>'));
    expect(answered.body.match(/<D:displayname>/g)).toHaveLength(1);
  });

  it('repeats an unknown name with its namespace in the 404', async () => {
    const name = '{urn:x"&<y>}p' as const;
    const response = responseOf(
      await propfind(inProp('<q:p/>', ' xmlns:q="urn:x&quot;&amp;&lt;y>"')),
    );
    expect(response.statuses).toEqual({ [name]: 404 });
    expect(propfindBody(dav('displayname'))).toContain('DAV:');
  });
});
