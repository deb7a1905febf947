import { parseQualifier, type Qualifier } from '../../domain/account/qualifier.ts';
import type { ModuleName } from '../../domain/account/user-source.ts';
import type { Lookup } from './hierarchy.ts';
import { constraintsOf, dictionaryOf, flag, number, text, texts } from './read-values.ts';
import type { Dictionary } from './value-type.ts';

/** One LDAP source, as its adapter wants it; named by the keys of the guide. */
export interface LdapSourceSettings {
  readonly kind: 'ldap';
  readonly id: string;
  /** The domain whose people it holds; `undefined` for those of any. */
  readonly domain: string | undefined;
  readonly hostname: string;
  readonly port: number;
  readonly encryption: 'SSL' | 'STARTTLS' | undefined;
  readonly bindDN: string | undefined;
  readonly bindPassword: string | undefined;
  readonly bindAsCurrentUser: boolean;
  readonly bindFields: readonly string[];
  readonly baseDN: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Qualifier | undefined;
  readonly CNFieldName: string;
  readonly IDFieldName: string;
  readonly UIDFieldName: string;
  readonly MailFieldNames: readonly string[];
  readonly SearchFieldNames: readonly string[];
  readonly IMAPHostFieldName: string | undefined;
  readonly IMAPLoginFieldName: string | undefined;
  readonly SieveHostFieldName: string | undefined;
  readonly KindFieldName: string | undefined;
  readonly MultipleBookingsFieldName: string | undefined;
  readonly SOGoLDAPContactInfoAttribute: string;
  readonly ModulesConstraints: ReadonlyMap<ModuleName, ReadonlyMap<string, string>>;
  readonly GroupObjectClasses: readonly string[];
  readonly disableSubgroups: boolean;
  readonly abOU: string | undefined;
  /** Classes of entries that are made. */
  readonly objectClasses: readonly string[];
  /** Fields in small letters. */
  readonly mapping: ReadonlyMap<string, readonly string[]>;
  readonly listRequiresDot: boolean;
  /** Entries listed where all others have to be searched for; below 1: none. */
  readonly firstEntries: number;
  readonly passwordPolicy: boolean;
  readonly updateSambaNTLMPasswords: boolean;
  readonly userPasswordAlgorithm: string;
  /** Entries; 0: any. */
  readonly queryLimit: number;
  /** Seconds; 0: any. */
  readonly queryTimeout: number;
}

const scopes = { SUB: 'sub', ONE: 'one', BASE: 'base' } as const;
const scopeOf = (word: string | undefined): 'base' | 'one' | 'sub' =>
  word === 'ONE' || word === 'BASE' ? scopes[word] : scopes.SUB;

/** An LDAP source's entry, its defaults filled in. */
export const ldapSettings = (
  source: Dictionary,
  domain: string | undefined,
  setting: Lookup,
): LdapSourceSettings => {
  const word = (key: string): string | undefined => text(source.get(key));
  const filter = word('filter');
  const encryption = word('encryption');
  return {
    kind: 'ldap',
    id: word('id') ?? '',
    domain,
    hostname: word('hostname') ?? 'localhost',
    port: number(source.get('port')) ?? 389,
    encryption: encryption === 'SSL' || encryption === 'STARTTLS' ? encryption : undefined,
    bindDN: word('bindDN'),
    bindPassword: word('bindPassword'),
    bindAsCurrentUser: flag(source.get('bindAsCurrentUser')),
    bindFields: texts(source.get('bindFields')),
    baseDN: word('baseDN') ?? '',
    scope: scopeOf(word('scope')),
    filter: filter === undefined ? undefined : parseQualifier(filter),
    CNFieldName: word('CNFieldName') ?? 'cn',
    IDFieldName: word('IDFieldName') ?? 'cn',
    UIDFieldName: word('UIDFieldName') ?? 'uid',
    MailFieldNames: texts(source.get('MailFieldNames')),
    SearchFieldNames: texts(source.get('SearchFieldNames')),
    IMAPHostFieldName: word('IMAPHostFieldName'),
    IMAPLoginFieldName: word('IMAPLoginFieldName'),
    SieveHostFieldName: word('SieveHostFieldName'),
    KindFieldName: word('KindFieldName'),
    MultipleBookingsFieldName: word('MultipleBookingsFieldName'),
    SOGoLDAPContactInfoAttribute:
      word('SOGoLDAPContactInfoAttribute') ?? setting('SOGoLDAPContactInfoAttribute', domain),
    ModulesConstraints: constraintsOf(source),
    GroupObjectClasses: texts(source.get('GroupObjectClasses')),
    objectClasses: texts(source.get('objectClasses')),
    abOU: word('abOU'),
    disableSubgroups: flag(source.get('disableSubgroups')),
    mapping: new Map(
      [...dictionaryOf(source.get('mapping'))].map(([field, names]) => [
        field.toLowerCase(),
        texts(names),
      ]),
    ),
    listRequiresDot: flag(source.get('listRequiresDot')),
    firstEntries: number(source.get('globalAddressBookFirstEntriesCount')) ?? -1,
    passwordPolicy: flag(source.get('passwordPolicy')),
    updateSambaNTLMPasswords: flag(source.get('updateSambaNTLMPasswords')),
    userPasswordAlgorithm: word('userPasswordAlgorithm') ?? 'none',
    queryLimit:
      number(source.get('SOGoLDAPQueryLimit')) ?? setting('SOGoLDAPQueryLimit', domain) ?? 0,
    queryTimeout:
      number(source.get('SOGoLDAPQueryTimeout')) ?? setting('SOGoLDAPQueryTimeout', domain),
  };
};
