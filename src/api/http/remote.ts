import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6, type Socket } from 'node:net';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whom the request comes from, behind proxies. */
    remote: Remote;
  }
}

/** The other end of a request, as far as it can be believed. */
export interface Remote {
  /** IPv4 or IPv6; `undefined` behind a proxy, or a program of this machine, that does not say for whom it asks. */
  readonly address: string | undefined;
  /** Whether the visitor's connection is encrypted. */
  readonly secure: boolean;
  /** Host and port as the visitor typed them; '' when nobody says. */
  readonly host: string;
  /** Whom a trusted proxy says that it has proven; absent when none says so. */
  readonly user?: string;
}

/** Proxies on the same machine; whoever else can connect from there could as well read the disk. */
export const LOOPBACK: readonly string[] = ['127.0.0.0/8', '::1'];

const listOf = (networks: readonly string[]): BlockList => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
};

const last = (value: string | readonly string[] | undefined): string | undefined =>
  (typeof value === 'string' ? value : value?.join(','))?.split(',').at(-1)?.trim() || undefined;

/** An address as proxies write it: perhaps with a port, in brackets, or IPv4 within IPv6. */
const plainAddress = (text: string): string | undefined => {
  const bare = text
    .trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/i, '');
  const address = /^\d+\.\d+\.\d+\.\d+:\d+$/.test(bare) ? bare.slice(0, bare.indexOf(':')) : bare;
  return isIP(address) === 0 ? undefined : address;
};

const USER = 'x-webobjects-remote-user';

/** Said once alone: of two, a visitor may have written one. Node reads headers as Latin-1; names are UTF-8. */
const provenUser = ({ rawHeaders, headers }: IncomingMessage): string | undefined => {
  const user = headers[USER];
  if (typeof user !== 'string' || user === '') return undefined;
  const times = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === USER).length;
  if (times !== 1) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(user, 'latin1'));
  } catch {
    return undefined;
  }
};

/** Addresses looked at in `X-Forwarded-For`. */
const HOPS = 20;

/**
 * Reads who is behind a request. What proxies say counts only where the connection comes from one that is
 * trusted (or from a Unix socket): `X-Forwarded-For` from its end to the first address that is no proxy
 * of ours, else `x-webobjects-remote-host`, as front ends of SOGo have it; `X-Forwarded-Proto`, or
 * `x-webobjects-server-url`; `X-Forwarded-Host`; and `x-webobjects-remote-user`.
 */
export const remoteOf = (
  trusted: () => readonly string[],
): ((request: IncomingMessage) => Remote) => {
  let networks = trusted();
  let proxies = listOf(networks);
  const isProxy = (address: string): boolean =>
    proxies.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');

  const forwarded = (headers: IncomingMessage['headers']): string | undefined => {
    const hops = headers['x-forwarded-for'];
    const line = typeof hops === 'string' ? hops : (hops ?? []).join(',');
    if (line === '') {
      const said = plainAddress(last(headers['x-webobjects-remote-host']) ?? '');
      return said === undefined || isProxy(said) ? undefined : said;
    }
    for (const hop of line.split(',').slice(-HOPS).toReversed()) {
      const address = plainAddress(hop);
      // Nothing before it can be believed.
      if (address === undefined) return undefined;
      if (!isProxy(address)) return address;
    }
    return undefined;
  };

  /** Address of the other end, unless it is a proxy of ours; looked at once for each connection. */
  let strangers = new WeakMap<Socket, { readonly address: string | undefined }>();
  const strangerOf = (socket: Socket): string | undefined => {
    const known = strangers.get(socket);
    if (known !== undefined) return known.address;
    const peer = plainAddress(socket.remoteAddress ?? '');
    const address = peer !== undefined && !isProxy(peer) ? peer : undefined;
    strangers.set(socket, { address });
    return address;
  };

  return (request) => {
    const { socket, headers } = request;
    if (networks !== trusted()) {
      networks = trusted();
      proxies = listOf(networks);
      strangers = new WeakMap();
    }
    const stranger = strangerOf(socket);
    const host = headers.host ?? '';
    if (stranger !== undefined) return { address: stranger, secure: false, host };
    const scheme = last(headers['x-forwarded-proto'])?.toLowerCase();
    const url = last(headers['x-webobjects-server-url'])?.toLowerCase() ?? '';
    const user = provenUser(request);
    return {
      ...(user === undefined ? {} : { user }),
      address: forwarded(headers),
      secure: scheme === undefined ? url.startsWith('https:') : scheme === 'https',
      host: last(headers['x-forwarded-host']) ?? host,
    };
  };
};
