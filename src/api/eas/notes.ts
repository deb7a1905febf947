import type { Segment, AccountId, CollectionId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { derivedId } from '../derived-id.ts';
import type { EasRequest } from './table.ts';

/** An account's calendar of notes; it follows from the account, so that two nodes make one. */
export const notesOf = (account: AccountId): CollectionId =>
  derivedId('notes', account) as CollectionId;

const SEGMENT = 'notes' as Segment;

/**
 * Gives an account a calendar for notes, which devices expect (MS-ASNOTE), when one first asks for its folders. Who
 * has deleted it gets no other, for its stream is there already.
 */
export const provideNotes = async ({
  services,
  principal,
  by,
}: Pick<EasRequest, 'services' | 'principal' | 'by'>): Promise<void> => {
  const { account } = principal;
  if (principal.barred?.includes('Calendar') === true) return;
  const collection = notesOf(account);
  const home = await services.home(account);
  if (home.entries.some((entry) => entry.collection === collection)) return;
  const stream = streams.calendar(collection);
  const made = await services.calendars({
    ...{ stream, owner: account, by },
    command: { type: 'CreateCalendar', owner: account, components: ['VJOURNAL'] },
  });
  // Also where it was made, and the entry was not, because the server stopped in between.
  if ('rejected' in made) {
    const row = (await services.collections.collections([stream])).get(stream);
    if (row?.status !== 'live') return;
  } else if (made.revision !== 'no-stream') await services.seen(stream, made.revision);
  const added = await services.homes({
    ...{ stream: streams.home(account), owner: account, by },
    command: {
      type: 'AddCollection',
      ...{ collection, kind: 'calendar', segment: SEGMENT },
      properties: { displayName: 'Notes' },
    },
  });
  // Where something else is called so, there are no notes.
  if ('accepted' in added && added.revision !== 'no-stream')
    await services.seen(streams.home(account), added.revision);
};
