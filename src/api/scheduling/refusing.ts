import type { Instant, Uid } from '../../domain/kernel/ids.ts';
import type { Addresses } from '../../domain/scheduling/addresses.ts';
import { attendeesOf } from '../../domain/scheduling/roles.ts';
import type { Principal } from '../services.ts';
import type { Booked, Bookings } from './bookings.ts';
import type { Addressee } from './addressee.ts';
import type { SchedulingObjects } from './objects.ts';
import type { OwnAnswering, Unwilling } from './own-answering.ts';
import type { SchedulingPeople } from './service.ts';

interface RefusingParts {
  readonly people: SchedulingPeople;
  readonly objects: Pick<SchedulingObjects, 'places'>;
  readonly ownAnswers: OwnAnswering;
  readonly book: Bookings;
}

interface Inviting {
  readonly owner: Principal;
  readonly addresses: Addresses;
  readonly uid: Uid;
  readonly before: string | undefined;
  readonly text: string;
  readonly now: Instant;
}

/**
 * Why an organizer's object is not stored at all, as SOGo does it, in words for people: somebody does not want to be
 * invited, a resource is not to be booked by him, or has no room. What is stored nevertheless, because others book at
 * the same moment, the resource declines.
 */
export const refusing =
  ({ people, objects, ownAnswers, book }: RefusingParts) =>
  async ({ owner, addresses, uid, before, text, now }: Inviting): Promise<string | undefined> => {
    const known = new Set(before === undefined ? [] : attendeesOf(before));
    const invited = attendeesOf(text).filter((one) => !addresses.has(one));
    const here = [...(await people.recipients(invited, owner))].flatMap(
      ([address, recipient]): Addressee[] =>
        recipient.kind === 'person' || recipient.kind === 'resource'
          ? [{ address, ...recipient }]
          : [],
    );
    const places = await objects.places(
      here.map(({ person }) => person.account),
      uid,
    );
    const beforehand = await ownAnswers(here, owner);
    const unwilling: Record<Unwilling, string[]> = { 'prevents-invitations': [], 'no-access': [] };
    for (const to of here) {
      const place = places.get(to.person.account);
      if (place === undefined || known.has(to.address)) continue;
      const why = await beforehand.unwilling(to, place);
      if (why !== undefined) unwilling[why].push(to.person.displayName);
    }
    const [prevented, closed] = [unwilling['prevents-invitations'], unwilling['no-access']];
    if (prevented.length > 0)
      return `Cannot invite, because they do not want to be: ${prevented.join(', ')}`;
    if (closed.length > 0) return `Cannot access resource: ${closed.join(', ')}`;
    for (const to of here) {
      const { bookings, person } = to;
      const place = places.get(person.account);
      if (bookings === undefined || place === undefined) continue;
      const { answers, taken } = await book({
        ...{ addresses: to.addresses, bookings, uid, text, now },
        calendars: place.calendars,
      });
      if (taken !== undefined && [...answers.values()].includes('DECLINED'))
        return full(to, bookings, taken);
    }
    return undefined;
  };

const full = (
  { person: { displayName } }: Addressee,
  bookings: number,
  { start }: NonNullable<Booked['taken']>,
): string =>
  `${displayName} takes ${bookings === 1 ? 'one booking' : `${bookings} bookings`} at a time, and is taken at ${new Date(start).toISOString()}`;
