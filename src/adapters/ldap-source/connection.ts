import { readFile } from 'node:fs/promises';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, rootCertificates } from 'node:tls';
import {
  type Attribute,
  type Change,
  Client,
  type Control,
  type Entry,
  type Filter,
  type SearchOptions,
  ServerSideSortingRequestControl,
} from 'ldapts';
import type { Server } from './servers.ts';

export interface Search {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Filter;
  readonly attributes: readonly string[];
  /** Most entries; what comes beyond them is left out. 0: as many as the server gives. */
  readonly limit: number;
  /** An attribute to put entries in the order of (RFC 2891), where the server can: only in pages. */
  readonly sortedBy?: string;
}

/** One connection to one server. Its functions throw `DirectoryAnswer` or, for a lost connection, anything else. */
export interface Connection {
  /** False once it is closed or lost. */
  alive(): boolean;
  bind(dn: string, password: string, control?: Control): Promise<void>;
  search(search: Search): Promise<readonly Entry[]>;
  /**
   * The same, asked for in pages (RFC 2696), so that the server's bound on one answer does not count;
   * `isComplete`: no limit cut it short. A connection has one such search at a time.
   */
  searchPages(
    search: Search,
  ): Promise<{ readonly entries: readonly Entry[]; readonly isComplete: boolean }>;
  add(dn: string, attributes: readonly Attribute[]): Promise<void>;
  modify(dn: string, changes: readonly Change[]): Promise<void>;
  remove(dn: string): Promise<void>;
  /** An extended operation (RFC 4511 §4.12). */
  extended(oid: string, value: Uint8Array, control?: Control): Promise<void>;
  close(): void;
}

/** The server understood the request and refused it (RFC 4511 §4.1.9). */
export class DirectoryAnswer extends Error {
  override readonly name = 'DirectoryAnswer';
  /** The resultCode. */
  readonly result: number;
  constructor(result: number, message: string) {
    super(message);
    this.result = result;
  }
}

/** The result codes that are looked at (RFC 4511 §A.2). */
export const RESULT = {
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  adminLimitExceeded: 11,
  noSuchAttribute: 16,
  undefinedAttributeType: 17,
  inappropriateMatching: 18,
  constraintViolation: 19,
  attributeOrValueExists: 20,
  invalidAttributeSyntax: 21,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  unwillingToPerform: 53,
  namingViolation: 64,
  objectClassViolation: 65,
  notAllowedOnNonLeaf: 66,
  notAllowedOnRdn: 67,
  entryAlreadyExists: 68,
  objectClassModsProhibited: 69,
} as const;

/** What a server says that cannot put entries in that order. */
const unsortable: ReadonlySet<number> = new Set([
  RESULT.noSuchAttribute,
  RESULT.undefinedAttributeType,
  RESULT.inappropriateMatching,
]);
/** caseIgnoreOrderingMatch (RFC 4517 §4.2.12): names have no order of their own. */
const CASE_IGNORE = '2.5.13.3';

export interface ConnectionSettings {
  /** How long an answer may take, in ms. */
  readonly patience: number;
  /** What the server is told about that, in seconds; 0: nothing. */
  readonly timeLimit: number;
  /** A PEM file of authorities to believe besides Node's own. */
  readonly authorities: string | undefined;
}

/** Entries of one page. */
const PAGE = 500;

/** What a server says when it gives no more. */
const limits: ReadonlySet<number> = new Set([
  RESULT.timeLimitExceeded,
  RESULT.sizeLimitExceeded,
  RESULT.adminLimitExceeded,
]);

/** For a TCP connection and for a TLS handshake, in ms: a server that is up does it at once. */
const CONNECT_PATIENCE = 5_000;

/** The directory's answer in the place of the library's error, whose code is a number only then. */
const answering = async <Result>(work: Promise<Result>): Promise<Result> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'number')
      throw new DirectoryAnswer(error.code, error.message);
    throw error;
  }
};

const tlsOptions = async (
  { host }: Server,
  { authorities }: ConnectionSettings,
): Promise<ConnectionOptions> => {
  return {
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(authorities === undefined
      ? {}
      : { ca: [...rootCertificates, await readFile(authorities, 'utf8')] }),
  };
};

