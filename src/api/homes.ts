import type { HomeEvent, HomeCommand, HomeRejection } from '../domain/home/home.ts';
import type { Handle, Outcome } from '../domain/kernel/handle.ts';
import type { AccountId, CollectionId } from '../domain/kernel/ids.ts';
import type { Provenance } from '../domain/kernel/ports.ts';
import { type CollectionKind, streams } from '../domain/kernel/streams.ts';
import type { HomeRow, HomeRows } from '../projections/home/rows.ts';
import { derivedId } from './derived-id.ts';
import type { Services } from './services.ts';

interface HomesParts {
  readonly rows: HomeRows;
  readonly homes: Handle<HomeCommand, HomeEvent, HomeRejection>;
  readonly calendars: Services['calendars'];
  readonly addressBooks: Services['addressBooks'];
  readonly seen: Services['seen'];
  /** Provenance of what the server does by itself. */
  provenance(): Provenance;
}

/** Follows from the account: two nodes that meet it at the same moment make one calendar, not two. */
const personalCollection = (account: AccountId, kind: CollectionKind): CollectionId =>
  derivedId(`personal ${kind}`, account) as CollectionId;

/** An account's home, given its personal calendar and address book the first time anyone looks. */
export const provisionedHome = (parts: HomesParts): ((account: AccountId) => Promise<HomeRow>) => {
  const { rows, homes, calendars, addressBooks, seen, provenance } = parts;
  const underWay = new Map<AccountId, Promise<void>>();

  const follow = async <Event, Rejection>(
    stream: Parameters<Services['seen']>[0],
    outcome: Promise<Outcome<Event, Rejection>>,
  ): Promise<void> => {
    const done = await outcome;
    if ('accepted' in done && done.revision !== 'no-stream') await seen(stream, done.revision);
  };

  const provision = async (account: AccountId): Promise<void> => {
    const by = provenance();
    const calendar = personalCollection(account, 'calendar');
    const addressBook = personalCollection(account, 'addressbook');
    await Promise.all([
      follow(
        streams.calendar(calendar),
        calendars({
          stream: streams.calendar(calendar),
          owner: account,
          command: { type: 'CreateCalendar', owner: account, components: ['VEVENT', 'VTODO'] },
          by,
        }),
      ),
      follow(
        streams.addressbook(addressBook),
        addressBooks({
          stream: streams.addressbook(addressBook),
          owner: account,
          command: { type: 'CreateAddressBook', owner: account },
          by,
        }),
      ),
    ]);
    await follow(
      streams.home(account),
      homes({
        stream: streams.home(account),
        owner: account,
        command: { type: 'ProvisionHome', calendar, addressBook },
        by,
      }),
    );
  };

  return async (account) => {
    const row = await rows.home(account);
    if (row.applied !== 'no-stream') return row;
    const running =
      underWay.get(account) ??
      provision(account).finally(() => {
        underWay.delete(account);
      });
    underWay.set(account, running);
    await running;
    return rows.home(account);
  };
};
