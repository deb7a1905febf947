import nodemailer from 'nodemailer';
import type { MailTrouble, SendOutcome } from '../../domain/mail/transport.ts';
import type { Envelope } from './envelope.ts';
import type { Relay } from './relay.ts';
import type { MailOut } from './settings.ts';

/** Milliseconds. */
const PATIENCE = { connection: 15_000, greeting: 20_000, silence: 30_000, whole: 100_000 } as const;

interface Fault {
  readonly code?: string;
  readonly responseCode?: number;
  readonly originalCode?: string;
}

const troubleOf = ({ code = '', responseCode, originalCode = '' }: Fault): MailTrouble => {
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'not-authenticated';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (responseCode !== undefined) return 'refused';
  if (code === 'ETLS' || /CERT|SIGNED|ALTNAME|^ERR_TLS|ISSUER/.test(`${code} ${originalCode}`))
    return 'bad-certificate';
  return 'unreachable';
};

/** Replies that are about this connection and its rights, and not about the message (RFC 4954 §6). */
const aboutUs: ReadonlySet<number> = new Set([500, 501, 502, 503, 504, 530, 534, 535, 538]);

/** Whether the server refused this very message, and always will (RFC 5321 §4.2.1). */
const isForEver = ({ code, responseCode = 0 }: Fault): boolean =>
  (code === 'EENVELOPE' || code === 'EMESSAGE') &&
  responseCode >= 500 &&
  responseCode < 600 &&
  !aboutUs.has(responseCode);

/** Hands octets to a server by SMTP. Never throws. */
export const sendBySmtp = async (
  { sender, recipient, octets }: Envelope,
  relay: Relay,
  login: MailOut['login'],
): Promise<SendOutcome> => {
  const transport = nodemailer.createTransport({
    ...{ host: relay.host, port: relay.port },
    secure: relay.encryption === 'tls',
    requireTLS: relay.encryption === 'starttls',
    ignoreTLS: relay.encryption === 'none',
    tls: { rejectUnauthorized: relay.verified, minVersion: 'TLSv1.2' },
    ...(login !== undefined && {
      auth: { user: login.user, pass: login.password },
      authMethod: login.method,
    }),
    connectionTimeout: PATIENCE.connection,
    greetingTimeout: PATIENCE.greeting,
    socketTimeout: PATIENCE.silence,
    maxResponseSize: 65_536,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  let late: NodeJS.Timeout | undefined;
  try {
    // A server that says a word now and then keeps the connection, and not for ever.
    const whole = new Promise<'late'>((resolve) => {
      late = setTimeout(() => resolve('late'), PATIENCE.whole);
    });
    const sending = transport.sendMail({
      envelope: { from: sender, to: [recipient] },
      raw: octets,
    });
    const ended = await Promise.race([sending, whole]);
    if (ended === 'late') {
      sending.catch(() => undefined);
      return { kind: 'failed', passing: true, trouble: 'timeout' };
    }
    return { kind: 'sent' };
  } catch (error) {
    const fault = error as Fault;
    return {
      kind: 'failed',
      passing: !isForEver(fault),
      trouble: troubleOf(fault),
      ...(fault.responseCode !== undefined && { status: fault.responseCode }),
    };
  } finally {
    clearTimeout(late);
    transport.close();
  }
};
