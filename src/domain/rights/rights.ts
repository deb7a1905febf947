import { accept, type Decision, reject } from '../kernel/decision.ts';
import { type Access, accessTo, type Asker, type Guarded } from './access.ts';
import { GRANT_LIMIT, type Grantee } from './grants.ts';
import { type Role, settledRoles } from './roles.ts';

/** What can happen to the rights in a collection, of either kind. */
export type RightsEvent =
  /** The grantee has these roles from now on, and no others; none at all is a say of its own. */
  | { readonly type: 'RightsGranted'; readonly to: Grantee; readonly roles: readonly Role[] }
  | { readonly type: 'RightsRevoked'; readonly from: Grantee };

/** Changes the rights of some grantees: roles they are to have, or `undefined` to say nothing of them. */
export interface ChangeRights {
  readonly type: 'ChangeRights';
  readonly changes: readonly {
    readonly of: Grantee;
    readonly roles: readonly Role[] | undefined;
  }[];
  /** Whoever wants it; absent: the server's administrator. */
  readonly asker?: Asker;
}

export type RightsRejection =
  /** Who asks may not do this. */
  | { readonly kind: 'NeedPrivileges' }
  | { readonly kind: 'UnknownRole' }
  | { readonly kind: 'TooManyGrants'; readonly limit: number };

/** Only an owner or a superuser changes rights: no role lets anybody give himself another. */
export const changeRights = (
  { changes, asker }: ChangeRights,
  guarded: Guarded,
): Decision<RightsEvent, RightsRejection> => {
  if (asker !== undefined && accessTo(asker, guarded)?.isOwner !== true)
    return reject({ kind: 'NeedPrivileges' });
  const grants = new Map(guarded.grants);
  const events: RightsEvent[] = [];
  for (const { of, roles } of changes) {
    const before = grants.get(of);
    if (roles === undefined) {
      if (grants.delete(of)) events.push({ type: 'RightsRevoked', from: of });
      continue;
    }
    const settled = settledRoles(guarded.kind, roles);
    if (settled === undefined) return reject({ kind: 'UnknownRole' });
    if (before !== undefined && before.join() === settled.join()) continue;
    grants.set(of, settled);
    events.push({ type: 'RightsGranted', to: of, roles: settled });
  }
  if (grants.size > GRANT_LIMIT && grants.size > guarded.grants.size)
    return reject({ kind: 'TooManyGrants', limit: GRANT_LIMIT });
  return accept(...events);
};

/** The rights after an event; changed in place. */
export const evolveRights = (grants: Map<Grantee, readonly Role[]>, event: RightsEvent): void => {
  if (event.type === 'RightsGranted') grants.set(event.to, event.roles);
  else grants.delete(event.from);
};

/** Whether whoever asks may do something, given what they may do at all. */
export const permits = (
  asker: Asker | undefined,
  guarded: Guarded,
  test: (access: Access) => boolean,
): boolean => {
  if (asker === undefined) return true;
  const access = accessTo(asker, guarded);
  return access !== undefined && test(access);
};
