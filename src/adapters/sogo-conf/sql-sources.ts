import type { PasswordRule } from '../../domain/account/password-rules.ts';
import type { ModuleName } from '../../domain/account/user-source.ts';
import { passwordRulesOf } from './password-rules.ts';
import { constraintsOf, flag, text, texts } from './read-values.ts';
import type { Dictionary } from './value-type.ts';

/** One SQL source, as its adapter wants it. */
export interface SqlSourceSettings {
  readonly kind: 'sql';
  readonly id: string;
  /** The domain whose people it holds; `undefined` for those of any. */
  readonly domain: string | undefined;
  /** `postgresql://USER:PASSWORD@HOST:PORT/DATABASE/TABLE`, or the same with `mysql`. */
  readonly viewUrl: string;
  /** A table or view in the same database, perhaps with its schema: `groups`. */
  readonly groupsView: string | undefined;
  /** Scheme of passwords that name none. */
  readonly scheme: string;
  readonly filter: string | undefined;
  readonly loginColumns: readonly string[];
  readonly mailColumns: readonly string[];
  readonly domainColumn: string | undefined;
  readonly searchColumns: readonly string[];
  readonly imapHostColumn: string | undefined;
  readonly imapLoginColumn: string;
  readonly sieveHostColumn: string | undefined;
  readonly kindColumn: string | undefined;
  readonly bookingsColumn: string | undefined;
  readonly constraints: ReadonlyMap<ModuleName, ReadonlyMap<string, string>>;
  readonly listRequiresDot: boolean;
  /** SQL sources list all or none. */
  readonly firstEntries: 0;
  readonly prependPasswordScheme: boolean;
  /** A file with the 16 octets that `sym-aes-128-cbc` takes. */
  readonly keyPath: string | undefined;
  readonly passwordRules: readonly PasswordRule[];
}

/** An SQL source's entry, its defaults filled in; `undefined` for one this version does not ask. */
export const sqlSettings = (
  source: Dictionary,
  domain: string | undefined,
): SqlSourceSettings | undefined =>
  /^(?:postgresql|mysql):/.test(text(source.get('viewURL')) ?? '')
    ? settingsOf(source, domain)
    : undefined;

const settingsOf = (source: Dictionary, domain: string | undefined): SqlSourceSettings => ({
  kind: 'sql',
  id: text(source.get('id')) ?? '',
  domain,
  viewUrl: text(source.get('viewURL')) ?? '',
  groupsView: text(source.get('DaybookGroupsView')),
  scheme: text(source.get('userPasswordAlgorithm')) ?? 'none',
  filter: text(source.get('authenticationFilter')),
  loginColumns: texts(source.get('LoginFieldNames')),
  mailColumns: texts(source.get('MailFieldNames')),
  domainColumn: text(source.get('DomainFieldName')),
  searchColumns: texts(source.get('SearchFieldNames')),
  imapHostColumn: text(source.get('IMAPHostFieldName')),
  imapLoginColumn: text(source.get('IMAPLoginFieldName')) ?? 'c_uid',
  sieveHostColumn: text(source.get('SieveHostFieldName')),
  kindColumn: text(source.get('KindFieldName')),
  bookingsColumn: text(source.get('MultipleBookingsFieldName')),
  constraints: constraintsOf(source),
  listRequiresDot: flag(source.get('listRequiresDot')),
  keyPath: text(source.get('keyPath')),
  firstEntries: 0,
  passwordRules: passwordRulesOf(source.get('userPasswordPolicy')),
  prependPasswordScheme: flag(source.get('prependPasswordScheme')),
});
