import { randomUUID } from 'node:crypto';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { eventCodec } from '../../src/adapters/codec/event-codec.ts';
import { memorySyncLedger } from '../../src/adapters/eas-ledger/memory-sync.ts';
import { memoryDeviceLedger } from '../../src/adapters/eas-ledger/memory.ts';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import { memoryEventStore } from '../../src/adapters/memory/event-store.ts';
import { currentState } from '../../src/api/current-state.ts';
import { autodiscoverPlugin } from '../../src/api/eas/autodiscover.ts';
import { deviceDesk } from '../../src/api/eas/device-desk.ts';
import type { EasParts, EasSettings } from '../../src/api/eas/parts.ts';
import { rememberedRows } from '../../src/api/eas/remembered-rows.ts';
import { easPlugin } from '../../src/api/eas/plugin.ts';
import { decodeWbxml } from '../../src/api/eas/wbxml/decode.ts';
import { encodeWbxml } from '../../src/api/eas/wbxml/encode.ts';
import { data, readDocument } from '../../src/api/eas/wbxml/read.ts';
import type { Services } from '../../src/api/services.ts';
import { type AccountEvent, account } from '../../src/domain/account/account.ts';
import { itemClasses } from '../../src/domain/activesync/item-classes.ts';
import type { Data, Element } from '../../src/domain/activesync/data.ts';
import type { Version } from '../../src/domain/activesync/version.ts';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import type { Folded } from '../../src/domain/kernel/fold.ts';
import { handling } from '../../src/domain/kernel/handle.ts';
import type { Instant } from '../../src/domain/kernel/ids.ts';
import type { EventCodec, Provenance } from '../../src/domain/kernel/ports.ts';
import { streams } from '../../src/domain/kernel/streams.ts';
import { type DavServer, type DavServerOptions, principals, startDav } from './dav.ts';

/** A server with ActiveSync in this process, over a log in memory. */
export interface EasServer {
  readonly dav: DavServer;
  readonly parts: EasParts;
  /** Documents that went over the wire, both ways, and the version that was spoken. */
  readonly documents: readonly { readonly version: Version; readonly octets: Buffer }[];
  /** A device of alice's, unless told otherwise. */
  device(options?: DeviceOptions): EasDevice;
  stop(): Promise<void>;
}

interface DeviceOptions {
  readonly id?: string;
  readonly type?: string;
  readonly agent?: string;
  readonly version?: Version;
  readonly credentials?: string;
}

/** What came back: its root element, where it was WBXML. */
export interface EasAnswered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly octets: Buffer;
  readonly root: Element | undefined;
}

/** Sends commands as a device does; keeps its policy key. */
export interface EasDevice {
  policyKey: string;
  send(command: string, root?: Element | Buffer, headers?: Sent): Promise<EasAnswered>;
  /** Both phases of Provision. */
  provision(): Promise<void>;
}
type Sent = Readonly<Record<string, string>>;

export const noEasSettings: EasSettings = {
  enabled: () => true,
  policies: () => new Map(),
  quarantine: () => false,
  devices: () => 25,
  url: () => undefined,
  picture: 102_400,
  longestPing: 3540,
  longestSync: 3540,
  window: 0,
  octets: 0,
  debug: false,
};

/** An element, for requests: `el('folderhierarchy:SyncKey', '0')`. */
export const el = (tag: string, ...value: readonly (Element | string | Uint8Array)[]): Element => {
  const [first] = value;
  if (value.length === 1 && (typeof first === 'string' || first instanceof Uint8Array))
    return { tag, value: first };
  return { tag, value: value as Data };
};

/** The elements in another. */
export const childrenOf = (element: Element | undefined): Data =>
  element === undefined || typeof element.value === 'string' || element.value instanceof Uint8Array
    ? []
    : element.value;

/** Elements of a tag anywhere in another, in document order. */
export const all = (element: Element | undefined, tag: string): Data =>
  childrenOf(element).flatMap((child) => [
    ...(child.tag === tag ? [child] : []),
    ...all(child, tag),
  ]);

/** Text of the first element of a tag. */
export const textAt = (element: Element | undefined, tag: string): string | undefined => {
  const value = all(element, tag)[0]?.value;
  return typeof value === 'string' ? value : undefined;
};

/** A document as a tree. */
export const treeOf = (octets: Buffer): Element => {
  const source = decodeWbxml(octets);
  const first = source.next();
  if (first?.kind !== 'open') throw new Error('no root');
  return { tag: first.tag, value: data(source) };
};

export const provenance = (): Provenance => ({
  actor: 'system',
  via: 'test',
  at: new Date().toISOString() as Instant,
  correlationId: randomUUID(),
  causationId: randomUUID(),
});

const deskOver = async () => {
  const store = memoryEventStore();
  const codec = eventCodec({ vault: memoryKeyVault(), newId: randomUUID });
  const log = { store, codec: codec as unknown as EventCodec<AccountEvent> };
  const cached = () => new Map<StreamId, Folded<ReturnType<typeof account.initial>>>();
  const accounts = handling(account, { ...log, cache: cached(), pause: async () => {} });
  const current = currentState(account, { ...log, cache: cached() });
  for (const { account: owner, ...rest } of Object.values(principals))
    await accounts({
      stream: streams.account(owner),
      owner,
      command: { type: 'OpenSourceAccount', ...rest, source: 'test' },
      by: provenance(),
    });
  const hearing = new Set<() => void>();
  return deviceDesk({
    current,
    accounts: async (intent) => {
      const done = await accounts(intent);
      for (const told of hearing) told();
      return done;
    },
    watch: (_stream, told) => {
      const tell = (): void => told(0n);
      hearing.add(tell);
      return () => hearing.delete(tell);
    },
  });
};

