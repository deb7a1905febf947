import type { Addresses, CalendarUserAddress } from '../../domain/scheduling/addresses.ts';
import type { Principal } from '../principal.ts';

/** Somebody here whom a message is for. */
export interface Addressee {
  readonly address: CalendarUserAddress;
  readonly person: Principal;
  readonly addresses: Addresses;
  /** Of a resource, as `DirectoryEntry.bookings`. */
  readonly bookings?: number;
}
