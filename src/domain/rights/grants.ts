import type { AccountId, Instant } from '../kernel/ids.ts';
import type { Role } from './roles.ts';

/**
 * Whom rights are given to, as one text that tells them apart: an account by its id, a group as its
 * directory names it, `authenticated` for whoever has signed in, `anonymous` for everybody else; a link for
 * whoever knows its secret.
 */
export type Grantee =
  | 'authenticated'
  | 'anonymous'
  | `account:${string}`
  | `group:${string}/${string}`
  | `link:${string}`;

export const accountGrantee = (account: AccountId): Grantee => `account:${account}`;

/** @param source the directory's id, which holds no slash */
export const groupGrantee = (source: string, group: string): Grantee => `group:${source}/${group}`;

/** An address by which whoever knows it reads a collection. All that is known of it stands in its grantee. */
export interface ShareLink {
  /** By which its owner names it. No slash, as in the digest. */
  readonly link: string;
  /** Of its secret, which is kept nowhere. */
  readonly digest: string;
  /** When it ends; absent: never. */
  readonly until?: Instant;
  /** Whom or what it is for, as its owner says. */
  readonly label: string;
}

export const linkGrantee = ({ link, digest, until = '' as Instant, label }: ShareLink): Grantee =>
  `link:${link}/${digest}/${until}/${label}`;

/** What a grantee is, taken apart. */
export const granteeParts = (
  grantee: Grantee,
):
  | { readonly kind: 'authenticated' | 'anonymous' }
  | { readonly kind: 'account'; readonly account: AccountId }
  | { readonly kind: 'group'; readonly source: string; readonly group: string }
  | ({ readonly kind: 'link' } & ShareLink) => {
  if (grantee === 'authenticated' || grantee === 'anonymous') return { kind: grantee };
  if (grantee.startsWith('account:'))
    return { kind: 'account', account: grantee.slice('account:'.length) as AccountId };
  if (grantee.startsWith('link:')) {
    const [link = '', digest = '', until = '', ...label] = grantee.slice('link:'.length).split('/');
    const ends = until === '' ? {} : { until: until as Instant };
    return { kind: 'link', link, digest, ...ends, label: label.join('/') };
  }
  const [, source = '', group = grantee] = /^group:([^/]*)\/(.*)$/s.exec(grantee) ?? [];
  return { kind: 'group', source, group };
};

/**
 * Who has which roles in a collection. One who stands there without any has been given none on purpose:
 * what everybody has does not reach them.
 */
export type Grants = ReadonlyMap<Grantee, readonly Role[]>;

/** Grantees of one collection. */
export const GRANT_LIMIT = 1_000;

export const noGrants: Grants = new Map();
