import { randomUUID } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';
import pg from 'pg';
import { expect } from 'vitest';
import { memoryEventStore } from '../../src/adapters/memory/event-store.ts';
import { postgresEventStore } from '../../src/adapters/postgres/event-store.ts';
import { migrateLog } from '../../src/adapters/postgres/schema.ts';
import {
  migrateReadModel,
  type ReadModel,
  type ReadModelParts,
  readModel,
} from '../../src/adapters/readmodel/read-model.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Content } from '../../src/domain/kernel/content.ts';
import type {
  EventStore,
  Expected,
  Revision,
  StreamId,
} from '../../src/domain/kernel/event-store.ts';
import type {
  AccountId,
  CollectionId,
  ETag,
  ResourceName,
  Uid,
} from '../../src/domain/kernel/ids.ts';
import type { Erased } from '../../src/domain/kernel/ports.ts';
import { collectionStream } from '../../src/domain/kernel/streams.ts';
import { accountProjection } from '../../src/projections/account/projection.ts';
import { collectionProjection } from '../../src/projections/collection/projection.ts';
import { consistentCollectionRows } from '../../src/projections/collection/reading.ts';
import type {
  CollectionRow,
  CollectionRows,
  CollectionTables,
  Snapshot,
} from '../../src/projections/collection/rows.ts';
import { homeProjection } from '../../src/projections/home/projection.ts';
import type { Opening, ProjectionName } from '../../src/projections/projection.ts';
import type { ProjectionReport } from '../../src/projections/runtime/faults.ts';
import { type Projected, projected } from '../../src/projections/runtime/projector.ts';
import { rebuild, type Rebuilt, type RebuildParts } from '../../src/projections/runtime/rebuild.ts';
import {
  type ProjectionRuntime,
  type RuntimeParts,
  startProjections,
} from '../../src/projections/runtime/runtime.ts';
import { ReadModelUnavailable } from '../../src/projections/runtime/writing.ts';
import { freshDatabase } from '../support/postgres.ts';

/** Payloads are what `v8` makes of the event; a type of `Broken` cannot be opened. */
export const codec: Opening = {
  open: async (recorded) =>
    recorded.map(({ type, payload }): DomainEvent | Erased => {
      if (type === 'Broken')
        throw Object.assign(new Error('broken'), { code: 'event-undecodable' });
      return deserialize(payload) as DomainEvent | Erased;
    }),
};

export const account = (): AccountId => randomUUID() as AccountId;
export const calendarStream = (): StreamId =>
  collectionStream('calendar', randomUUID() as CollectionId);
export const bookStream = (): StreamId =>
  collectionStream('addressbook', randomUUID() as CollectionId);

export const created = (owner = account()): DomainEvent => ({
  type: 'CalendarCreated',
  owner,
  components: ['VEVENT', 'VTODO'],
});

export const inline = (text: string): Content => ({ kind: 'inline', octets: Buffer.from(text) });

/** A version of an object; its octets are the name and the version, padded to a size. */
export const stored = (name: string, size = 0, version = randomUUID()): DomainEvent => ({
  type: 'CalendarObjectStored',
  name: name as ResourceName,
  facts: { uid: `uid of ${name}` as Uid, etag: version as ETag, component: 'VEVENT' },
  content: inline(`${name} ${version}`.padEnd(size, '\n é')),
});

/** The same with a dead property (RFC 4918 §4.3). */
export const storedWith = (name: string, size: number, dead: string): DomainEvent => {
  const event = stored(name, size);
  if (event.type !== 'CalendarObjectStored') throw new Error('no object');
  return { ...event, facts: { ...event.facts, dead: new Map([['{x}y', dead]]) } };
};

export const deleted = (name: string): DomainEvent => ({
  type: 'CalendarObjectDeleted',
  name: name as ResourceName,
});

export interface Fixture {
  readonly store: EventStore;
  readonly pool: pg.Pool;
  readonly model: ReadModel;
  readonly reports: ProjectionReport[];
  /** Appends and answers the last revision. */
  record(stream: StreamId, events: readonly (DomainEvent | Erased | 'Broken')[]): Promise<Revision>;
  projections(of?: ReadModel): readonly Projected[];
  run(nodeId: string, more?: Partial<RuntimeParts>): ProjectionRuntime;
  /** Rows that are never behind; `more` stands in for some of the tables' own answers. */
  consistent(runtime?: ProjectionRuntime, more?: Partial<CollectionTables>): CollectionRows;
  rebuild(name: ProjectionName, more?: Partial<RebuildParts>): Promise<Rebuilt>;
  /** Another process's view of the same tables. */
  anotherModel(more?: Partial<ReadModelParts>): ReadModel;
  /** Projections of a process that can die: from then on nothing it does reaches the tables. */
  mortal(): { readonly projections: readonly Projected[]; die(): void };
  close(): Promise<void>;
}

