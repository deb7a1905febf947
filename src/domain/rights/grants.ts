import type { AccountId } from '../kernel/ids.ts';
import type { Role } from './roles.ts';

/**
 * Whom rights are given to, as one text that tells them apart: an account by its id, a group as its
 * directory names it, `authenticated` for whoever has signed in, `anonymous` for everybody else.
 */
export type Grantee =
  | 'authenticated'
  | 'anonymous'
  | `account:${string}`
  | `group:${string}/${string}`;

export const accountGrantee = (account: AccountId): Grantee => `account:${account}`;

/** @param source the directory's id, which holds no slash */
export const groupGrantee = (source: string, group: string): Grantee => `group:${source}/${group}`;

/** What a grantee is, taken apart. */
export const granteeParts = (
  grantee: Grantee,
):
  | { readonly kind: 'authenticated' | 'anonymous' }
  | { readonly kind: 'account'; readonly account: AccountId }
  | { readonly kind: 'group'; readonly source: string; readonly group: string } => {
  if (grantee === 'authenticated' || grantee === 'anonymous') return { kind: grantee };
  if (grantee.startsWith('account:'))
    return { kind: 'account', account: grantee.slice('account:'.length) as AccountId };
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
