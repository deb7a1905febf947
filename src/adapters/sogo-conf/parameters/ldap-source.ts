import { anyDictionary, dictionary, texts } from '../compound-types.ts';
import { distinguishedName, ldapServers, passwordScheme, qualifier } from '../network-types.ts';
import { acting, domain, needless } from '../row.ts';
import { bool, integer, oneOf, seconds, secret, text } from '../scalar-types.ts';

/** An LDAP source: one entry of SOGoUserSources. */
export const ldapSourceKeys = {
  type: acting(domain(oneOf('ldap'), 'which kind of source', 'ldap')),
  id: acting(domain(text, 'its name, unlike any other')),
  CNFieldName: acting(domain(text, 'full name', 'cn')),
  IDFieldName: acting(domain(text, 'names an entry under baseDN', 'cn')),
  UIDFieldName: acting(domain(text, 'login', 'uid')),
  MailFieldNames: acting(domain(texts, 'mail addresses', ['mail'])),
  SearchFieldNames: acting(
    domain(texts, 'what a search looks at', ['sn', 'displayName', 'cn', 'mail', 'telephoneNumber']),
  ),
  IMAPHostFieldName: acting(domain(text, "a person's IMAP server, as `directory show` prints it")),
  IMAPLoginFieldName: acting(
    domain(text, "a person's login at IMAP, as `directory show` prints it"),
  ),
  SieveHostFieldName: acting(
    domain(text, "a person's ManageSieve server, as `directory show` prints it"),
  ),
  baseDN: acting(domain(distinguishedName, 'where searches begin; %d is the domain')),
  KindFieldName: acting(domain(text, 'group, location or thing for what is no person')),
  MultipleBookingsFieldName: acting(
    domain(text, 'how often a resource may be booked at once; 0 any, -1 any but busy'),
  ),
  filter: acting(domain(qualifier, 'who counts')),
  scope: acting(domain(oneOf('SUB', 'ONE', 'BASE'), 'how deep searches go', 'SUB')),
  bindDN: acting(domain(distinguishedName, 'login for searches')),
  bindPassword: acting(domain(secret, 'its password')),
  bindAsCurrentUser: acting(domain(bool, 'search as whoever is logged in', false)),
  bindFields: acting(domain(texts, 'attributes whose entry is who logs in')),
  hostname: acting(domain(ldapServers, 'LDAP servers or URLs, tried in this order', 'localhost')),
  port: acting(
    domain(integer(undefined, { min: 1, max: 65_535 }), 'old: belongs in hostname', 389),
  ),
  encryption: acting(domain(oneOf('SSL', 'STARTTLS'), 'old: belongs in hostname')),
  userPasswordAlgorithm: acting(domain(passwordScheme, 'scheme of passwords', 'none')),
  canAuthenticate: acting(domain(bool, 'people of it may log in', false)),
  passwordPolicy: acting(domain(bool, "mind the directory's password policy", false)),
  updateSambaNTLMPasswords: acting(domain(bool, "write Samba's hashes too", false)),
  isAddressBook: acting(domain(bool, 'offer it as an address book', false)),
  displayName: acting(domain(text, 'name of that address book')),
  listRequiresDot: acting(domain(bool, 'list it when a search asks only', true)),
  ModulesConstraints: acting(
    domain(dictionary(anyDictionary), 'for each module, what people need to have'),
  ),
  mapping: acting(domain(dictionary(texts), 'contact fields to attributes')),
  objectClasses: acting(domain(texts, 'classes of new entries')),
  GroupObjectClasses: acting(
    domain(texts, 'classes that are groups', [
      'group',
      'groupofnames',
      'groupofuniquenames',
      'posixgroup',
    ]),
  ),
  modifiers: acting(domain(texts, 'logins that may change it', [])),
  abOU: acting(domain(text, "where people's own address books are")),
  lookupFields: needless(
    domain(texts, 'attributes asked for', ['*']),
    'each attribute that some key names is asked for by its name, operational ones too',
  ),
  globalAddressBookFirstEntriesCount: acting(
    domain(
      integer('entries', { min: -1, max: 20_000 }),
      'entries listed without a search where listRequiresDot is on; -1: none',
      -1,
    ),
  ),
  disableSubgroups: acting(domain(bool, 'groups in groups do not count', false)),
  MSExchangeHostname: domain(text, 'Exchange server asked for free/busy'),
  SOGoLDAPContactInfoAttribute: acting(domain(text, 'attribute shown beside a name')),
  SOGoLDAPQueryLimit: acting(domain(integer(), 'entries of one answer; 0: any')),
  SOGoLDAPQueryTimeout: acting(domain(seconds, 'how long a query may take; 0: any')),
};
