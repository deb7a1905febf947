/** One LDAP server, and how to speak to it. */
export interface Server {
  /** A Unix socket, instead of host and port. */
  readonly path?: string;
  readonly host: string;
  readonly port: number;
  /** TLS from the start, an upgrade before anything else is said, or none. */
  readonly security: 'tls' | 'starttls' | 'none';
}

export interface Hostnames {
  /** `hostname`: URLs and hosts with spaces between. */
  readonly hostname: string;
  /** The old keys `port` and `encryption`, for what isn't a URL. */
  readonly port: number;
  readonly encryption: 'SSL' | 'STARTTLS' | undefined;
}

const LDAPS_PORT = 636;
const LDAP_PORT = 389;

/** Where OpenLDAP's own server listens when nobody says where. */
const SOCKET = '/var/run/ldapi';

const fromSocketUrl = (text: string): Server | undefined => {
  const [, path] = /^ldapi:\/\/([^/?#]*)/i.exec(text) ?? [];
  if (path === undefined) return undefined;
  return {
    path: path === '' ? SOCKET : decodeURIComponent(path),
    host: 'localhost',
    port: 0,
    security: 'none',
  };
};

const fromUrl = (text: string): Server | undefined => {
  // Extensions come last: ldap://HOST/DN?ATTRIBUTES?SCOPE?FILTER?EXTENSIONS (RFC 4516 §2).
  const [, scheme = '', authority = '', extensions = ''] =
    /^(ldaps?):\/\/([^/?#]*)(?:\/[^?#]*(?:\?[^?#]*){0,3}(?:\?([^?#]*))?)?$/i.exec(text) ?? [];
  const url = `http://${authority === '' ? 'localhost' : authority}`;
  if (scheme === '' || !URL.canParse(url)) return undefined;
  const { hostname: host, username } = new URL(url);
  if (username !== '') return undefined;
  const upgraded = extensions.split(',').some((each) => /^!?StartTLS$/i.test(each));
  const tls = scheme.toLowerCase() === 'ldaps';
  // Not URL's: it leaves out a port that is http's own.
  const [, port] = /:(\d+)$/.exec(authority) ?? [];
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    port: port === undefined ? (tls ? LDAPS_PORT : LDAP_PORT) : Number(port),
    security: tls ? 'tls' : upgraded ? 'starttls' : 'none',
  };
};

/**
 * The servers of a source, in the order to try them. Of what is no server, nothing: the configuration's
 * check refuses it.
 */
export const serversOf = ({ hostname, port, encryption }: Hostnames): readonly Server[] =>
  hostname
    .split(/\s+/)
    .filter((text) => text !== '')
    .flatMap((text): readonly Server[] => {
      if (text.includes('://'))
        return [fromSocketUrl(text) ?? fromUrl(text)].filter((server) => server !== undefined);
      const [, host = '', own] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
      if (host === '') return [];
      const usual = encryption === 'SSL' && port === LDAP_PORT ? LDAPS_PORT : port;
      return [
        {
          host: host.replace(/^\[(.*)\]$/, '$1'),
          port: own === undefined ? usual : Number(own),
          security: encryption === 'SSL' ? 'tls' : encryption === 'STARTTLS' ? 'starttls' : 'none',
        },
      ];
    });
