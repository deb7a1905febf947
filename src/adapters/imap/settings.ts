/** A server with mailboxes, and who opens one. */
export interface ImapSettings {
  /** `HOST`, `HOST:PORT`, `imap://` or `imaps://`, with `tls=YES` and `tlsVerifyMode` as in SOGoIMAPServer. */
  readonly server: string;
  readonly user: string;
  readonly password: string;
  readonly mailbox: string;
}

interface ImapServer {
  readonly host: string;
  readonly port: number;
  /** `tls`: from the first octet on (RFC 8314). `starttls`: or nobody logs in. */
  readonly encryption: 'tls' | 'starttls' | 'none';
  readonly verified: boolean;
}

const PORTS = { imap: 143, imaps: 993 } as const;

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);

/** What SOGoIMAPServer says; `undefined`: nothing that can be used. */
export const imapServerFrom = (server: string): ImapServer | undefined => {
  const text = server.includes('://') ? server : `imap://${server}`;
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, port, searchParams } = new URL(text);
  const scheme = protocol.slice(0, -1);
  if (scheme !== 'imap' && scheme !== 'imaps') return undefined;
  const host = hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (host === '') return undefined;
  const mode = searchParams.get('tlsVerifyMode')?.toLowerCase();
  const isInsecure = mode === 'none' || (mode === 'allowinsecurelocalhost' && isThisMachine(host));
  const upgraded = searchParams.get('tls')?.toUpperCase() === 'YES';
  return {
    host,
    port: port === '' ? PORTS[scheme] : Number(port),
    encryption: scheme === 'imaps' ? 'tls' : upgraded ? 'starttls' : 'none',
    verified: !isInsecure,
  };
};
