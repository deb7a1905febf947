import { randomUUID } from 'node:crypto';
import { eventCodec } from '../../src/adapters/codec/event-codec.ts';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import { memoryEventStore } from '../../src/adapters/memory/event-store.ts';
import { accountOpening } from '../../src/api/account-opening.ts';
import { account } from '../../src/domain/account/account.ts';
import { login } from '../../src/domain/account/login.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Decider } from '../../src/domain/kernel/decision.ts';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import type { Folded } from '../../src/domain/kernel/fold.ts';
import { handling } from '../../src/domain/kernel/handle.ts';
import type { AccountId, Instant } from '../../src/domain/kernel/ids.ts';
import type { EventCodec, Provenance } from '../../src/domain/kernel/ports.ts';
import { streams } from '../../src/domain/kernel/streams.ts';
import { accountProjection, accountRowFrom } from '../../src/projections/account/projection.ts';
import type { AccountRow, AccountRows } from '../../src/projections/account/rows.ts';

export const byTest: Provenance = {
  actor: 'system',
  via: 'test',
  at: '2026-01-01T00:00:00.000Z' as Instant,
  correlationId: 'c',
  causationId: 'c',
};

/** Accounts and logins over a log in memory; their rows are folded from it at each question. */
export const memoryAccounts = () => {
  const store = memoryEventStore();
  const codec = eventCodec({ vault: memoryKeyVault(), newId: randomUUID });
  const handle = <Command, State, Event extends DomainEvent, Rejection>(
    decider: Decider<Command, State, Event, Rejection>,
  ) =>
    handling(decider, {
      store,
      codec: codec as unknown as EventCodec<Event>,
      cache: new Map<StreamId, Folded<State>>(),
      pause: async () => {},
    });
  const made: AccountId[] = [];
  const accounts = handle(account);
  const opening = accountOpening({
    logins: handle(login),
    accounts,
    newAccountId: () => {
      const id = randomUUID() as AccountId;
      made.push(id);
      return id;
    },
  });
  const byId = async (id: AccountId): Promise<AccountRow | undefined> => {
    let delta = accountProjection.empty();
    for await (const batch of store.read(streams.account(id), 0n)) {
      const events = await codec.open(batch);
      for (const [index, recorded] of batch.entries()) {
        const event = events[index];
        if (event !== undefined) delta = accountProjection.fold(delta, event, recorded);
      }
    }
    return accountRowFrom(id, delta);
  };
  const all = async (): Promise<readonly AccountRow[]> =>
    (await Promise.all(made.map(byId))).filter((row) => row !== undefined);
  const rows: AccountRows = {
    byId,
    byLogin: async (wanted) => (await all()).find((row) => row.login === wanted),
    async *all() {},
  };
  const add = (name: string, { mail = '', passwordHash = 'hash' } = {}) =>
    opening.open(
      { type: 'OpenAccount', login: name, displayName: name, mail, passwordHash },
      byTest,
    );
  return { accounts, opening, rows, all, add };
};
