import type { EventStore, Expected, StreamId } from '../../src/domain/kernel/event-store.ts';
import { streams } from '../../src/domain/kernel/streams.ts';
import { grantsAfter } from '../../src/projections/collection/grants.ts';
import { noGrants } from '../../src/domain/rights/grants.ts';
import { collectionProjection } from '../../src/projections/collection/projection.ts';
import type {
  Change,
  CollectionRow,
  CollectionRows,
  Filled,
  Snapshot,
  UidRows,
  WithUid,
} from '../../src/projections/collection/rows.ts';
import { homeProjection, overEntries } from '../../src/projections/home/projection.ts';
import type { HomeRows } from '../../src/projections/home/rows.ts';
import type { Opening, Projection } from '../../src/projections/projection.ts';

interface Log {
  readonly store: EventStore;
  readonly codec: Opening;
}

const folded = async <Delta>(
  { store, codec }: Log,
  projection: Projection<Delta>,
  stream: StreamId,
): Promise<{ readonly delta: Delta; readonly applied: Expected }> => {
  let delta = projection.empty();
  let applied: Expected = 'no-stream';
  for await (const batch of store.read(stream, 0n)) {
    const events = await codec.open(batch);
    for (const [index, recorded] of batch.entries()) {
      const event = events[index];
      if (event !== undefined) delta = projection.fold(delta, event, recorded);
      applied = recorded.revision;
    }
  }
  return { delta, applied };
};

/** Members to a page: small, so that tests meet page borders. */
const PAGE = 10;

async function* pages<Member>(members: readonly Member[]): AsyncGenerator<readonly Member[]> {
  for (let from = 0; from < members.length; from += PAGE) yield members.slice(from, from + PAGE);
}

const byRevision = (a: Change, b: Change): number => Number(a.revision - b.revision);

/** Objects by their UIDs, folded from the log at each question. */
export const memoryUidRows = (log: Log): UidRows => ({
  async withUid(asked, uid) {
    const found = await Promise.all(
      asked.map(async (stream): Promise<WithUid | undefined> => {
        const { delta } = await folded(log, collectionProjection, stream);
        const member = [...delta.members.values()].find(
          (one): one is Extract<typeof one, Filled> => !('gone' in one) && one.uid === uid,
        );
        const heard = delta.heard.get(uid);
        if (member === undefined && heard === undefined) return undefined;
        return { stream, ...(member && { member }), ...(heard && { heard }) };
      }),
    );
    return found.filter((one) => one !== undefined);
  },
});

/** Rows folded from the log at each question: never behind, and slow. */
export const memoryCollectionRows = (log: Log): CollectionRows => {
  const load = async (
    stream: StreamId,
  ): Promise<{ readonly row: CollectionRow; readonly changes: readonly Change[] } | undefined> => {
    const { delta, applied } = await folded(log, collectionProjection, stream);
    const { created, deleted, modifiedAt, members } = delta;
    if (created === undefined || applied === 'no-stream') return undefined;
    const row: CollectionRow = {
      stream,
      kind: created.kind,
      owner: created.owner,
      status: deleted ? 'deleted' : 'live',
      components: created.components,
      applied,
      createdAt: created.at,
      modifiedAt: modifiedAt ?? created.at,
      grants: grantsAfter(noGrants, delta.grants),
    };
    return { row, changes: [...members.values()].toSorted(byRevision) };
  };
  const filled = async (
    stream: StreamId,
    wanted: (member: Filled) => boolean,
  ): Promise<Snapshot<Filled> | undefined> => {
    const loaded = await load(stream);
    if (loaded === undefined) return undefined;
    const live = loaded.changes.filter((change): change is Filled => 'content' in change);
    return { collection: loaded.row, members: pages(live.filter(wanted)) };
  };
  return {
    async collections(asked) {
      const loaded = await Promise.all(asked.map(load));
      return new Map(
        loaded.flatMap((one) => (one === undefined ? [] : [[one.row.stream, one.row]])),
      );
    },
    async changes(stream, since, limit) {
      const loaded = await load(stream);
      if (loaded === undefined) return undefined;
      const after = loaded.changes.filter(({ revision }) => revision > since).slice(0, limit);
      return { collection: loaded.row, members: pages(after) };
    },
    all: (stream) => filled(stream, () => true),
    tags: (stream) => filled(stream, () => true),
    allFilled: (stream) => filled(stream, () => true),
    candidates: (stream, { components }) =>
      filled(stream, (member) => components?.some((one) => one === member.component) ?? true),
    async taking(asked) {
      const loaded = await Promise.all(asked.map(load));
      return new Map(
        loaded.flatMap((one) =>
          one === undefined ? [] : [[one.row.stream, { collection: one.row }]],
        ),
      );
    },
    named: (stream, names) => filled(stream, ({ name }) => names.includes(name)),
  };
};

export const memoryHomeRows = (log: Log): HomeRows => {
  const home: HomeRows['home'] = async (account) => {
    const { delta, applied } = await folded(log, homeProjection, streams.home(account));
    return { account, applied, entries: overEntries([], delta) };
  };
  return {
    home,
    homes: async (accounts) => {
      const rows = await Promise.all(accounts.map(home));
      return new Map(rows.map((row) => [row.account, row]));
    },
  };
};
