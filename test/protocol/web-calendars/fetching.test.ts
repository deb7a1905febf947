import { pipeline, Readable } from 'node:stream';
import { createGzip, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reachable } from '../../../src/adapters/feeds/addresses.ts';
import { httpFeed } from '../../../src/adapters/feeds/http-feed.ts';
import type { FeedAnswer, FeedRequest } from '../../../src/domain/web-calendar/fetching.ts';
import { type FeedServer, feedServer } from '../../support/feed-server.ts';

let server: FeedServer;
let other: FeedServer;
beforeAll(async () => {
  [server, other] = await Promise.all([feedServer(), feedServer()]);
});
afterAll(async () => {
  await Promise.all([server.close(), other.close()]);
});

const signal = new AbortController().signal;
const fetchFrom = (networks: readonly string[], more: { size?: number; time?: number } = {}) => {
  const fetch = httpFeed({ networks, agent: 'Daybook/test', ...more });
  return (path: string, request: Partial<FeedRequest> = {}): Promise<FeedAnswer> =>
    fetch(
      { url: path.startsWith('/') ? server.url + path : path, validators: {}, ...request },
      signal,
    );
};
const fetched = fetchFrom(['127.0.0.0/8']);

describe('a feed over HTTP', () => {
  it('is asked for only when it has changed (RFC 9110 §13.1)', async () => {
    server.on('/a', ({ headers }, response) => {
      if (headers['if-none-match'] === '"1"') response.writeHead(304).end();
      else
        response
          .writeHead(200, { etag: '"1"', 'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT' })
          .end('text');
    });
    const validators = { etag: '"1"', lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' };
    expect(await fetched('/a')).toEqual({ kind: 'text', text: 'text', validators });
    expect(await fetched('/a', { validators })).toEqual({ kind: 'unchanged' });
    expect(server.asked.at(-1)?.headers).toMatchObject({
      'if-modified-since': validators.lastModified,
      'user-agent': 'Daybook/test',
    });
  });

  it('may be packed, and in the letters of old programs', async () => {
    server.on('/packed', (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('packed'));
    });
    server.on('/old', (_, response) => void response.end(Buffer.from([0x66, 0xfc, 0x72])));
    expect(await fetched('/packed')).toMatchObject({ text: 'packed' });
    expect(await fetched('/old')).toMatchObject({ text: 'für' });
  });

  it('is given its credentials, and nobody it leads to is (RFC 9110 §15.4)', async () => {
    other.on('/end', (_, response) => void response.end('text'));
    server.on('/away', (_, response) => {
      response.writeHead(302, { location: `${other.url}/end` }).end();
    });
    const credentials = { username: 'ada', password: 'sécret' };
    expect(await fetched('/away', { credentials })).toMatchObject({ text: 'text' });
    expect(server.asked.at(-1)?.headers.authorization).toBe(
      `Basic ${Buffer.from('ada:sécret').toString('base64')}`,
    );
    expect(other.asked.at(-1)?.headers).not.toHaveProperty('authorization');
  });

  it.each([301, 302, 303, 307, 308])('is followed where %i leads', async (status) => {
    server.on('/end', (_, response) => void response.end('text'));
    server.on('/here', (_, response) => void response.writeHead(status, { location: 'end' }).end());
    expect(await fetched('/here')).toMatchObject({ text: 'text' });
  });
});

describe('what cannot be had', () => {
  const trouble = (name: string, more: object = {}) => ({
    kind: 'trouble',
    trouble: name,
    ...more,
  });

  it('says so for a status that is none', async () => {
    server.on(
      '/busy',
      (_, response) => void response.writeHead(503, { 'retry-after': '77' }).end(),
    );
    server.on('/closed', (_, response) => void response.writeHead(401).end());
    expect(await fetched('/nowhere')).toEqual(trouble('http-error', { status: 404 }));
    expect(await fetched('/busy')).toEqual(trouble('http-error', { status: 503, after: 77 }));
    expect(await fetched('/closed')).toEqual(trouble('needs-credentials', { status: 401 }));
  });

  it('says so for redirects in a circle, and to what is no web address', async () => {
    server.on(
      '/circle',
      (_, response) => void response.writeHead(302, { location: '/circle' }).end(),
    );
    server.on(
      '/file',
      (_, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    server.on('/lost', (_, response) => void response.writeHead(302).end());
    expect(await fetched('/circle')).toEqual(trouble('too-many-redirects'));
    expect(await fetched('/file')).toEqual(trouble('bad-url'));
    expect(await fetched('/lost')).toEqual(trouble('http-error', { status: 302 }));
  });

  it('says so for more octets than it may have, packed or not, without reading on', async () => {
    const small = fetchFrom(['127.0.0.1'], { size: 100_000 });
    server.on('/endless', (_, response) => {
      const piece = Buffer.alloc(64 * 1024, 'a');
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    });
    server.on('/bomb', (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      const zeros = Buffer.alloc(1024 * 1024);
      const endless = Readable.from(
        (function* () {
          for (;;) yield zeros;
        })(),
      );
      pipeline(endless, createGzip(), response, () => undefined);
    });
    expect(await small('/endless')).toEqual(trouble('too-large'));
    expect(await small('/bomb')).toEqual(trouble('too-large'));
  });

  it('says so for a server that stops in the middle, or never begins', async () => {
    const hasty = fetchFrom(['127.0.0.1'], { time: 400 });
    server.on('/stops', (_, response) => void response.write('BEGIN'));
    server.on('/mute', () => undefined);
    server.on('/breaks', (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('a', () => response.destroy());
    });
    expect(await hasty('/stops')).toEqual(trouble('timeout'));
    expect(await hasty('/mute')).toEqual(trouble('timeout'));
    expect(await fetched('/breaks')).toEqual(trouble('unreachable'));
    expect(await fetched('http://127.0.0.1:1/')).toEqual(trouble('unreachable'));
  });

  it('says so for what is packed wrongly', async () => {
    server.on('/wrong', (_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' }).end('not packed');
    });
    expect(await fetched('/wrong')).toEqual(trouble('unreachable'));
  });
});

describe('addresses that must not be asked', () => {
  const strict = fetchFrom([]);

  it.each([
    'http://127.0.0.1:1/',
    'http://localhost:1/',
    'http://[::1]:1/',
    'http://[::ffff:127.0.0.1]:1/',
    'http://2130706433:1/',
    'http://0x7f.1:1/',
    'http://10.1.2.3/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00::1]/',
    'http://0.0.0.0/',
  ])('%s is refused before anything is sent', async (url) => {
    expect(await strict(url)).toEqual({ kind: 'trouble', trouble: 'refused-address' });
  });

  it('are refused where a redirect leads to them', async () => {
    const partly = fetchFrom(['127.0.0.1']);
    server.on(
      '/in',
      (_, response) => void response.writeHead(302, { location: 'http://127.0.0.2:1/' }).end(),
    );
    expect(await partly('/in')).toEqual({ kind: 'trouble', trouble: 'refused-address' });
  });

  it('are those of no network that was named', () => {
    const mayAsk = reachable(['10.0.0.0/8', 'fd00::1']);
    expect(['10.9.9.9', 'fd00::1', '::ffff:10.0.0.1', '8.8.8.8', '2a00::1'].every(mayAsk)).toBe(
      true,
    );
    expect(
      ['127.0.0.1', 'fd00::2', '::ffff:127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', 'x'].some(
        mayAsk,
      ),
    ).toBe(false);
  });
});
