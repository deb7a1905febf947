import type { Lookup } from './hierarchy.ts';

/** What a configuration says of domains; names in small letters, those to be shown as written. */
export interface DomainsSettings {
  readonly names: ReadonlySet<string>;
  readonly domainBased: boolean;
  /** Domains of one group see each other. */
  readonly groups: readonly (readonly string[])[];
  /** Domains to choose from where people sign in. */
  readonly offered: readonly string[];
  /** Appended to what is typed there without a domain. */
  readonly suffix: string | undefined;
  /** Domains that a login may name; `undefined`: any. */
  readonly admitted: ReadonlySet<string> | undefined;
}

const small = (name: string): string => name.trim().toLowerCase();

/** @param domains names of `domains`, in small letters */
export const domainsSettings = (setting: Lookup, domains: readonly string[]): DomainsSettings => ({
  names: new Set(domains),
  domainBased: setting('SOGoEnableDomainBasedUID'),
  groups: setting('SOGoDomainsVisibility').map((group) => group.map(small)),
  offered: setting('SOGoLoginDomains'),
  suffix: setting('SOGoLoginSuffix') || undefined,
  admitted: setting('SOGoForbidUnknownDomainsAuth')
    ? new Set([...domains, ...setting('SOGoDomainAllowed').map(small)])
    : undefined,
});
