import type { Checked } from './check.ts';
import type { Lookup } from './hierarchy.ts';
import { type LdapSourceSettings, ldapSettings } from './ldap-sources.ts';
import { flag, text, texts } from './read-values.ts';
import { type SqlSourceSettings, sqlSettings } from './sql-sources.ts';
import type { Dictionary } from './value-type.ts';

export type SourceSettings = (SqlSourceSettings | LdapSourceSettings) & {
  /** Whether its people may log in. */
  readonly canAuthenticate: boolean;
  /** Whether it is offered as an address book. */
  readonly isAddressBook: boolean;
  /** The name of that; its id where the configuration has none. */
  readonly displayName: string;
  /** Logins that may change it. */
  readonly modifiers: readonly string[];
};

/** The sources that this version asks: the root's first, then each domain's. */
export const sourceSettings = (checked: Checked, setting: Lookup): readonly SourceSettings[] => {
  const of = (
    sources: readonly Dictionary[],
    domain: string | undefined,
  ): readonly SourceSettings[] =>
    sources
      .map((source) => {
        const read =
          source.get('type') === 'sql'
            ? sqlSettings(source, domain)
            : ldapSettings(source, domain, setting);
        return (
          read && {
            ...read,
            canAuthenticate: flag(source.get('canAuthenticate')),
            isAddressBook: flag(source.get('isAddressBook')),
            displayName: text(source.get('displayName')) ?? read.id,
            modifiers: texts(source.get('modifiers')),
          }
        );
      })
      .filter((source) => source !== undefined);
  return [
    ...of(setting('SOGoUserSources'), undefined),
    ...[...checked.domains].flatMap(([domain, values]) =>
      values.has('SOGoUserSources') ? of(setting('SOGoUserSources', domain), domain) : [],
    ),
  ];
};
