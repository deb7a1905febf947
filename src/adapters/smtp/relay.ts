/** A server that takes mail. */
export interface Relay {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first octet on (RFC 8314). `starttls`: or no mail is sent (RFC 3207). */
  readonly encryption: 'tls' | 'starttls' | 'none';
  /** Whether its certificate has to be good. */
  readonly verified: boolean;
}

/** RFC 5321 §4.5.4.2, RFC 8314 §7.3. */
const PORTS = { smtp: 25, smtps: 465 } as const;

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

/**
 * What SOGoSMTPServer says: `HOST`, `HOST:PORT`, or `smtp://` and `smtps://` with `tls=YES` and `tlsVerifyMode`
 * (`default`, `none` or `allowInsecureLocalhost`). `undefined`: it says nothing that can be used.
 */
export const relayFrom = (server: string): Relay | undefined => {
  const url = server.includes('://') ? server : `smtp://${server}`;
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, searchParams } = new URL(url);
  const scheme = protocol.slice(0, -1);
  if (scheme !== 'smtp' && scheme !== 'smtps') return undefined;
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (host === '') return undefined;
  const mode = searchParams.get('tlsVerifyMode')?.toLowerCase();
  const insecure = mode === 'none' || (mode === 'allowinsecurelocalhost' && isThisMachine(host));
  const upgraded = searchParams.get('tls')?.toUpperCase() === 'YES';
  return {
    host,
    port: port === '' ? PORTS[scheme] : Number(port),
    encryption: scheme === 'smtps' ? 'tls' : upgraded ? 'starttls' : 'none',
    verified: !insecure,
  };
};
