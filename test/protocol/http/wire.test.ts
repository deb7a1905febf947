import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';
import { CALENDAR, eventText, ICALENDAR } from '../../support/objects.ts';
import { openWire } from '../../support/wire.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const authorization = `Authorization: Basic ${Buffer.from('alice:secret').toString('base64')}`;
const head = (start: string, ...fields: readonly string[]): string =>
  `${[start, 'Host: example.org', authorization, ...fields].join('\r\n')}\r\n\r\n`;

/** Sends a request alone on its connection; the answer. */
const exchange = async (octets: string, bodiless = false) => {
  const wire = openWire(server.port);
  wire.send(octets);
  const answer = await wire.answer({ bodiless });
  wire.end();
  return answer;
};

let path: string;
let text: string;
beforeEach(async () => {
  const uid = randomUUID();
  path = `${CALENDAR}${uid}.ics`;
  text = eventText(uid);
  await server.send('PUT', path, { headers: ICALENDAR, body: text });
});

describe('request targets (RFC 9112 §3.2)', () => {
  it('may be absolute, whatever host they name', async () => {
    const got = await exchange(head(`GET http://proxy.example.org:8080${path} HTTP/1.1`));
    expect([got.status, got.body]).toEqual([200, text]);
    const found = await exchange(
      head('PROPFIND HTTPS://example.org/SOGo/dav/alice/ HTTP/1.1', 'Depth: 0'),
    );
    expect(found.status).toBe(207);
    expect(found.body).toContain('<D:href>/SOGo/dav/alice/</D:href>');
    expect((await exchange(head('GET http://example.org/healthz HTTP/1.1'))).status).toBe(200);
  });

  it('are held to the same rules when they are absolute', async () => {
    const trick = head('PROPFIND http://x/SOGo/dav/alice/../bob@example.org/ HTTP/1.1', 'Depth: 0');
    expect((await exchange(trick)).status).toBe(400);
    const strange = `PROPFIND http://x${CALENDAR} HTTP/1.1\r\nHost: x\r\nDepth: 0\r\n\r\n`;
    expect((await exchange(strange)).status).toBe(401);
  });

  it('that are an authority end the connection: this is no proxy', async () => {
    const wire = openWire(server.port);
    wire.send(head('CONNECT example.org:443 HTTP/1.1'));
    await wire.closed;
    await expect(wire.answer()).rejects.toThrow('no answer');
  });
});

describe('a connection (RFC 9112 §9)', () => {
  it('answers pipelined requests in order, HEAD without a body', async () => {
    const wire = openWire(server.port);
    wire.send(
      head(`GET ${path} HTTP/1.1`) +
        head(`HEAD ${path} HTTP/1.1`) +
        head(`DELETE ${path} HTTP/1.1`) +
        head(`GET ${path} HTTP/1.1`),
    );
    const got = await wire.answer();
    const headed = await wire.answer({ bodiless: true });
    expect([got.status, got.body]).toEqual([200, text]);
    for (const field of ['etag', 'content-length', 'content-type', 'last-modified'])
      expect([field, headed.headers.get(field)]).toEqual([field, got.headers.get(field)]);
    expect((await wire.answer()).status).toBe(204);
    expect((await wire.answer()).status).toBe(404);
    wire.end();
  });

  it('stays open after an answer, a refusal too', async () => {
    const wire = openWire(server.port);
    for (const [start, status] of [
      [`GET ${CALENDAR}missing HTTP/1.1`, 404],
      [`PROPFIND ${CALENDAR}%00 HTTP/1.1`, 400],
      [`BIND ${path} HTTP/1.1`, 405],
      [`GET ${path} HTTP/1.1`, 200],
    ] as const) {
      wire.send(head(start));
      expect((await wire.answer()).status).toBe(status);
    }
    wire.end();
  });

  it('of an HTTP/1.0 client is closed after an answer with its length', async () => {
    const wire = openWire(server.port);
    wire.send(`PROPFIND ${CALENDAR} HTTP/1.0\r\n${authorization}\r\nDepth: 1\r\n\r\n`);
    const { status, headers, body } = await wire.answer();
    expect([status, headers.has('transfer-encoding')]).toEqual([207, false]);
    expect(headers.get('content-length')).toBe(String(Buffer.byteLength(body)));
    await wire.closed;
  });
});

describe('request bodies', () => {
  it('may come in chunks without a length (macOS, curl -T -)', async () => {
    const uid = randomUUID();
    const octets = Buffer.from(eventText(uid));
    const wire = openWire(server.port);
    wire.send(
      head(
        `PUT ${CALENDAR}${uid}.ics HTTP/1.1`,
        'Content-Type: text/calendar',
        'Transfer-Encoding: chunked',
      ),
    );
    for (const part of [octets.subarray(0, 10), octets.subarray(10)])
      wire.send(`${part.length.toString(16)}\r\n${part.toString()}\r\n`);
    wire.send('0\r\n\r\n');
    expect((await wire.answer()).status).toBe(201);
    wire.end();
    const { body } = await server.send('GET', `${CALENDAR}${uid}.ics`);
    expect(body).toBe(octets.toString());
  });

  it('are asked for when the client waits for that (RFC 9110 §10.1.1)', async () => {
    const wire = openWire(server.port);
    wire.send(
      head(
        `PUT ${path} HTTP/1.1`,
        'Content-Type: text/calendar',
        `Content-Length: ${Buffer.byteLength(text)}`,
        'Expect: 100-continue',
      ),
    );
    expect((await wire.answer()).status).toBe(100);
    wire.send(text);
    expect((await wire.answer()).status).toBe(204);
    wire.end();
  });

  it.each([
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6']],
    ['a length and chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked']],
    ['a length that is no number', ['Content-Length: -1']],
    ['a coding nobody knows', ['Transfer-Encoding: gzip, identity']],
  ])('with %s are refused with 400, and the connection closes', async (_, fields) => {
    const wire = openWire(server.port);
    wire.send(`${head(`PUT ${path} HTTP/1.1`, ...fields)}0\r\n\r\n`);
    expect((await wire.answer()).status).toBe(400);
    await wire.closed;
  });
});

