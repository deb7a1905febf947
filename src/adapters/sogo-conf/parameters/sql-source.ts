import { anyDictionary, dictionary, list } from '../compound-types.ts';
import { column, passwordScheme, sqlCondition, tableName, tableUrl } from '../network-types.ts';
import { passwordRules } from '../password-rules.ts';
import { acting, domain } from '../row.ts';
import { bool, oneOf, path, text } from '../scalar-types.ts';

/** An SQL source: one entry of SOGoUserSources. */
export const sqlSourceKeys = {
  type: acting(domain(oneOf('sql'), 'which kind of source', 'sql')),
  id: acting(domain(text, 'its name, unlike any other')),
  viewURL: acting(domain(tableUrl, 'table or view of people')),
  userPasswordAlgorithm: acting(domain(passwordScheme, 'scheme of passwords', 'none')),
  prependPasswordScheme: acting(domain(bool, 'new passwords get a {scheme}', false)),
  canAuthenticate: acting(domain(bool, 'people of it may log in', false)),
  isAddressBook: acting(domain(bool, 'offer it as an address book', false)),
  authenticationFilter: acting(domain(sqlCondition, 'condition on who may log in')),
  displayName: acting(domain(text, 'name of that address book')),
  LoginFieldNames: acting(domain(list(column), 'columns that may be typed as login', ['c_uid'])),
  MailFieldNames: acting(domain(list(column), 'mail addresses', ['mail'])),
  SearchFieldNames: acting(domain(list(column), 'what a search looks at', ['c_cn', 'mail'])),
  IMAPHostFieldName: acting(
    domain(column, "a person's IMAP server, as `directory show` prints it"),
  ),
  IMAPLoginFieldName: acting(
    domain(column, "a person's login at IMAP, as `directory show` prints it", 'c_uid'),
  ),
  SieveHostFieldName: acting(
    domain(column, "a person's ManageSieve server, as `directory show` prints it"),
  ),
  KindFieldName: acting(domain(column, 'group, location or thing for what is no person')),
  MultipleBookingsFieldName: acting(
    domain(column, 'how often a resource may be booked at once; 0 any, -1 any but busy'),
  ),
  DomainFieldName: acting(domain(column, "column of a person's domain")),
  listRequiresDot: acting(domain(bool, 'list it when a search asks only', true)),
  ModulesConstraints: acting(
    domain(dictionary(anyDictionary), 'for each module, what people need to have'),
  ),
  userPasswordPolicy: acting(domain(passwordRules, 'rules for new passwords')),
  DaybookGroupsView: acting(
    domain(tableName, 'table or view of groups in the same database: c_name, c_cn, mail, c_member'),
  ),
  keyPath: acting(domain(path, 'file with the 16 octets that sym-aes-128-cbc takes')),
};
