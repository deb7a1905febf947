import type { DomainEvent } from '../../domain/events.ts';
import { calendar } from '../../domain/calendar/calendar.ts';
import { addressBook } from '../../domain/addressbook/addressbook.ts';
import { account } from '../../domain/account/account.ts';
import { home } from '../../domain/home/home.ts';
import { type ChosenPreferences, preferences } from '../../domain/preferences/preferences.ts';
import type { Decider } from '../../domain/kernel/decision.ts';
import type { EventStore, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import { foldTail, unfolded } from '../../domain/kernel/fold.ts';
import { type Handle, handling } from '../../domain/kernel/handle.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { EventCodec, Provenance } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { accountProjection } from '../../projections/account/projection.ts';
import { collectionProjection } from '../../projections/collection/projection.ts';
import { homeProjection } from '../../projections/home/projection.ts';
import { type Projected, projected } from '../../projections/runtime/projector.ts';
import { type ProjectionRuntime, startProjections } from '../../projections/runtime/runtime.ts';
import { hearingErasures } from '../account-erasure.ts';
import type { Foundation } from '../foundation.ts';
import { knowledge } from '../knowledge.ts';
import { troublesTo } from '../log.ts';
import { measuredStore } from '../metrics/measured-store.ts';
import { provenances } from '../provenances.ts';
import { type TidyingUp, tidyingUp } from '../tidying-up.ts';

/** How long a writer waits for its own write to show, in ms; readers see it in any case. */
const WRITER_PATIENCE = 1000;

const bareStreams = (foundation: Foundation, store: EventStore) => {
  const { codec, pause, version } = foundation;
  /** A stream holds only the events of its own decider. */
  const codecFor = <Event extends DomainEvent>(): EventCodec<Event> =>
    codec as unknown as EventCodec<Event>;
  const handle = <Command, State, Event extends DomainEvent, Rejection>(
    kind: string,
    decider: Decider<Command, State, Event, Rejection>,
    weigh: (state: State) => number = () => 0,
  ): Handle<Command, Event, Rejection> => {
    const cache = foundation.cache(kind, weigh);
    return handling(decider, { store, codec: codecFor<Event>(), cache, pause });
  };
  const now = (): Instant => new Date().toISOString() as Instant;
  const preferring = preferences(knowledge);
  return {
    foundation,
    store,
    codecFor,
    handle,
    now,
    /** Envelopes of what Daybook does by itself, through a part of that name. */
    provenance: provenances(version, now),
    accounts: handle('account', account),
    homes: handle('home', home, ({ entries }) => entries.size),
    calendars: handle('calendar', calendar, ({ members }) => members.byName.size),
    addressBooks: handle('addressbook', addressBook, ({ members }) => members.byName.size),
    changePreferences: handle('preferences', preferring),
    noPreferences: preferring.initial(),
    chosenPreferencesOf: async (owner: AccountId): Promise<ChosenPreferences> => {
      const log = { store, codec: codecFor<never>() };
      return (await foldTail(preferring, log, streams.preferences(owner), unfolded(preferring)))
        .state;
    },
    troubled: troublesTo(foundation.log),
  };
};

/** Streams with their deciders, and the projections that follow them: what every part of a server stands on. */
export interface Ground extends ReturnType<typeof bareStreams> {
  readonly projections: readonly Projected[];
  readonly runtime: ProjectionRuntime;
  readonly tidying: TidyingUp;
  /** What reads rows that are never behind the log is made of. */
  readonly reading: {
    readonly store: EventStore;
    readonly codec: EventCodec<DomainEvent>;
    readonly seen: ProjectionRuntime['seen'];
  };
  /** Waits a moment until readers see a revision; whether they do. */
  seen(stream: StreamId, revision: Revision): Promise<boolean>;
  /** Waits until readers see what was recorded of an account last, `patience` ms at most. */
  shown(account: AccountId, patience?: number): Promise<void>;
  /** Tells when this node hears that an account was erased. */
  onErasure(told: (account: AccountId) => void): void;
  /** Removes all of an account that is neither in the log nor made of it. */
  forgetUses(account: AccountId): Promise<void>;
  /** The envelope of what the server does by itself. */
  byServer(): Provenance;
  /** The envelope of what an administrator does. */
  byCommandLine(): Provenance;
}

/** Opens the streams of a foundation, and starts projecting. */
export const groundOn = (foundation: Foundation): Ground => {
  const { codec, rows, erasing, signIn, guest, log } = foundation;
  const store = measuredStore(foundation.store, foundation.meter);
  const bare = bareStreams(foundation, store);
  const { troubled, provenance } = bare;

  const forgetUses = async (account: AccountId): Promise<void> => {
    await signIn.state.forget(account);
    await foundation.feeds.schedule.forget(account);
    await foundation.mail.outbox.purge(account);
    await foundation.jobs.purge(account);
    await foundation.locks.purge(account);
    await foundation.activeSync.ledger.purge(account);
    await foundation.activeSync.sync.purge(account);
  };
  const tidying = tidyingUp({
    tidy: async (account) => {
      await erasing.purge(account);
      await forgetUses(account);
    },
    report: troubled('erasure-trouble'),
  });
  const listeners: ((account: AccountId) => void)[] = [() => erasing.forget()];
  // Whoever runs the command does the same by itself.
  if (!guest) listeners.push((account) => tidying.later(account));

  const projections = [
    projected(collectionProjection, rows.writing.collection),
    projected(homeProjection, rows.writing.home),
    projected(accountProjection, rows.writing.account),
  ];
  const runtime = startProjections({
    store: hearingErasures(store, (account) => {
      for (const told of listeners) told(account);
    }),
    codec,
    projections,
    nodeId: foundation.nodeId,
    guest,
    report: ({ code, ...fields }) => log(code, fields),
  });

  return {
    ...bare,
    projections,
    runtime,
    tidying,
    reading: { store, codec, seen: runtime.seen },
    seen: (stream, revision) => runtime.seen(stream, revision, WRITER_PATIENCE),
    shown: async (account, patience = WRITER_PATIENCE) => {
      const stream = streams.account(account);
      const head = (await store.heads([stream])).get(stream);
      if (typeof head === 'bigint') await runtime.seen(stream, head, patience);
    },
    onErasure: (told) => {
      listeners.push(told);
    },
    forgetUses,
    byServer: provenance('server'),
    byCommandLine: provenance('cli'),
  };
};
