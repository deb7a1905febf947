import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EasSettings } from '../../../src/api/eas/parts.ts';
import { versions } from '../../../src/domain/activesync/version.ts';
import type { Principal } from '../../../src/api/services.ts';
import { type EasServer, el, startEas, textAt } from '../../support/eas.ts';
import { principals } from '../../support/dav.ts';

let server: EasServer;
const settings = {
  enabled: (): boolean => true,
  url: () => undefined as string | undefined,
  debug: false,
} satisfies Partial<EasSettings>;
let barred: Principal['barred'];
let busy: number | undefined;

beforeAll(async () => {
  server = await startEas({
    settings,
    wrap: (services) => ({
      ...services,
      guard: { tooMany: () => busy, tooManyFrom: () => undefined },
      authenticate: async (login, password) => {
        if (login === 'guessed') return { refused: 'blocked', seconds: 60 };
        if (login === 'careful') return { refused: 'second-factor' };
        if (login === 'zoë' && password === 'geheim°') return principals.carol;
        const who = await services.authenticate(login, password, {
          ...{ protocol: 'eas', address: undefined, client: '' },
        });
        return who === undefined || 'refused' in who || barred === undefined
          ? who
          : { ...who, barred };
      },
    }),
  });
  // What the server was given is what it asks each time.
  Object.assign(server.parts.settings, {
    enabled: () => settings.enabled(),
    url: () => settings.url(),
  });
});
afterAll(() => server.stop());

const sync = el('folderhierarchy:FolderSync', el('folderhierarchy:SyncKey', '0'));
const statusIn = (root: Parameters<typeof textAt>[0]) => textAt(root, 'folderhierarchy:Status');
const plain = 'Cmd=FolderSync&User=alice&DeviceId=PHONE&DeviceType=iPhone';
const asWbxml = { 'content-type': 'application/vnd.ms-sync.wbxml' };

/** A query as Windows Phone writes it (MS-ASHTTP 2.2.1.1.1.1). */
const coded = ({
  version = 141,
  command = 9,
  device = Buffer.from('WPDEVICE'),
  key = [0],
  type = 'WP8',
  rest = [],
}: {
  version?: number;
  command?: number;
  device?: Buffer;
  key?: readonly number[];
  type?: string;
  rest?: readonly number[];
} = {}) =>
  Buffer.from([
    ...[version, command, 0x09, 0x04, device.length],
    ...device,
    ...key,
    type.length,
    ...Buffer.from(type),
    ...rest,
  ]).toString('base64');

const raw = async (query: string, headers: Readonly<Record<string, string>> = {}) => {
  const { encodeWbxml } = await import('../../../src/api/eas/wbxml/encode.ts');
  return server.dav.send('POST', `/Microsoft-Server-ActiveSync?${query}`, {
    body: encodeWbxml(sync),
    headers: { ...asWbxml, ...headers },
  });
};

