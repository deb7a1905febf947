import { PERSONAL } from '../domain/home/home.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import type { Provenance } from '../domain/kernel/ports.ts';
import { streams } from '../domain/kernel/streams.ts';
import type { Services } from './services.ts';

export type CalendarRemoval = (
  account: AccountId,
  segment: string,
  by: Provenance,
) => Promise<'removed' | 'not-found' | 'stays'>;

/**
 * Takes a calendar out of somebody's home, with all that is in it: first the stream, then the entry. Cut short in
 * between, it is gone all the same, because an entry without a live stream counts as absent.
 */
export const removingCalendar =
  ({
    calendars,
    homes,
    home,
    seen,
  }: Pick<Services, 'calendars' | 'homes' | 'home' | 'seen'>): CalendarRemoval =>
  async (account, segment, by) => {
    const entry = (await home(account)).entries.find(
      (one) =>
        // Never what somebody else shares: that is its owner's to remove.
        one.kind === 'calendar' && one.segment === segment && one.owner === undefined,
    );
    if (entry === undefined) return 'not-found';
    if (entry.segment === PERSONAL) return 'stays';
    const at = { owner: account, by };
    const { collection } = entry;
    await calendars({
      ...at,
      stream: streams.calendar(collection),
      command: { type: 'DeleteCalendar' },
    });
    const stream = streams.home(account);
    const outcome = await homes({
      ...at,
      stream,
      command: { type: 'RemoveCollection', collection },
    });
    if ('accepted' in outcome && outcome.revision !== 'no-stream')
      await seen(stream, outcome.revision);
    return 'removed';
  };
