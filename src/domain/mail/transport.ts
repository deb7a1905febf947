import type { AccountId, Instant, Uid } from '../kernel/ids.ts';

/** Somebody's address, and what he is called. */
export interface Mailbox {
  readonly address: string;
  /** '' when nothing is known. */
  readonly name: string;
}

/** A message to one recipient, all but its octets. */
export interface OutgoingMail {
  readonly from: Mailbox;
  readonly to: Mailbox;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** When what it tells of happened. */
  readonly date: Instant;
  /** Without its angle brackets (RFC 5322 §3.6.4). */
  readonly messageId: string;
  /** Names what it and others are about, as a Message-ID: they are one thread (References, In-Reply-To). */
  readonly thread?: string;
  /** Who wrote it for whom it is from (Sender). */
  readonly sender?: Mailbox;
  /** X-SOGo-Message-Type. */
  readonly kind?: string;
  /** An iCalendar object with METHOD, beside the words and as a file (RFC 6047). */
  readonly calendar?: { readonly method: string; readonly text: string };
  /** Which scheduled object it tells of, and because of what: where its end is to be noted. */
  readonly about?: {
    readonly account: AccountId;
    readonly uid: Uid;
    readonly event: string;
    readonly correlationId: string;
  };
  /** Whose settings say how it leaves; absent: those at the root. */
  readonly domain?: string;
}

/** What keeps a message from being sent. */
export const mailTroubles = [
  /** SOGoMailingMechanism says that none is sent, or the settings name no program or server. */
  'switched-off',
  'bad-address',
  'unreachable',
  'timeout',
  'bad-certificate',
  'not-authenticated',
  /** The server's answer; `status` says which. */
  'refused',
  /** The program's exit; `status` says with which. */
  'program-failed',
  'internal',
] as const;
export type MailTrouble = (typeof mailTroubles)[number];

export type SendOutcome =
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'failed';
      /** Whether another try may have another end. */
      readonly passing: boolean;
      readonly trouble: MailTrouble;
      /** Reply code of SMTP (RFC 5321 §4.2), or exit status of a program. */
      readonly status?: number;
    };

/** Hands a message on, once; never throws. `sent`: somebody else has taken responsibility for it (RFC 5321 §6.1). */
export type SendMail = (mail: OutgoingMail) => Promise<SendOutcome>;