describe('the endpoint (MS-ASHTTP)', () => {
  test('says to whoever is known what it speaks, at both paths, in any letters', async () => {
    for (const path of [
      ...[
        '/Microsoft-Server-ActiveSync',
        '/microsoft-server-activesync/',
        '/MICROSOFT-SERVER-ACTIVESYNC',
      ],
      ...['/SOGo/Microsoft-Server-ActiveSync', '/sogo/microsoft-server-activesync?x=y'],
    ]) {
      const { status, headers } = await server.dav.send('OPTIONS', path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers['ms-asprotocolversions']).toBe(versions.join(','));
      expect(headers['ms-asprotocolcommands']).toMatch(/\bFolderSync\b.*\bProvision\b/);
      expect(headers['ms-server-activesync']).toBe('16.1');
    }
  });

  test('challenges a probe without credentials, as devices expect (iOS)', async () => {
    for (const method of ['OPTIONS', 'POST', 'GET']) {
      const { status, headers } = await server.dav.send(method, '/Microsoft-Server-ActiveSync', {
        credentials: null,
      });
      expect([method, status]).toEqual([method, 401]);
      expect(headers['www-authenticate']).toMatch(/^Basic realm/);
    }
  });

  test('takes Latin-1 where it is no UTF-8 (Outlook), and a domain of Windows before the name', async () => {
    for (const encoding of ['utf8', 'latin1'] as const) {
      const authorization = `Basic ${Buffer.from('ACME\\zoë:geheim°', encoding).toString('base64')}`;
      const { status } = await server.dav.send('OPTIONS', '/Microsoft-Server-ActiveSync', {
        credentials: null,
        headers: { authorization },
      });
      expect([encoding, status]).toEqual([encoding, 200]);
    }
  });

  test('answers 456 to guessers, and 401 to a password that is not enough', async () => {
    const options = (credentials: string) =>
      server.dav.send('OPTIONS', '/Microsoft-Server-ActiveSync', { credentials });
    const guessed = await options('guessed:x');
    expect([guessed.status, guessed.headers['retry-after']]).toEqual([456, '60']);
    const careful = await options('careful:x');
    expect([careful.status, careful.body]).toEqual([401, expect.stringContaining('app password')]);
  });

  test('answers 503 with Retry-After to one request too many', async () => {
    busy = 7;
    const { status, headers } = await server.dav.send('OPTIONS', '/Microsoft-Server-ActiveSync');
    busy = undefined;
    expect([status, headers['retry-after']]).toEqual([503, '7']);
  });

  test('is not for everybody (ModulesConstraints, DaybookActiveSyncEnabled)', async () => {
    const options = async () =>
      (await server.dav.send('OPTIONS', '/Microsoft-Server-ActiveSync')).status;
    barred = ['ActiveSync'];
    expect(await options()).toBe(403);
    barred = ['Calendar'];
    expect(await options()).toBe(200);
    const { root } = await server.device({ id: 'NOCALENDAR' }).send('FolderSync', sync);
    expect(textAt(root, 'folderhierarchy:Count')).toBe('1');
    barred = undefined;
    settings.enabled = () => false;
    expect(await options()).toBe(403);
    settings.enabled = () => true;
  });

  test('sends devices of elsewhere there (451, X-MS-Location)', async () => {
    settings.url = () => 'https://eas.acme.com/Microsoft-Server-ActiveSync';
    const away = await server.device().send('FolderSync', sync);
    expect([away.status, away.headers['x-ms-location']]).toEqual([451, settings.url()]);
    const there = await server.device().send('FolderSync', sync, { host: 'eas.acme.com' });
    settings.url = () => undefined;
    expect(there.status).toBe(200);
  });

  test('reads the coded query (MS-ASHTTP 2.2.1.1.1.1), padded or not, in either alphabet', async () => {
    const query = coded();
    for (const written of [query, query.replaceAll('=', ''), encodeURIComponent(query)]) {
      const { status, headers } = await raw(written);
      expect([written, status, headers['content-type']]).toEqual([
        ...[written, 200, 'application/vnd.ms-sync.wbxml'],
      ]);
    }
    const guid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    expect((await raw(coded({ device: guid }))).status).toBe(200);
    const devices = await server.parts.desk.of(principals.alice.account);
    expect([...devices.keys()]).toEqual(
      expect.arrayContaining(['WPDEVICE', '00112233445566778899AABBCCDDEEFF']),
    );
  });

  test('refuses nonsense in query and headers as the client’s mistake, and never with 5xx', async () => {
    const cases: readonly (readonly [string, number, Readonly<Record<string, string>>?])[] = [
      ['', 400],
      ['%%%', 400],
      ['Cmd=', 501],
      ['Cmd=Nonsense&DeviceId=A&DeviceType=B', 501],
      ['Cmd=GetHierarchy&DeviceId=A&DeviceType=B', 501],
      [`${plain}&Cmd=Sync`, 400],
      [`${plain}&x=${'y'.repeat(2000)}`, 400],
      [`${plain}&x=%ff`, 400],
      [plain, 400],
      [plain, 400, { 'ms-asprotocolversion': '2.5' }],
      [plain, 400, { 'ms-asprotocolversion': 'latest' }],
      ['!!!!', 400],
      ['AAAA', 400],
      [coded().slice(0, 16), 400],
      [coded({ key: [3, 1, 2, 3] }), 400],
      [coded({ version: 10 }), 505],
      [coded({ version: 25 }), 400],
      [coded({ command: 99 }), 501],
      [coded({ rest: [7, 200] }), 400],
      [plain, 415, { 'ms-asprotocolversion': '16.1', 'content-encoding': 'gzip' }],
    ];
    for (const [query, status, headers] of cases)
      expect([query, headers, (await raw(query, headers)).status]).toEqual([
        query,
        headers,
        status,
      ]);
    const { status } = await server.device().send('FolderSync', Buffer.alloc(100_000));
    expect(status).toBe(413);
    for (const method of ['GET', 'PUT', 'PROPFIND', 'DELETE'])
      expect((await server.dav.send(method, '/Microsoft-Server-ActiveSync')).status).toBe(501);
  });

  test('answers whatever comes in query and headers, and never as a fault of its own', async () => {
    const printable = fc
      .string({ maxLength: 60 })
      .map((text) => encodeURI(text).replaceAll('#', ''));
    const base64 = fc
      .uint8Array({ maxLength: 60 })
      .map((one) => Buffer.from(one).toString('base64'));
    const parts = fc.record({
      name: fc.constantFrom('Cmd', 'DeviceId', 'DeviceType', 'User', 'x'),
      value: printable,
    });
    const listed = fc
      .array(parts, { maxLength: 5 })
      .map((all) => all.map(({ name, value }) => `${name}=${value}`).join('&'));
    const header = fc
      .string({ maxLength: 30 })
      .map((text) => text.replaceAll(/[^\u0020-\u007e]/g, '').trim());
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(printable, base64, listed, fc.constant(plain)),
        header,
        header,
        async (query, version, key) => {
          const { status } = await raw(query, {
            'ms-asprotocolversion': version,
            'x-ms-policykey': key,
          });
          expect([200, 400, 403, 501, 505]).toContain(status);
        },
      ),
      { numRuns: 300 },
    );
    expect(server.dav.logged.filter(({ code }) => code === 'request-failed')).toEqual([]);
  });

  test('tells a request that is no such request in the words of its version (MS-ASCMD 2.2.2)', async () => {
    const told = async (version: (typeof versions)[number], id: string, type = 'x') => {
      const { status, root } = await server
        .device({ ...{ version, id, type } })
        .send('FolderSync', sync);
      return root === undefined ? status : statusIn(root);
    };
    expect(await told('12.1', '')).toBe(400);
    expect(await told('14.0', '')).toBe('108');
    expect(await told('14.1', 'a,b')).toBe('108');
    expect(await told('14.1', 'x'.repeat(65))).toBe('108');
    expect(await told('16.1', 'A', '')).toBe('109');
    const phone = server.device();
    const garbage = await phone.send('FolderSync', Buffer.from('garbage'));
    expect(statusIn(garbage.root)).toBe('102');
    const other = await phone.send('FolderSync', el('ping:Ping', el('ping:Status', '1')));
    expect(statusIn(other.root)).toBe('103');
    expect(statusIn((await phone.send('FolderSync')).root)).toBe('101');
    const html = await phone.send('FolderSync', sync, { 'content-type': 'text/html' });
    expect(statusIn(html.root)).toBe('101');
    const short = await phone.send('FolderSync', sync, {
      'content-type': 'application/vnd.ms-sync',
    });
    expect(statusIn(short.root)).toBe('1');
  });

  test('compresses a long answer where that is asked for', async () => {
    const phone = server.device({ id: 'SQUEEZED' });
    for (let count = 0; count < 20; count += 1)
      await server.dav.send('MKCALENDAR', `/SOGo/dav/alice/Calendar/c${count}/`);
    const plainly = await phone.send('FolderSync', sync, { 'accept-encoding': 'gzip;q=0' });
    expect(plainly.headers['content-encoding']).toBeUndefined();
    const squeezed = await phone.send('FolderSync', sync, { 'accept-encoding': 'gzip, deflate' });
    expect(squeezed.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(squeezed.octets).length).toBe(plainly.octets.length);
  });

  test('writes what was asked and answered into the log, where that is wanted (SOGoEASDebugEnabled)', async () => {
    const traces = () => server.dav.logged.filter(({ code }) => code === 'activesync-trace');
    await server.device().send('FolderSync', sync);
    expect(traces()).toEqual([]);
    Object.assign(server.parts.settings, { debug: true });
    await server.device().send('FolderSync', sync);
    Object.assign(server.parts.settings, { debug: false });
    expect(traces().map(({ fields }) => [fields['command'], fields['direction']])).toEqual([
      ['FolderSync', 'request'],
      ['FolderSync', 'answer'],
    ]);
    expect(traces()[0]?.fields['xml']).toContain('<folderhierarchy:SyncKey>0<');
  });
});
