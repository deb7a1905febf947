import type { AccountId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { daysOf } from '../../domain/vcard/days.ts';
import { birthdayCalendar, type CardDay } from '../../domain/web-calendar/birthdays.ts';
import type { FeedAnswer } from '../../domain/web-calendar/fetching.ts';
import type { Digest } from '../../domain/web-calendar/split.ts';
import { withContents } from '../dav/objects/contents.ts';
import { objectText } from '../dav/objects/data.ts';
import type { Services } from '../services.ts';

/**
 * What the calendar of birthdays of an account has to say now: the days in the cards of all its own address books.
 * @throws what reading them throws
 */
export const birthdaysOf = async (
  { home, collections, blobs }: Pick<Services, 'home' | 'collections' | 'blobs'>,
  account: AccountId,
  digest: Digest,
): Promise<FeedAnswer> => {
  const days: CardDay[] = [];
  for (const { kind, collection, owner } of (await home(account)).entries) {
    if (kind !== 'addressbook' || owner !== undefined) continue;
    const snapshot = await collections.allFilled(streams.addressbook(collection));
    for await (const page of withContents(blobs, snapshot?.members ?? []))
      for (const [{ uid, modifiedAt }, held] of page)
        for (const day of daysOf(objectText(held)))
          days.push({ ...day, card: uid, at: modifiedAt });
  }
  return { kind: 'text', text: birthdayCalendar(days, digest), validators: {} };
};
