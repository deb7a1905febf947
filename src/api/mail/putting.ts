import { createHash } from 'node:crypto';
import type { Recorded } from '../../domain/kernel/event-store.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import { isMailAddress } from '../../domain/mail/address.ts';
import type { MailKey, Outbox } from '../../domain/mail/outbox.ts';
import type { Mailbox } from '../../domain/mail/transport.ts';
import type { AccountRow } from '../../projections/account/rows.ts';
import type { Log } from '../log.ts';
import type { Submissions } from '../sign-in/submissions.ts';
import type { MailPolicy } from './policy.ts';

/** What notices of any kind are sent with. */
export interface NoticeParts {
  readonly policy: MailPolicy;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly submissions: Submissions;
  /** The account as it is now, once the tables have all of it; `undefined` when there is none (any more). */
  account(account: AccountId): Promise<AccountRow | undefined>;
  language(person: AccountRow): Promise<string>;
  /** Told when something was put. */
  wake(): void;
  readonly log: Log;
}

/** One message because of one event. */
interface Notice {
  /** What kind of notice it is: one event may cause several kinds, and one of each. */
  readonly kind: string;
  readonly because: Recorded;
  readonly account: AccountId;
  readonly to: Mailbox;
  readonly from: Mailbox;
  readonly domain: string | undefined;
  readonly written: { readonly subject: string; readonly text: string; readonly html: string };
}

/** The same for the same event, on any node and after any restart. */
const keyOf = (kind: string, event: Recorded): MailKey =>
  createHash('sha256').update(`${kind}\n${event.id}`).digest('hex').slice(0, 40) as MailKey;

/** An account as somebody mail goes to: his address, else his login at the domain for those without one; `undefined`: nobody. */
export const mailboxOf = (row: AccountRow, mailDomain: string): Mailbox | undefined => {
  const { login, mail, displayName } = row;
  const address = [mail, login, `${login}@${mailDomain}`].find(isMailAddress);
  return address === undefined ? undefined : { address, name: displayName };
};

/** Whether who did something may cause one more message now. */
export const mayCause = (
  { submissions, log }: Pick<NoticeParts, 'submissions' | 'log'>,
  { actor, id }: Recorded,
): boolean => {
  if (actor === 'system') return true;
  const refusal = submissions.submit(actor as AccountId, 1);
  if (refusal !== undefined) log('mail-held-back', { account: actor, event: id });
  return refusal === undefined;
};

/** Hands a message to the outbox, once for its event. */
export const putNotice = async (
  { outbox, wake, log }: Pick<NoticeParts, 'outbox' | 'wake' | 'log'>,
  { kind, because, account, to, from, domain, written }: Notice,
): Promise<void> => {
  const key = keyOf(kind, because);
  const putting = await outbox.put({
    ...{ key, account },
    mail: {
      ...{ from, to },
      ...written,
      date: because.occurredAt as Instant,
      messageId: `${key}@${from.address.slice(from.address.lastIndexOf('@') + 1)}`,
      ...(domain !== undefined && { domain }),
    },
  });
  if (putting === 'put') wake();
  if (putting === 'full' || putting === 'too-large')
    log('mail-held-back', { account, event: because.id });
};
