import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Principal } from '../services.ts';

const moduleOf = { calendar: 'Calendar', addressbook: 'Contacts' } as const satisfies Record<
  CollectionKind,
  string
>;

/**
 * Whether a whole kind of collections is kept from somebody: by the person's user source (ModulesConstraints), or
 * from everybody (SOGoCalendarDAVAccessEnabled, SOGoAddressBookDAVAccessEnabled).
 */
export const isBarred = ({ barred = [] }: Principal, kind: CollectionKind): boolean =>
  barred.includes(moduleOf[kind]);

/** Somebody, kept from what nobody is served as well. */
export const barredFrom = (
  principal: Principal,
  unserved: readonly CollectionKind[] = [],
): Principal =>
  unserved.length === 0
    ? principal
    : {
        ...principal,
        barred: [...(principal.barred ?? []), ...unserved.map((kind) => moduleOf[kind])],
      };
