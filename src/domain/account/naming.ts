import { canonicalLogin } from './login.ts';

/** How a source's logins and its installation's domains go together. */
export interface Naming {
  /** The domain whose people the source holds; `undefined` for those of any. */
  readonly domain: string | undefined;
  readonly hasDomainColumn: boolean;
  /** The installation's domains, in small letters. */
  readonly domains: ReadonlySet<string>;
  /** SOGoEnableDomainBasedUID: logins are unique in their domain only. */
  readonly domainBased: boolean;
}

/** What to look for in the login columns, in small letters. */
export interface Wanted {
  /** As they are. */
  readonly logins: readonly string[];
  /** Only beside this domain. */
  readonly inDomain: { readonly logins: readonly string[]; readonly domain: string } | undefined;
}

/** What a typed login may stand for in a source; `undefined` when it can't be anybody's there. */
export const wantedFor = (typed: string, naming: Naming): Wanted | undefined => {
  const { domain, hasDomainColumn, domains, domainBased } = naming;
  if (typed.includes('\0')) return undefined;
  const logins = [canonicalLogin(typed)];
  const at = typed.lastIndexOf('@');
  const typedDomain = at < 0 ? undefined : canonicalLogin(typed.slice(at + 1));
  if (typedDomain === undefined || at === 0) return { logins, inDomain: undefined };
  if (domain !== undefined && domain !== typedDomain && domains.has(typedDomain)) return undefined;
  const local = [canonicalLogin(typed.slice(0, at))];
  if (hasDomainColumn) return { logins, inDomain: { logins: local, domain: typedDomain } };
  const meansLocal = domain === typedDomain || (!domainBased && domains.has(typedDomain));
  return { logins: meansLocal ? [...logins, ...local] : logins, inDomain: undefined };
};

/**
 * The login that is unlike any other over all sources, from what the source has as c_uid. `undefined` for one
 * that would be somebody's of another domain: whoever looks after a domain's source is nobody elsewhere.
 */
export const loginOf = (
  uid: string,
  rowDomain: string | undefined,
  naming: Naming,
): string | undefined => {
  const login = canonicalLogin(uid);
  const domain = rowDomain ?? naming.domain;
  const named = login.slice(login.lastIndexOf('@') + 1);
  if (login.includes('@') && domain !== undefined && named !== domain && naming.domains.has(named))
    return undefined;
  return naming.domainBased && domain !== undefined && !login.includes('@')
    ? `${login}@${domain}`
    : login;
};