/** A log in memory, or with `logHere` beside the tables, and empty tables in a database of their own. */
export const openFixture = async (
  given?: Awaited<ReturnType<typeof freshDatabase>>,
  logHere = false,
): Promise<Fixture> => {
  const database = given ?? (await freshDatabase());
  const pool = new pg.Pool({ connectionString: database.url, max: 4 });
  pool.on('error', () => undefined);
  await migrateReadModel(pool);
  if (logHere) await migrateLog(pool);
  const store = logHere
    ? postgresEventStore({ connection: { connectionString: database.url } })
    : memoryEventStore();
  const reports: ProjectionReport[] = [];
  const report = (one: ProjectionReport): void => void reports.push(one);
  const heads = new Map<StreamId, Expected>();
  const models: ReadModel[] = [];
  const runtimes: ProjectionRuntime[] = [];
  const anotherModel = (more: Partial<ReadModelParts> = {}): ReadModel => {
    const made = readModel({ pool, logHere, ...more });
    models.push(made);
    return made;
  };
  const model = anotherModel();
  const projections = (of = model): readonly Projected[] => [
    projected(collectionProjection, of.writing.collection),
    projected(homeProjection, of.writing.home),
    projected(accountProjection, of.writing.account),
  ];
  let clock = Date.UTC(2026, 0, 1);

  return {
    store,
    pool,
    model,
    reports,
    projections,
    anotherModel,
    mortal() {
      let isDead = false;
      const failing = <Storage extends object>(storage: Storage): Storage =>
        new Proxy(storage, {
          get: (target, key) => {
            const method: unknown = Reflect.get(target, key);
            if (typeof method !== 'function') return method;
            return async (...values: unknown[]) => {
              const answer: unknown = isDead ? undefined : await method.apply(target, values);
              if (isDead) throw new ReadModelUnavailable('dead');
              return answer;
            };
          },
        });
      const { collection, home, account: accounts } = model.writing;
      return {
        projections: [
          projected(collectionProjection, failing(collection)),
          projected(homeProjection, failing(home)),
          projected(accountProjection, failing(accounts)),
        ],
        die: () => {
          isDead = true;
        },
      };
    },
    async record(stream, events) {
      const envelopes = events.map((event) => {
        clock += 1000;
        return {
          id: randomUUID(),
          type: event === 'Broken' ? event : event.type,
          schemaVersion: 1,
          occurredAt: new Date(clock).toISOString(),
          actor: 'system',
          onBehalfOf: '',
          via: 'test',
          correlationId: randomUUID(),
          causationId: randomUUID(),
          sealedWith: 'key',
          payload: serialize(event),
        };
      });
      const head = heads.get(stream) ?? 'no-stream';
      const { revision } = await store.append(stream, head, envelopes);
      heads.set(stream, revision);
      return revision;
    },
    run(nodeId, more = {}) {
      const parts = { store, codec, projections: projections(), nodeId, report, ...more };
      const runtime = startProjections(parts);
      runtimes.push(runtime);
      return runtime;
    },
    consistent: (runtime, more = {}) =>
      consistentCollectionRows({
        rows: { ...model.collections, ...more },
        store,
        codec,
        seen: runtime?.seen ?? (async () => false),
      }),
    rebuild(name, more = {}) {
      const projection = projections().find((one) => one.name === name);
      if (projection === undefined) throw new Error(name);
      return rebuild({ projection, store, codec, report, ...more });
    },
    async close() {
      await Promise.all(runtimes.map((one) => one.close()));
      await Promise.all(models.map((one) => one.close()));
      await store.close();
      await pool.end();
      await database.drop();
    },
  };
};

/** Rows come with the text of their octets where it is at hand, which is the same and not always there. */
const bare = <Row>(row: Row): Row => {
  if (typeof row !== 'object' || row === null || !('content' in row)) return row;
  const { text, ...content } = row.content as Content & { readonly text?: string };
  if (text !== undefined && content.kind === 'inline')
    expect(Buffer.from(content.octets).equals(Buffer.from(text))).toBe(true);
  return { ...row, content };
};

/** A snapshot read to its end. */
export const whole = async <Row>(
  snapshot: Promise<Snapshot<Row> | undefined>,
): Promise<{ readonly collection: CollectionRow; readonly rows: readonly Row[] } | undefined> => {
  const one = await snapshot;
  if (one === undefined) return undefined;
  const rows: Row[] = [];
  for await (const page of one.members) rows.push(...page.map(bare));
  return { collection: one.collection, rows };
};
