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
  try {
    for (const { directory } of await directories.sources(by)) {
      const entry = await directory.find({ login: person.login });
      if (entry === undefined) continue;
      const { mails, bookings } = entry;
      return {
        person,
        addresses: new Set([
          ...addressesOf(person),
          ...mails.map((mail) => `mailto:${mail}`.toLowerCase()),
        ]),
        ...(bookings === undefined ? {} : { bookings }),
      };
    }
  } catch (error) {
    if (!(error instanceof UserSourceUnavailable)) throw error;
  }
  return { person, addresses: addressesOf(person) };
};
