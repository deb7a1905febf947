import { describe, expect, test } from 'vitest';
import { memoryEventStore } from '../../src/adapters/memory/event-store.ts';
import { accept, type Decider, reject } from '../../src/domain/kernel/decision.ts';
import {
  type Envelope,
  type EventStore,
  RevisionConflict,
  StoreUnavailable,
  type StreamId,
} from '../../src/domain/kernel/event-store.ts';
import { type FoldCache, type Handle, handling } from '../../src/domain/kernel/handle.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import type { Erased, EventCodec, Provenance } from '../../src/domain/kernel/ports.ts';

/** A shelf on which each thing stands once. */
interface Command {
  readonly type: 'Put' | 'Take';
  readonly thing: string;
}
interface ShelfEvent {
  readonly type: 'WasPut' | 'WasTaken';
  readonly thing: string;
}
interface Rejection {
  readonly kind: 'There' | 'Missing' | 'Broken';
}
type State = Set<string>;

const shelf: Decider<Command, State, ShelfEvent, Rejection> = {
  initial: () => new Set(),
  decide({ type, thing }, state) {
    if (thing === 'fault') throw new Error('a fault in the decider');
    if (type === 'Take')
      return state.has(thing) ? accept({ type: 'WasTaken', thing }) : reject({ kind: 'Missing' });
    return state.has(thing) ? reject({ kind: 'There' }) : accept({ type: 'WasPut', thing });
  },
  evolve(state, { type, thing }) {
    if (type === 'WasPut') state.add(thing);
    else state.delete(thing);
    return state;
  },
};

const stream: StreamId = 'shelf-1';
const owner = 'owner' as AccountId;
const by = { actor: 'system', via: 'test' } as Provenance;
let ids = 0;

const envelope = (event: ShelfEvent): Envelope => ({
  id: `event-${(ids += 1)}`,
  type: event.type,
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00.000Z',
  actor: 'system',
  onBehalfOf: '',
  via: 'test',
  correlationId: '',
  causationId: '',
  sealedWith: '',
  payload: new TextEncoder().encode(event.thing),
});
const codec: EventCodec<ShelfEvent> = {
  seal: async (_, events) => events.map(envelope),
  open: async (recorded) =>
    recorded.map(({ type, payload }): ShelfEvent | Erased =>
      type === 'Gone'
        ? { type: 'Erased', was: 'WasPut' }
        : { type: type as ShelfEvent['type'], thing: new TextDecoder().decode(payload) },
    ),
};

interface Shelf {
  readonly store: EventStore;
  forget(): void;
  readonly pauses: number[];
  /** Sizes of the appends that succeeded. */
  readonly appends: number[];
  /** Where reads began. */
  readonly reads: bigint[];
  /** Is awaited before every append. */
  before: (expected: bigint | 'no-stream', to: StreamId) => Promise<void>;
  /** Puts things on the shelf behind the handle's back, as another node would. */
  elsewhere(...things: readonly string[]): Promise<void>;
  handle: Handle<Command, ShelfEvent, Rejection>;
  put(thing: string, octets?: number): ReturnType<Handle<Command, ShelfEvent, Rejection>>;
  take(thing: string): ReturnType<Handle<Command, ShelfEvent, Rejection>>;
  /** Every thing recorded, in order. */
  log(): Promise<readonly string[]>;
}

const newShelf = (parts: { readonly codec?: EventCodec<ShelfEvent> } = {}): Shelf => {
  const inner = memoryEventStore();
  const store: EventStore = {
    ...inner,
    append: async (to, expected, events) => {
      await made.before(expected, to);
      const appended = await inner.append(to, expected, events);
      made.appends.push(events.length);
      return appended;
    },
    read: (from, revision) => {
      made.reads.push(revision);
      return inner.read(from, revision);
    },
  };
  const cache = new Map<StreamId, NonNullable<ReturnType<FoldCache<State>['get']>>>();
  const pauses: number[] = [];
  const handle = handling(shelf, {
    store,
    cache,
    codec: parts.codec ?? codec,
    pause: async (attempt) => {
      pauses.push(attempt);
    },
  });
  const ask = (type: Command['type'], thing: string, octets?: number) =>
    handle({
      stream,
      owner,
      by,
      command: { type, thing },
      ...(octets === undefined ? {} : { octets }),
    });
  const made: Shelf = {
    store,
    forget: () => cache.clear(),
    pauses,
    appends: [],
    reads: [],
    before: async () => {},
    elsewhere: async (...things) => {
      const head = (await inner.heads([stream])).get(stream) ?? 'no-stream';
      await inner.append(
        stream,
        head,
        things.map((thing) => envelope({ type: 'WasPut', thing })),
      );
    },
    handle,
    put: (thing, octets) => ask('Put', thing, octets),
    take: (thing) => ask('Take', thing),
    log: async () => {
      const things: string[] = [];
      for await (const batch of inner.read(stream, 0n))
        for (const event of await codec.open(batch))
          things.push('thing' in event ? `${event.type} ${event.thing}` : event.type);
      return things;
    },
  };
  return made;
};