const post = (
  port: number,
  path: string,
  headers: Sent,
  body: Buffer | undefined,
): Promise<Omit<EasAnswered, 'root'>> =>
  new Promise((resolve, reject) => {
    httpRequest(
      { host: '127.0.0.1', port, method: 'POST', path, agent: false, headers },
      (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', reject)
          .on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              octets: Buffer.concat(chunks),
            }),
          );
      },
    )
      .on('error', reject)
      .end(body);
  });

export const startEas = async (
  options: DavServerOptions & { readonly settings?: Partial<EasSettings> } = {},
): Promise<EasServer> => {
  const desk = await deskOver();
  const documents: { version: Version; octets: Buffer }[] = [];
  let services: Services | undefined;
  let watch: EasParts['watch'] = () => () => undefined;
  let log: EasParts['log'] = () => undefined;
  const parts: EasParts = {
    settings: Object.assign({ ...noEasSettings }, options.settings),
    desk,
    ledger: rememberedRows(memoryDeviceLedger()),
    sync: memorySyncLedger(),
    classes: itemClasses,
    watch: (stream, told) => watch(stream, told),
    log: (code, fields) => log(code, fields),
  };
  const dav = await startDav({
    ...options,
    wrap: (made) => {
      services = options.wrap?.(made) ?? made;
      return services;
    },
    parts: {
      ...options.parts,
      plugins: [
        async (app, given) => {
          if (services === undefined) throw new Error('no services');
          await easPlugin(services, parts)(app, given);
        },
        async (app, given) => {
          if (services === undefined) throw new Error('no services');
          await autodiscoverPlugin(services, parts)(app, given);
        },
      ],
    },
  });
  const listeners = new Map<StreamId, Set<() => void>>();
  watch = (stream, told) => {
    const those = listeners.get(stream) ?? new Set();
    listeners.set(stream, those.add(told));
    return () => those.delete(told);
  };
  const closing = new AbortController();
  const hearing = (async () => {
    for await (const batch of dav.store.subscribe(await dav.store.end(), closing.signal))
      for (const { stream } of batch) for (const told of listeners.get(stream) ?? []) told();
  })();
  log = (code, fields = {}) => {
    (dav.logged as { code: typeof code; fields: typeof fields }[]).push({ code, fields });
  };

  const device = ({
    id = 'ApplDMPKXXXXF182',
    type = 'iPhone',
    agent = 'Apple-iPhone11C8/2007.75',
    version = '16.1',
    credentials = 'alice:secret',
  }: DeviceOptions = {}): EasDevice => {
    const self: EasDevice = {
      policyKey: '0',
      async send(command, root, headers = {}) {
        const body = root === undefined || Buffer.isBuffer(root) ? root : encodeWbxml(root);
        if (body !== undefined) documents.push({ version, octets: body });
        const query = `Cmd=${command}&User=alice&DeviceId=${id}&DeviceType=${type}`;
        const answered = await post(
          dav.port,
          `/Microsoft-Server-ActiveSync?${query}`,
          {
            authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
            'user-agent': agent,
            'ms-asprotocolversion': version,
            'x-ms-policykey': self.policyKey,
            ...(body === undefined
              ? { 'content-length': '0' }
              : {
                  'content-type': 'application/vnd.ms-sync.wbxml',
                  'content-length': String(body.length),
                }),
            ...headers,
          },
          body,
        );
        const isWbxml =
          answered.headers['content-type'] === 'application/vnd.ms-sync.wbxml' &&
          answered.headers['content-encoding'] === undefined;
        if (isWbxml) documents.push({ version, octets: answered.octets });
        return { ...answered, root: isWbxml ? treeOf(answered.octets) : undefined };
      },
      async provision() {
        const policy = (...content: readonly Element[]) =>
          el(
            'provision:Provision',
            el(
              'provision:Policies',
              el(
                'provision:Policy',
                el('provision:PolicyType', 'MS-EAS-Provisioning-WBXML'),
                ...content,
              ),
            ),
          );
        self.policyKey = '0';
        const first = await self.send('Provision', policy());
        self.policyKey = textAt(first.root, 'provision:PolicyKey') ?? '';
        const second = await self.send(
          'Provision',
          policy(el('provision:PolicyKey', self.policyKey), el('provision:Status', '1')),
        );
        self.policyKey = textAt(second.root, 'provision:PolicyKey') ?? '';
      },
    };
    return self;
  };
  const stop = async (): Promise<void> => {
    closing.abort();
    await dav.stop();
    await hearing;
  };
  return { dav, parts, documents, device, stop };
};

/** As `readDocument`, of a document on its own. */
export const readOf = <T>(
  octets: Buffer,
  root: string,
  read: Parameters<typeof readDocument<T>>[2],
) => readDocument(decodeWbxml(octets), root, read);
