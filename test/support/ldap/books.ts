import { ldapSource, type LdapSourceParts } from '../../../src/adapters/ldap-source/ldap-source.ts';
import type { BookSource } from '../../../src/api/books/directories.ts';
import { ldapSourceOf } from './source.ts';

/** A directory of `people.ts` as an address book `public`. Close its `directory` at the end. */
export const bookOf = (
  hostname: string,
  parts: Partial<LdapSourceParts> = {},
  book: Partial<BookSource> = {},
): BookSource => ({
  id: 'public',
  domain: undefined,
  displayName: 'Acme',
  listRequiresDot: parts.listRequiresDot ?? true,
  firstEntries: -1,
  modifiers: [],
  isAddressBook: true,
  directory: ldapSource(
    ldapSourceOf({
      id: 'public',
      hostname,
      baseDN: 'dc=acme,dc=com',
      MailFieldNames: ['mail', 'proxyAddresses'],
      KindFieldName: 'kind',
      ...parts,
    }),
  ),
  ...book,
});

/** An addressbook-query for a text in some properties. */
export const queryOf = (
  text: string,
  {
    names = ['FN', 'EMAIL'],
    type = 'contains',
    limit,
    negate = 'no',
    test = 'anyof',
  }: {
    readonly names?: readonly string[];
    readonly type?: string;
    readonly limit?: number;
    readonly negate?: string;
    readonly test?: string;
  } = {},
): string => {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const filters = names.map(
    (name) =>
      `<C:prop-filter name="${name}"><C:text-match collation="i;unicode-casemap" match-type="${type}" negate-condition="${negate}">${escaped}</C:text-match></C:prop-filter>`,
  );
  return `<C:addressbook-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:prop><D:getetag/><C:address-data/></D:prop><C:filter test="${test}">${filters.join('')}</C:filter>${
    limit === undefined ? '' : `<C:limit><C:nresults>${limit}</C:nresults></C:limit>`
  }</C:addressbook-query>`;
};