describe('many long bodies at once', () => {
  it('are refused with 503 beyond 32 MiB for one account, until others are answered', async () => {
    const size = 950_000;
    const wires = Array.from({ length: 45 }, () => openWire(server.port));
    for (const wire of wires) {
      const fields = ['Content-Type: text/calendar', `Content-Length: ${size}`];
      wire.send(head(`PUT ${path} HTTP/1.1`, ...fields));
      wire.send(Buffer.alloc(size - 1, 0x41));
    }
    const answers = Promise.all(wires.map((wire) => wire.answer()));
    await expect
      .poll(() => server.logged.filter(({ code }) => code === 'request-failed').length, {
        timeout: 15_000,
      })
      .toBeGreaterThan(3);
    // Short ones are let in all the while.
    expect((await server.send('PUT', path, { headers: ICALENDAR, body: text })).status).toBe(204);
    for (const wire of wires) wire.send('A');
    const statuses = (await answers).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([403, 503]));
    for (const { status, headers } of await answers)
      expect(headers.has('retry-after')).toBe(status === 503);
    for (const wire of wires) wire.end();
    const long = text.replace('END:VEVENT', `DESCRIPTION:${'x'.repeat(900_000)}\r\nEND:VEVENT`);
    for (let round = 0; round < 40; round += 1) {
      const body = long.replace('xxx', `x${round}`);
      expect((await server.send('PUT', path, { headers: ICALENDAR, body })).status).toBe(204);
    }
  });
});

describe('requests that are none', () => {
  it.each([
    ['a TLS handshake', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000', 400],
    ['a method nobody knows', head('FOO / HTTP/1.1'), 400],
    ['no Host (RFC 9112 §3.2)', `GET ${'/'} HTTP/1.1\r\n\r\n`, 400],
    ['a header of 100 KB (RFC 6585 §5)', head('GET / HTTP/1.1', `X: ${'a'.repeat(100_000)}`), 431],
    ['an unknown expectation', head('GET / HTTP/1.1', 'Expect: wonders'), 417],
  ])('%s', async (_, octets, status) => {
    expect((await exchange(octets)).status).toBe(status);
  });

  it.each([
    ['octets in the path that are not ASCII (RFC 3986 §2)', head('GET /\u00e4 HTTP/1.1')],
    ['a header without name', head('GET / HTTP/1.1', ': x')],
    ['a header folded over two lines', head('GET / HTTP/1.1', 'X: a', ' b')],
    [
      'a chunk without length',
      head('PUT / HTTP/1.1', 'Transfer-Encoding: chunked').concat('x\r\n'),
    ],
    ['a header that is too long', head('GET / HTTP/1.1', `X: ${'a'.repeat(20_000)}`)],
  ])('%s: the client is told that the connection ends (RFC 9112 §9.6)', async (_, octets) => {
    const wire = openWire(server.port);
    wire.send(octets);
    const { status, headers } = await wire.answer();
    expect([400, 431]).toContain(status);
    expect(headers.get('connection')).toBe('close');
    await wire.closed;
  });
});

describe('405 says what is allowed (RFC 9110 §15.5.6)', () => {
  it.each([
    ['MOVE', `${CALENDAR.slice(0, -1)}.ics`],
    ['COPY', `${CALENDAR.slice(0, -1)}.ics`],
    ['POST', '/SOGo/dav/alice/Contacts/'],
    ['MKCOL', CALENDAR],
    ['MKCALENDAR', CALENDAR],
    ['MKCALENDAR', '/SOGo/dav/alice/Calendar/'],
    ['MKCOL', '/SOGo/dav/alice/'],
    ['GET', '/SOGo/dav/alice/Contacts/'],
    ['DELETE', '/SOGo/dav/alice/'],
    ['ACL', '/SOGo/dav/'],
  ])('%s %s', async (method, where) => {
    const refused = await server.send(method, where);
    const allowed = String(refused.headers.allow).split(', ');
    expect([refused.status, allowed.slice(0, 1)]).toEqual([405, ['OPTIONS']]);
    expect(allowed).not.toContain(method);
    for (const other of allowed) {
      const answered = await server.send(other, where, { headers: { 'if-match': '"none"' } });
      expect([other, answered.status]).not.toEqual([other, 405]);
    }
  });
});

describe('every answer of DAV', () => {
  it.each([
    ['GET', 200],
    ['PROPFIND', 207],
    ['OPTIONS', 200],
    ['POST', 405],
    ['REPORT', 400],
    ['DELETE', 204],
  ])('to %s (%i) is kept by no shared cache and taken for nothing else', async (method, status) => {
    const answered = await server.send(method, path, { headers: { depth: '0' } });
    expect(answered.status).toBe(status);
    expect(answered.headers['cache-control']).toBe('private, no-cache');
    expect(answered.headers['x-content-type-options']).toBe('nosniff');
    expect(answered.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('allows no other origin (CORS) and does not say what it is made of', async () => {
    const answered = await server.send('OPTIONS', path, {
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'PUT' },
    });
    const names = Object.keys(answered.headers);
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(names.filter((name) => /^(server|x-powered-by|via)$/.test(name))).toEqual([]);
  });

  it('is marked so before credentials are proven, too', async () => {
    const answered = await server.send('GET', path, { credentials: null });
    expect(answered.headers['cache-control']).toBe('private, no-cache');
  });
});
