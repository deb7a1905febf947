import type { Filter } from 'ldapts';
import { LRUCache } from 'lru-cache';
import {
  type Asking,
  type Directory,
  type DirectoryEntry,
  type EntryKey,
  type PasswordChange,
  SEARCH_LIMIT,
} from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import type { Naming } from '../../domain/account/naming.ts';
import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import type { Attributes } from './attributes.ts';
import { ldapBook } from './book.ts';
import { ldapWriting } from './book-writing.ts';
import { type Connection, DirectoryAnswer } from './connection.ts';
import { type ConnectionsParts, connections } from './connections.ts';
import { type Entries, entries, type Place, withId } from './entries.ts';
import { entryAttributes, entryOf, type Fields, userAttributes, userOf } from './entry.ts';
import { allOf, anyOf, contains, equal, present } from './filters.ts';
import { groups } from './groups.ts';
import { changePassword } from './password-change.ts';
import { personalBooks } from './personal-books.ts';
import { bindAs, type Claim, isPassword, proving } from './proving.ts';
import { rememberedCredentials } from './remembered.ts';
import { type Hostnames, serversOf } from './servers.ts';

/** An LDAP source, by the keys of the guide. */
export interface LdapSourceParts extends Place, Fields, Hostnames, Omit<Naming, 'hasDomainColumn'> {
  readonly id: string;
  readonly bindDN: string | undefined;
  readonly bindPassword: string | undefined;
  readonly bindAsCurrentUser: boolean;
  readonly SearchFieldNames: readonly string[];
  readonly listRequiresDot: boolean;
  readonly disableSubgroups: boolean;
  /** Where people's own address books are: an RDN below their entries. */
  readonly abOU: string | undefined;
  /** Classes of new entries. */
  readonly objectClasses: readonly string[];
  readonly passwordPolicy: boolean;
  readonly updateSambaNTLMPasswords: boolean;
  /** Seconds; 0: any. */
  readonly queryTimeout: number;
  /** A PEM file of authorities to believe besides Node's own. */
  readonly authorities: string | undefined;
  /** What is to stand in userPassword for a new password. */
  stored(password: string): Promise<string>;
  /** How long right credentials are believed without asking again, in ms. */
  readonly trust?: number;
  /** The same while the directory does not answer, in ms. */
  readonly staleTrust: number;
  /** Told when the directory does not answer, or not as it should. */
  report(trouble: unknown): void;
}

/** How long an answer may take when nothing is said about it, in ms. */
const PATIENCE = 10_000;
const TRUST = 30_000;
/** Words of a search that count. */
const WORDS = 8;
/** A bind as nobody in particular (RFC 4513 §5.1.1). */
const NOBODY: Claim = { dn: '', password: '' };