/** Resolves once the socket has said `event`; destroys it when that takes too long. */
const established = <Made extends Socket>(socket: Made, event: string): Promise<Made> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => socket.destroy(new Error('the server does not answer')),
      CONNECT_PATIENCE,
    );
    const failed = (error: unknown): void => {
      clearTimeout(timer);
      reject(error instanceof Error ? error : new Error('the server hung up'));
    };
    socket.once('error', failed).once('close', failed);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', failed).off('close', failed);
      resolve(socket);
    });
  });

/** Connects to a server, upgraded to TLS where it has to be. @throws when that can't be done */
export const openConnection = async (
  server: Server,
  settings: ConnectionSettings,
): Promise<Connection> => {
  const { host, port, security, path } = server;
  const tls = security === 'none' ? undefined : await tlsOptions(server, settings);
  const socket =
    security === 'tls'
      ? await established(connectTls({ ...tls, host, port }), 'secureConnect')
      : await established(connectPlain(path === undefined ? { host, port } : { path }), 'connect');
  let lost = false;
  // ldapts does not notice that an upgraded connection is gone, and would make another one by itself.
  const noticed = <Made extends Socket>(made: Made): Made =>
    made.once('close', () => {
      lost = true;
    });
  noticed(socket).setNoDelay(true).setKeepAlive(true, 30_000);
  const client = new Client({
    url: `ldap://${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    timeout: settings.patience,
    connectTimeout: CONNECT_PATIENCE,
    createConnection: () => {
      if (lost) throw new Error('the connection is lost');
      return socket;
    },
    createSecureConnection: (options: ConnectionOptions | number) => {
      if (typeof options === 'number') throw new Error('the connection is lost');
      const upgraded = noticed(connectTls(options));
      established(upgraded, 'secureConnect').catch(() => socket.destroy());
      return upgraded;
    },
  });
  const close = (): void => {
    lost = true;
    socket.destroy();
  };
  if (security === 'starttls')
    try {
      await answering(client.startTLS({ ...tls }));
    } catch (error) {
      close();
      throw error;
    }
  const search: Connection['search'] = async ({ base, scope, filter, attributes, limit }) => {
    const { searchEntries } = await answering(
      client.search(base, {
        scope,
        filter,
        attributes: [...attributes],
        sizeLimit: limit,
        timeLimit: settings.timeLimit,
      }),
    );
    return searchEntries;
  };
  const searchPages: Connection['searchPages'] = async (wanted) => {
    const { base, scope, filter, attributes, limit } = wanted;
    const entries: Entry[] = [];
    const controls =
      wanted.sortedBy === undefined
        ? []
        : [
            new ServerSideSortingRequestControl({
              value: { attributeType: wanted.sortedBy, orderingRule: CASE_IGNORE },
            }),
          ];
    const options: SearchOptions = {
      scope,
      filter,
      attributes: [...attributes],
      timeLimit: settings.timeLimit,
      paged: { pageSize: Math.min(PAGE, limit + 1) },
    };
    const pages = client.searchPaginated(base, options, controls);
    try {
      for (;;) {
        const page = await answering(pages.next());
        if (page.done === true) break;
        entries.push(...page.value.searchEntries);
        if (entries.length > limit) break;
      }
    } catch (error) {
      if (!(error instanceof DirectoryAnswer)) throw error;
      const { sortedBy, ...unsorted } = wanted;
      if (sortedBy !== undefined && unsortable.has(error.result)) return searchPages(unsorted);
      if (!limits.has(error.result)) throw error;
      // What the page that broke off had is not told; in one answer it is.
      const isBare = entries.length === 0 && error.result === RESULT.sizeLimitExceeded;
      const whole = isBare ? await search(wanted) : entries;
      return { entries: whole.slice(0, limit), isComplete: false };
    }
    return { entries: entries.slice(0, limit), isComplete: entries.length <= limit };
  };
  return {
    search,
    alive: () => !lost,
    bind: (dn, password, control) => answering(client.bind(dn, password, control)),
    searchPages,
    add: (dn, attributes) => answering(client.add(dn, [...attributes])),
    remove: (dn) => answering(client.del(dn)),
    modify: (dn, changes) => answering(client.modify(dn, [...changes])),
    extended: async (oid, value, control) => {
      await answering(client.exop(oid, Buffer.from(value), control));
    },
    close,
  };
};
