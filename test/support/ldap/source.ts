import type { LdapSourceParts } from '../../../src/adapters/ldap-source/ldap-source.ts';
import { passwordMaking } from '../../../src/adapters/passwords/making.ts';
import { service, users } from './people.ts';

const { stored } = passwordMaking();

/** An LDAP source as the configuration's defaults have it, of the people of `people.ts`. */
export const ldapSourceOf = (
  parts: Partial<LdapSourceParts> & Pick<LdapSourceParts, 'hostname'>,
): LdapSourceParts => ({
  id: 'directory',
  port: 389,
  encryption: undefined,
  bindDN: service.dn,
  bindPassword: service.password,
  bindAsCurrentUser: false,
  bindFields: [],
  baseDN: users,
  scope: 'sub',
  filter: undefined,
  CNFieldName: 'cn',
  IDFieldName: 'uid',
  UIDFieldName: 'uid',
  MailFieldNames: ['mail'],
  SearchFieldNames: ['sn', 'displayName', 'cn', 'mail', 'telephoneNumber'],
  IMAPHostFieldName: undefined,
  IMAPLoginFieldName: undefined,
  SieveHostFieldName: undefined,
  KindFieldName: undefined,
  MultipleBookingsFieldName: undefined,
  SOGoLDAPContactInfoAttribute: 'description',
  ModulesConstraints: new Map(),
  GroupObjectClasses: ['group', 'groupofnames', 'groupofuniquenames', 'posixgroup'],
  disableSubgroups: false,
  abOU: undefined,
  objectClasses: ['inetOrgPerson', 'ourPerson'],
  mapping: new Map(),
  listRequiresDot: true,
  passwordPolicy: false,
  updateSambaNTLMPasswords: false,
  queryLimit: 0,
  queryTimeout: 0,
  domain: undefined,
  domains: new Set(['acme.com', 'beta.org']),
  domainBased: false,
  authorities: undefined,
  stored: (password) => stored('none', password),
  trust: 0,
  staleTrust: 60_000,
  report: () => {},
  ...parts,
});
