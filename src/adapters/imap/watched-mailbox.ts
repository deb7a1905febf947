import { ImapFlow, type MessageStructureObject } from 'imapflow';
import {
  type MailPlace,
  MailboxUnavailable,
  type OpenMailbox,
  type OpenWatchedMailbox,
} from '../../domain/mail/watched-mailbox.ts';
import { type ImapSettings, imapServerFrom } from './settings.ts';

/** Octets of a mail that is looked at. */
const LARGEST = 25_000_000;
/** IDLE is begun anew after so many ms (RFC 2177: within 29 minutes). */
const IDLE = 4 * 60_000;
const PATIENCE = 30_000;

/** Opens mailboxes with imapflow; a connection that is lost is not made again by itself. */
export const watchedMailbox =
  ({ server, user, password, mailbox }: ImapSettings): OpenWatchedMailbox =>
  async () => {
    const place = imapServerFrom(server);
    if (place === undefined) throw new MailboxUnavailable('SOGoIMAPServer names no IMAP server');
    const { host, port, encryption, verified } = place;
    const client = new ImapFlow({
      ...{ host, port, logger: false, disableAutoIdle: true },
      secure: encryption === 'tls',
      doSTARTTLS: encryption === 'starttls',
      tls: { rejectUnauthorized: verified },
      auth: { user, pass: password },
      ...{ connectionTimeout: PATIENCE, greetingTimeout: PATIENCE },
      ...{ maxIdleTime: IDLE, socketTimeout: IDLE + PATIENCE, maxLiteralSize: LARGEST + 1_000_000 },
    });
    // Whoever waits is told by `close`; without a listener, the process would end.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { uidValidity } = await client.mailboxOpen(mailbox, { readOnly: true });
      return opened(client, String(uidValidity));
    } catch (error) {
      client.close();
      throw unavailable(error);
    }
  };

const opened = (client: ImapFlow, validity: string): OpenMailbox => {
  let hasCome = false;
  let wake: (() => void) | undefined;
  const told = (): void => {
    hasCome = true;
    wake?.();
  };
  client.on('exists', told);
  client.on('close', told);

  const octetsOf = async (uid: number): Promise<Uint8Array | undefined> => {
    const what = await client.fetchOne(
      String(uid),
      { uid: true, size: true, bodyStructure: true },
      { uid: true },
    );
    if (what === undefined || what === false) return undefined;
    if ((what.size ?? 0) > LARGEST || !hasCalendar(what.bodyStructure)) return undefined;
    const mail = await client.fetchOne(String(uid), { uid: true, source: true }, { uid: true });
    return mail === undefined || mail === false ? undefined : mail.source;
  };

  return {
    async *after(given) {
      hasCome = false;
      const last = uidOf(given, validity);
      try {
        // `n:*` has the last mail in it, whatever n is.
        const found = (await client.search({ uid: `${last + 1}:*` }, { uid: true })) || [];
        for (const uid of found.filter((one) => one > last).toSorted((a, b) => a - b)) {
          const octets = await octetsOf(uid);
          const place = `${validity}:${uid}` as MailPlace;
          yield octets === undefined ? { place } : { place, octets };
        }
      } catch (error) {
        throw unavailable(error);
      }
    },
    async news(signal) {
      if (client.isClosed) throw new MailboxUnavailable('the server ended the connection');
      if (hasCome || signal.aborted) return;
      const news = new Promise<void>((resolve) => {
        wake = resolve;
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      const idle = client.idle().then(
        () => undefined,
        () => undefined,
      );
      await Promise.race([news, idle]);
    },
    async close() {
      if (client.isClosed) return;
      await client.logout().catch(() => undefined);
      client.close();
    },
  };
};

const unavailable = (cause: unknown): MailboxUnavailable =>
  cause instanceof MailboxUnavailable ? cause : new MailboxUnavailable(nameOf(cause), { cause });

/** Its code alone: what servers say is not ours to log. */
const nameOf = (cause: unknown): string => {
  if (typeof cause !== 'object' || cause === null) return 'unknown';
  if ('authenticationFailed' in cause) return 'not-authenticated';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : 'unreachable';
};

const uidOf = (place: MailPlace | undefined, validity: string): number => {
  const [before, uid] = place?.split(':') ?? [];
  return before === validity ? Number(uid) : 0;
};

const hasCalendar = (part: MessageStructureObject | undefined): boolean => {
  if (part === undefined) return false;
  if (part.type === 'text/calendar' || part.type === 'application/ics') return true;
  const name = part.dispositionParameters?.['filename'] ?? part.parameters?.['name'] ?? '';
  return /\.ics$/i.test(name) || (part.childNodes ?? []).some(hasCalendar);
};
