/**
 * Which domains know of each other. Two are visible to each other when somebody said so while the server
 * ran; where nothing was said of them, when a group of the configuration has both.
 */
export interface DomainVisibility {
  /** SOGoDomainsVisibility: names in small letters. */
  readonly groups: readonly (readonly string[])[];
  /** What was said since, by `domainPair`: whether they see each other. */
  readonly said: ReadonlyMap<string, boolean>;
}

/** Everybody sees their own domain alone. */
export const apart: DomainVisibility = { groups: [], said: new Map() };

/** Names two domains, in whatever order they are given. */
export const domainPair = (one: string, other: string): string =>
  one < other ? `${one} ${other}` : `${other} ${one}`;

/**
 * Whether people of the domain `viewer` may know of people of the domain `seen`; names in small letters,
 * `undefined` for none. Who belongs to no domain is seen by all, as the root's sources are, and sees only
 * others who belong to none. It does not carry on: who sees a domain does not see what that one sees.
 */
export const mayDomainSee = (
  viewer: string | undefined,
  seen: string | undefined,
  { groups, said }: DomainVisibility,
): boolean => {
  if (viewer === seen || seen === undefined) return true;
  if (viewer === undefined) return false;
  return (
    said.get(domainPair(viewer, seen)) ??
    groups.some((group) => group.includes(viewer) && group.includes(seen))
  );
};

/** What tells a person's domain. */
export interface OfDomain {
  readonly login: string;
  /** '' when none is known. */
  readonly mail: string;
  /** What the person's source says; absent where none does. */
  readonly domain?: string;
}

/** How an installation names domains. */
export interface KnownDomains {
  /** Those of `domains`, in small letters. */
  readonly names: ReadonlySet<string>;
  /** SOGoEnableDomainBasedUID: whatever follows the at sign of a login is a domain. */
  readonly domainBased: boolean;
}

/** The domain of an address or of a login that has one, in small letters. */
export const afterAt = (text: string): string | undefined => {
  const at = text.lastIndexOf('@');
  return at < 1 ? undefined : text.slice(at + 1).toLowerCase() || undefined;
};

/** The domain of a person: the source's word, else what the login, else what the address ends with. */
export const domainOf = (
  { login, mail, domain }: OfDomain,
  { names, domainBased }: KnownDomains,
): string | undefined => {
  if (domain !== undefined) return domain;
  const ofLogin = afterAt(login);
  if (ofLogin !== undefined && (domainBased || names.has(ofLogin))) return ofLogin;
  const ofMail = afterAt(mail);
  return ofMail !== undefined && names.has(ofMail) ? ofMail : undefined;
};