describe('a command', () => {
  test('is answered with its events, their revision and their position', async () => {
    const it = newShelf();
    expect(await it.put('cup')).toEqual({
      accepted: [{ type: 'WasPut', thing: 'cup' }],
      revision: 0n,
      position: await it.store.end(),
    });
    expect(await it.put('jug')).toMatchObject({ revision: 1n, position: await it.store.end() });
    expect(await it.log()).toEqual(['WasPut cup', 'WasPut jug']);
  });

  test('is decided on what is remembered, without reading the stream again', async () => {
    const it = newShelf();
    await it.put('cup');
    await it.put('jug');
    await it.take('cup');
    expect(it.reads).toEqual([0n]);
  });

  test('reads the whole stream when it was forgotten, and decides the same', async () => {
    const it = newShelf();
    await it.put('cup');
    it.forget();
    expect(await it.put('cup')).toEqual({ rejected: { kind: 'There' } });
  });

  test('that is refused records nothing', async () => {
    const it = newShelf();
    expect(await it.take('cup')).toEqual({ rejected: { kind: 'Missing' } });
    expect(await it.log()).toEqual([]);
  });

  test('meets erased events as revisions without effect', async () => {
    const it = newShelf();
    await it.elsewhere('cup');
    const head = (await it.store.heads([stream])).get(stream) ?? 'no-stream';
    await it.store.append(stream, head, [
      { ...envelope({ type: 'WasPut', thing: 'x' }), type: 'Gone' },
    ]);
    expect(await it.put('jug')).toMatchObject({ revision: 2n });
    expect(await it.put('cup')).toEqual({ rejected: { kind: 'There' } });
  });
});

describe('commands that come together', () => {
  test('are decided in order and appended as one while an append is under way', async () => {
    const it = newShelf();
    const outcomes = await Promise.all([
      it.put('a'),
      it.put('b'),
      it.put('c'),
      it.put('b'),
      it.take('c'),
      it.put('d'),
    ]);
    expect(it.appends).toEqual([1, 4]);
    expect(outcomes.map((outcome) => ('revision' in outcome ? outcome.revision : outcome))).toEqual(
      [0n, 1n, 2n, { rejected: { kind: 'There' } }, 3n, 4n],
    );
    expect(await it.log()).toEqual(['WasPut a', 'WasPut b', 'WasPut c', 'WasTaken c', 'WasPut d']);
  });

  test('do not wait for those of other streams', async () => {
    const it = newShelf();
    const settled: string[] = [];
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    it.before = async (_, to) => (to === stream ? gate : undefined);
    const held = it.put('a').then(() => settled.push('held'));
    const command = { type: 'Put', thing: 'a' } as const;
    await it.handle({ stream: 'shelf-2', owner, by, command });
    settled.push('other');
    open();
    await held;
    expect(settled).toEqual(['other', 'held']);
  });

  test('are at most 64 to an append', async () => {
    const it = newShelf();
    await Promise.all(Array.from({ length: 131 }, (_, at) => it.put(`t${at}`)));
    expect(it.appends).toEqual([1, 64, 64, 2]);
  });

  test('are at most 512 KiB to an append, as the store refuses more than a megabyte', async () => {
    const it = newShelf();
    const size = 200 * 1024;
    await Promise.all(Array.from({ length: 6 }, (_, at) => it.put(`t${at}`, size)));
    expect(it.appends).toEqual([1, 2, 2, 1]);
  });

  test('never starve: one larger than the bound goes alone', async () => {
    const it = newShelf();
    await Promise.all([it.put('a'), it.put('b', 600 * 1024), it.put('c', 1), it.put('d', 1)]);
    expect(it.appends).toEqual([1, 1, 2]);
  });
});

describe('when another node was faster', () => {
  test('the command is decided again on the newer state', async () => {
    const it = newShelf();
    await it.put('cup');
    await it.elsewhere('jug');
    expect(await it.put('jar')).toMatchObject({ revision: 2n });
    expect(it.pauses).toEqual([1]);
    expect(it.reads).toEqual([0n, 1n]);
    expect(await it.log()).toEqual(['WasPut cup', 'WasPut jug', 'WasPut jar']);
  });

  test('an acceptance turns into the refusal it should have been', async () => {
    const it = newShelf();
    await it.put('cup');
    await it.elsewhere('jug');
    expect(await it.put('jug')).toEqual({ rejected: { kind: 'There' } });
    expect(await it.log()).toEqual(['WasPut cup', 'WasPut jug']);
  });

  test('a refusal is only answered after the log confirmed that its state is current', async () => {
    const it = newShelf();
    await it.put('cup');
    await it.elsewhere('jug');
    expect(await it.take('jug')).toMatchObject({ revision: 2n });
  });

  test('every command of the batch is decided again, in order', async () => {
    const it = newShelf();
    await it.put('cup');
    it.before = async () => {
      it.before = async () => {
        it.before = async () => {};
        await it.elsewhere('b', 'c');
      };
    };
    const outcomes = await Promise.all([it.put('a'), it.put('b'), it.put('d'), it.take('c')]);
    expect(outcomes.map((outcome) => 'rejected' in outcome)).toEqual([false, true, false, false]);
    expect(await it.log()).toEqual([
      'WasPut cup',
      'WasPut a',
      'WasPut b',
      'WasPut c',
      'WasPut d',
      'WasTaken c',
    ]);
  });

  test('five times in a row, the conflict is given up and told', async () => {
    const it = newShelf();
    let race = 0;
    it.before = async () => it.elsewhere(`other ${(race += 1)}`);
    await expect(it.put('cup')).rejects.toBeInstanceOf(RevisionConflict);
    expect(race).toBe(5);
    expect(it.pauses).toEqual([1, 2, 3, 4]);
    it.before = async () => {};
    expect(await it.put('cup')).toMatchObject({ revision: 5n });
  });
});

