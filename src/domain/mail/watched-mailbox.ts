/** Where a mail stands in its mailbox: UIDVALIDITY and UID (RFC 9051 §2.3.1.1), as `VALIDITY:UID`. */
export type MailPlace = string & { readonly brand: 'MailPlace' };

/** A mail of a mailbox. */
export interface PlacedMail {
  readonly place: MailPlace;
  /** Absent for one that has no calendar in it, or is too large to be looked at. */
  readonly octets?: Uint8Array;
}

/** A mailbox that is open. All of it throws `MailboxUnavailable`. */
export interface OpenMailbox {
  /**
   * What stands after a place, in its order; all that is there, when there is none or the mailbox is another one than
   * it was (another UIDVALIDITY). Nothing in the mailbox is changed, not what was read either.
   */
  after(place: MailPlace | undefined): AsyncGenerator<PlacedMail, void, undefined>;
  /** Returns when something may have come, the signal aborts, or some minutes are over. */
  news(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Opens the mailbox that the settings name. @throws MailboxUnavailable */
export type OpenWatchedMailbox = () => Promise<OpenMailbox>;

/** The server does not answer, does not let in, or ended the connection. */
export class MailboxUnavailable extends Error {
  override readonly name = 'MailboxUnavailable';
}
