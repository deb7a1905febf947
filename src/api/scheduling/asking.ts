import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import type { Principal, Services } from '../services.ts';
import { viewedBy } from '../viewing.ts';
import { addressesOf, type Asked, type BusyAsking } from './busy.ts';

/** Somebody as whoever wants to know when others are busy, outside of DAV. */
export const busyAskingBy = async (
  services: Services,
  principal: Principal,
): Promise<BusyAsking> => {
  const { collections: unveiled, blobs, sharing } = services;
  const asker = await sharing.askerOf(principal);
  const collections = viewedBy({ rows: unveiled, blobs, asker });
  return {
    services: { ...services, collections },
    unveiled,
    principal: { ...principal, asker },
  };
};

/**
 * Somebody to be asked about, as directories know them: with all their addresses, and how often a resource may be
 * booked. While a directory is away, they are taken for a person with the address of their account.
 */
export const askedOf = async (
  { directories }: Pick<Services, 'directories'>,
  by: Principal,
  person: Principal,
): Promise<Asked> => {
  const addresses = new Set(addressesOf(person));
  let bookings: number | undefined;
  try {
    for (const { directory } of await directories.sources(by)) {
      const entry = await directory.find({ login: person.login });
      for (const mail of entry?.mails ?? []) addresses.add(`mailto:${mail}`.toLowerCase());
      bookings ??= entry?.bookings;
    }
  } catch (error) {
    if (!(error instanceof UserSourceUnavailable)) throw error;
  }
  return { person, addresses, ...(bookings === undefined ? {} : { bookings }) };
};

/** Whether a login is that of a resource that a directory knows; one without an account was never booked. */
export const isResource = async (
  { directories }: Pick<Services, 'directories'>,
  by: Principal,
  login: string,
): Promise<boolean> => {
  for (const { directory } of await directories.sources(by))
    if ((await directory.find({ login }))?.bookings !== undefined) return true;
  return false;
};