/** People and groups in an LDAP directory, as SOGo's `type = ldap` has them. */
export const ldapSource = (parts: LdapSourceParts): Directory => {
  const { id, bindDN, bindAsCurrentUser, queryTimeout, staleTrust, report } = parts;
  const naming: Naming = { ...parts, hasDomainColumn: false };
  const service =
    bindDN === undefined ? undefined : { dn: bindDN, password: parts.bindPassword ?? '' };
  const reached: ConnectionsParts = {
    id,
    servers: serversOf(parts),
    service,
    // The server is to give up first.
    patience: queryTimeout === 0 ? PATIENCE : queryTimeout * 1000 + 1000,
    timeLimit: queryTimeout,
    authorities: parts.authorities,
    report,
  };
  const connected = connections(reached);
  // Of its own, so that long listings keep nobody from signing in.
  const listing = connections(reached);
  const found = entries(parts, parts, naming);
  const grouped = groups(found, parts, parts.disableSubgroups);
  const proofs = proving({
    id,
    place: parts,
    fields: parts,
    naming,
    connections: connected,
    entries: found,
    passwordPolicy: parts.passwordPolicy,
    bindAsCurrentUser,
    hasService: bindDN !== undefined,
  });
  /** For bindAsCurrentUser: with what those who were here lately may be spoken for. */
  const claims = new LRUCache<string, Claim>({ max: 10_000, ttl: staleTrust });

  /** What reads nothing else may be wrong with: a refusal of the service is nobody's answer. */
  const answered = async <Result>(work: Promise<Result>): Promise<Result> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof DirectoryAnswer)) throw error;
      report(error);
      throw new UserSourceUnavailable(id, { cause: error });
    }
  };

  const prove: Directory['prove'] = async (typed, password) => {
    const { dn, ...proof } = await answered(proofs.prove(typed, password));
    if (bindAsCurrentUser && dn !== undefined && proof.outcome === 'right')
      claims.set(proof.user.login, { dn, password });
    return proof;
  };
  const remembered = rememberedCredentials({
    ask: async (login, password) => {
      const proof = await prove(login, password);
      return proof.outcome === 'right' ? proof.user : undefined;
    },
    trust: Math.min(parts.trust ?? TRUST, staleTrust),
    staleTrust,
  });

  /** With what whoever asks is spoken for, where the directory wants to know. */
  const claimOf = ({ asker }: Asking): Claim | undefined =>
    bindAsCurrentUser && asker !== undefined ? claims.get(canonicalLogin(asker)) : undefined;

  /** @throws UserSourceUnavailable when the password is not good any more */
  const bindFor = async (connection: Connection, claim: Claim): Promise<void> => {
    const { outcome } = await bindAs(connection, claim, false);
    if (outcome !== 'right') throw new UserSourceUnavailable(id, { cause: outcome });
  };

  /** Reads as whoever asks, where the directory wants to know; else as the service. */
  const reading = <Result>(
    asking: Asking,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result> => {
    const claim = claimOf(asking);
    if (claim === undefined) return answered(connected.shared(work));
    return answered(
      connected.own(async (connection) => {
        await bindFor(connection, claim);
        return work(connection);
      }),
    );
  };

  /** The same on a connection that nobody else uses meanwhile. */
  const alone = <Result>(
    asking: Asking,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result> =>
    answered(
      listing.own(async (connection) => {
        await bindFor(connection, claimOf(asking) ?? service ?? NOBODY);
        return work(connection);
      }),
    );

  const shown = (attributes: Attributes): DirectoryEntry => entryOf(attributes, parts, id, naming);

  /** What reads and changes the entries of a place. */
  const bookOver = (of: Entries, { queryLimit }: Pick<Place, 'queryLimit'>) => ({
    entries: ldapBook({
      entries: of,
      fields: parts,
      queryLimit,
      shared: reading,
      own: alone,
      shown,
    }),
    writing: ldapWriting({
      entries: of,
      fields: parts,
      naming,
      objectClasses: parts.objectClasses,
      shared: reading,
    }),
  });
  const own = bookOver(found, parts);

  const withAddress = (address: string): Filter =>
    anyOf(
      parts.MailFieldNames.flatMap((field) =>
        field.toLowerCase() === 'proxyaddresses'
          ? [equal(field, address), equal(field, `smtp:${address}`)]
          : [equal(field, address)],
      ),
    );

  const one = async (
    connection: Connection,
    key: EntryKey,
    asker: string | undefined,
  ): Promise<Attributes | undefined> => {
    const attributes = entryAttributes(parts, true);
    if ('login' in key) {
      const meant = found.meant(key.login);
      return meant && found.byLogin(connection, meant, attributes);
    }
    const base = found.base(asker);
    const value = 'mail' in key ? key.mail.trim() : key.id;
    if (base === undefined || value === '' || value.includes('\0')) return undefined;
    const filter = 'mail' in key ? withAddress(value) : withId(value, parts);
    const [first, another] = await found.matching(connection, {
      base,
      filter,
      attributes,
      limit: 2,
    });
    return another === undefined ? first : undefined;
  };

  const searchFields = [
    ...new Set([...parts.SearchFieldNames, parts.CNFieldName, ...parts.MailFieldNames]),
  ];

  return {
    id,
    book: own.entries,
    writing: own.writing,
    ...(parts.abOU === undefined
      ? {}
      : {
          ownBooks: personalBooks({
            abOU: parts.abOU,
            entries: found,
            shared: reading,
            own: alone,
            bookAt: (place) => bookOver(entries(place, parts, naming), place),
          }),
        }),
    authenticate: remembered.authenticate,
    prove,
    async lookup(typed) {
      const meant = found.meant(typed);
      if (meant === undefined) return undefined;
      const entry = await reading({}, (connection) =>
        found.byLogin(connection, meant, userAttributes(parts)),
      );
      return entry && userOf(entry, parts, id, naming);
    },
    async find(key, asking = {}) {
      const entry = await reading(asking, (connection) => one(connection, key, asking.asker));
      return entry && shown(entry);
    },
    async search(text, { limit, asker }) {
      const wanted = text.normalize('NFC').trim().slice(0, SEARCH_LIMIT);
      const base = found.base(asker);
      if (base === undefined || limit < 1 || wanted.includes('\0')) return [];
      if (wanted === '' && parts.listRequiresDot) return [];
      const words = wanted === '.' || wanted === '' ? [] : wanted.split(/\s+/).slice(0, WORDS);
      const filter = allOf([
        present(parts.CNFieldName),
        ...words.map((word) => anyOf(searchFields.map((field) => contains(field, word)))),
      ]);
      const attributes = entryAttributes(parts, false);
      const list = await reading({ asker }, (connection) =>
        found.matching(connection, { base, filter, attributes, limit }),
      );
      return list.map(shown);
    },
    async members(groupId) {
      const list = await reading({}, (connection) =>
        grouped.members(connection, groupId, entryAttributes(parts, false)),
      );
      return list?.map(shown);
    },
    async groupsOf(login) {
      const meant = found.meant(login);
      if (meant === undefined) return [];
      const attributes = entryAttributes(parts, false);
      const list = await reading({}, async (connection) => {
        const person = await found.byLogin(connection, meant, userAttributes(parts));
        return person === undefined ? [] : grouped.containing(connection, person, attributes);
      });
      return list.map(shown);
    },
    async changePassword(typed, oldPassword, newPassword): Promise<PasswordChange> {
      if (!isPassword(oldPassword)) return { refused: 'wrong' };
      if (!isPassword(newPassword)) return { refused: 'too-weak' };
      const names = await answered(proofs.names(typed));
      let refused: PasswordChange = { refused: 'wrong' };
      for (const dn of names) {
        const claim = { dn, password: oldPassword };
        const change = await answered(
          connected.own(async (connection): Promise<PasswordChange> => {
            const { outcome } = await bindAs(connection, claim, parts.passwordPolicy);
            if (outcome !== 'right' && outcome !== 'must-change') return { refused: outcome };
            return changePassword(connection, claim, newPassword, parts);
          }, true),
        );
        if ('changed' in change) {
          const proof = await prove(typed, newPassword).catch(() => undefined);
          remembered.forget(proof?.outcome === 'right' ? proof.user.login : undefined);
          return change;
        }
        if (change.refused !== 'wrong') refused = change;
      }
      return refused;
    },
    async resetPassword(login, newPassword): Promise<PasswordChange> {
      const meant = found.meant(login);
      if (meant === undefined) return { refused: 'wrong' };
      if (!isPassword(newPassword)) return { refused: 'too-weak' };
      // Nobody without a name of its own may set passwords.
      if (service === undefined) return { refused: 'not-allowed' };
      return alone({}, async (connection): Promise<PasswordChange> => {
        const entry = await found.byLogin(connection, meant, userAttributes(parts));
        if (entry === undefined) return { refused: 'wrong' };
        const { dn } = entry;
        const done = await changePassword(
          connection,
          { dn, password: undefined },
          newPassword,
          parts,
        );
        remembered.forget(canonicalLogin(login));
        return done;
      });
    },
    async close() {
      connected.close();
      listing.close();
    },
  };
};