describe('after a fault', () => {
  test('of the store, what was remembered is dropped and the stream read again', async () => {
    const it = newShelf();
    await it.put('cup');
    it.before = async () => {
      throw new StoreUnavailable('gone');
    };
    await expect(it.put('jug')).rejects.toBeInstanceOf(StoreUnavailable);
    it.before = async () => {};
    expect(await it.put('jug')).toMatchObject({ revision: 1n });
    expect(it.reads).toEqual([0n, 0n]);
  });

  test('of the store, everybody who waits is told at once: the next would wait as long once more', async () => {
    const it = newShelf();
    let asked = 0;
    it.before = async () => {
      asked += 1;
      throw new StoreUnavailable('gone');
    };
    const waiting = await Promise.allSettled(
      Array.from({ length: 200 }, (_, at) => it.put(`${at}`)),
    );
    expect(waiting.map(({ status }) => status)).toEqual(Array(200).fill('rejected'));
    expect(asked).toBe(1);
    it.before = async () => {};
    expect(await it.put('jug')).toMatchObject({ revision: 0n });
  });

  test('of an append whose reply was lost, the events it left are seen', async () => {
    const it = newShelf();
    await it.put('cup');
    it.before = async () => {
      await it.elsewhere('jug');
      throw new StoreUnavailable('no reply');
    };
    await expect(it.put('jug')).rejects.toBeInstanceOf(StoreUnavailable);
    it.before = async () => {};
    expect(await it.put('jug')).toEqual({ rejected: { kind: 'There' } });
  });

  test('of the vault, nothing was recorded and nothing is remembered of it', async () => {
    let sealing = true;
    const it = newShelf({
      codec: {
        ...codec,
        seal: async (of, events, provenance) => {
          if (!sealing) throw new Error('the vault is gone');
          return codec.seal(of, events, provenance);
        },
      },
    });
    await it.put('cup');
    sealing = false;
    await expect(it.put('jug')).rejects.toThrow('vault');
    sealing = true;
    expect(await it.take('jug')).toEqual({ rejected: { kind: 'Missing' } });
  });

  test('in the middle of a fold, the half that was folded is not remembered', async () => {
    let opening = true;
    const it = newShelf({
      codec: {
        ...codec,
        open: async (recorded) => {
          if (!opening) throw new Error('the vault is gone');
          return codec.open(recorded);
        },
      },
    });
    await it.put('cup');
    await it.elsewhere('jug');
    opening = false;
    await expect(it.put('jar')).rejects.toThrow('vault');
    opening = true;
    expect(await it.put('jar')).toMatchObject({ revision: 2n });
    expect(await it.put('jug')).toEqual({ rejected: { kind: 'There' } });
  });

  test('of one batch, commands that come later are served', async () => {
    const it = newShelf();
    const settled = await Promise.allSettled([it.put('a'), it.put('fault'), it.put('b')]);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await it.put('b')).toMatchObject({ revision: 1n });
    expect(await it.log()).toEqual(['WasPut a', 'WasPut b']);
  });
});

describe('an intent as of a revision', () => {
  const asOf = (made: Shelf, thing: string, revision: bigint | 'no-stream') =>
    made.handle({ stream, owner, by, command: { type: 'Put', thing }, asOf: revision });

  test('is recorded where the stream stands there, also behind a cache that does not know it', async () => {
    const made = newShelf();
    await expect(asOf(made, 'a', 'no-stream')).resolves.toHaveProperty('accepted');
    await made.elsewhere('b');
    await expect(asOf(made, 'c', 1n)).resolves.toHaveProperty('accepted');
    expect(await made.log()).toEqual(['WasPut a', 'WasPut b', 'WasPut c']);
  });

  test('is refused where it has gone on, whoever did that, and only it is', async () => {
    const made = newShelf();
    await made.put('a');
    await made.elsewhere('b');
    await expect(asOf(made, 'c', 0n)).rejects.toThrow(RevisionConflict);
    const outcomes = await Promise.allSettled([
      asOf(made, 'd', 1n),
      asOf(made, 'e', 1n),
      made.put('f'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await made.log()).toEqual(['WasPut a', 'WasPut b', 'WasPut d', 'WasPut f']);
  });
});
