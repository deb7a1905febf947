import type { EntryCondition } from './entry-condition.ts';
import type { EntryWriting, Written } from './entry-writing.ts';
import type { ModuleName, SourceUser, UserSource } from './user-source.ts';

/** What an entry stands for, by the values of vCard's KIND (RFC 6350 §6.1.4, RFC 6473). */
export type EntryKind = 'individual' | 'group' | 'location' | 'thing';

/** Somebody, a group or a resource, as a source describes them. */
export interface DirectoryEntry {
  /** The source's id. */
  readonly source: string;
  /** Names the entry in its source: IDFieldName, c_name. */
  readonly id: string;
  /** Canonical, as in `SourceUser`; `undefined` for what nobody logs in as. */
  readonly login: string | undefined;
  /** As in `SourceUser`. */
  readonly domain?: string;
  /** '' when the source has none. */
  readonly displayName: string;
  /** The first is the one to write to. */
  readonly mails: readonly string[];
  readonly kind: EntryKind;
  /**
   * For a resource, how many bookings it takes at once: 0 any, and it is always free; -1 any, and it is
   * shown busy. `undefined` for what is no resource.
   */
  readonly bookings: number | undefined;
  readonly barred: readonly ModuleName[];
  /** Host or URL of the person's IMAP server, where it is not everybody's. */
  readonly imapHost: string | undefined;
  readonly imapLogin: string | undefined;
  readonly sieveHost: string | undefined;
  /** What stands beside the name where one is chosen (SOGoLDAPContactInfoAttribute). */
  readonly info: string | undefined;
  /** The guide's contact fields, in small letters, that have a value: `sn`, `telephonenumber`. */
  readonly contact: ReadonlyMap<string, string>;
  readonly photo: Uint8Array | undefined;
}

/** What came of a password, now, with what the directory's password policy has to say. */
export type PasswordProof =
  | {
      readonly outcome: 'right';
      readonly user: SourceUser;
      /** Seconds until the password expires, once the policy warns of it. */
      readonly expiresIn?: number;
      /** Logins that are left with a password that has expired. */
      readonly graceLogins?: number;
    }
  | { readonly outcome: 'wrong' }
  /** Too old; too many wrong ones; right, and good for nothing but a change of it. */
  | { readonly outcome: 'expired' | 'locked' | 'must-change' };

/** Why a new password is not taken. */
export type PasswordRefusal =
  /** The old one is not the person's, or there is no such person. */
  | 'wrong'
  | 'locked'
  /** The old one has expired, and may not even be used to set another. */
  | 'expired'
  /** The person may not change it. */
  | 'not-allowed'
  | 'too-short'
  /** Too simple, by the directory's or the configuration's rules. */
  | 'too-weak'
  /** The old one was set too recently. */
  | 'too-young'
  | 'used-before'
  /** The directory refused it and did not say why. */
  | 'refused';

export type PasswordChange = { readonly changed: true } | { readonly refused: PasswordRefusal };

/** How to find one entry. */
export type EntryKey =
  | { readonly login: string }
  | { readonly mail: string }
  | { readonly id: string };

export interface Asking {
  /** The login of whoever wants to know, for sources that answer everybody differently. */
  readonly asker?: string | undefined;
}

/** Entries that were found, by their ids. */
export interface FoundIds {
  /** Each once. */
  readonly ids: readonly string[];
  /** Whether there are no more: otherwise the limit, or one of the source's own, cut them short. */
  readonly isComplete: boolean;
}

/** A source's entries as they are listed and searched, in two steps: few octets for all, then all of a few. */
export interface EntryBook {
  /** Which entries meet a condition, `limit` at most. @throws UserSourceUnavailable */
  ids(
    condition: EntryCondition,
    asking: Asking & {
      readonly limit: number;
      /** Whether those should be told that come first by name, where the source can put them in order. */
      readonly isByName?: boolean;
    },
  ): Promise<FoundIds>;
  /**
   * The entries of some ids, with photos, each once and in no order; those that are gone, or that the asker
   * does not see, are absent. @throws UserSourceUnavailable
   */
  entries(
    ids: readonly string[],
    asking: Asking & { /** Whether photos may be left out. */ readonly isPhotoNeedless?: boolean },
  ): Promise<readonly DirectoryEntry[]>;
}

/** An address book of somebody's own in a directory. */
export interface OwnBook {
  /** Unlike those of their others. */
  readonly name: string;
  readonly displayName: string;
  readonly entries: EntryBook;
  readonly writing: EntryWriting;
}

/** Address books that people have below their own entries. All throw UserSourceUnavailable. */
export interface OwnBooks {
  /** `undefined` for who is not in this directory. */
  list(login: string): Promise<readonly OwnBook[] | undefined>;
  make(login: string, name: string, displayName: string): Promise<Written>;
  /** With everything in it. */
  remove(login: string, name: string): Promise<Written>;
}

/** Longest text that is looked for, in characters. */
export const SEARCH_LIMIT = 256;

/** A user source that can also be asked about people, groups and resources. All throw UserSourceUnavailable. */
export interface Directory extends UserSource {
  readonly book: EntryBook;
  /** Absent where entries cannot be changed at all. */
  readonly writing?: EntryWriting;
  /** Absent where people have no books of their own in it. */
  readonly ownBooks?: OwnBooks;
  /** Like `authenticate`, but asked anew, and with reasons. */
  prove(typedLogin: string, password: string): Promise<PasswordProof>;
  /** The one entry that has it; `undefined` when none or several have. */
  find(key: EntryKey, asking?: Asking): Promise<DirectoryEntry | undefined>;
  /**
   * Entries of which every word of the text is part of some searched field, `limit` at most. A dot stands
   * for all of them; so does an empty text, where listRequiresDot is off.
   */
  search(
    text: string,
    asking: Asking & { readonly limit: number },
  ): Promise<readonly DirectoryEntry[]>;
  /** The people of a group, its groups' people included, each once; `undefined` when there is no such group. */
  members(groupId: string): Promise<readonly DirectoryEntry[] | undefined>;
  /** The groups that somebody is in, directly or through other groups. */
  groupsOf(login: string): Promise<readonly DirectoryEntry[]>;
  changePassword(
    typedLogin: string,
    oldPassword: string,
    newPassword: string,
  ): Promise<PasswordChange>;
  /** Sets a password for who forgot the old one, as the service: a directory may have given it no right to. */
  resetPassword(login: string, newPassword: string): Promise<PasswordChange>;
}
