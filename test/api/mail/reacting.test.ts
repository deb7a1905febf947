import { afterEach, beforeEach, expect, it } from 'vitest';
import { memoryEventStore } from '../../../src/adapters/memory/event-store.ts';
import { type Reaction, reacting } from '../../../src/api/mail/reacting.ts';
import type { Checkpoints } from '../../../src/domain/kernel/checkpoints.ts';
import {
  type EventStore,
  type Position,
  type Recorded,
  StoreUnavailable,
} from '../../../src/domain/kernel/event-store.ts';
import { envelope, newStream } from '../../contract/event-store/samples.ts';
import type { Logged } from '../../support/dav.ts';

/** One node's; `taken` is another's hold on it. */
const place = { at: undefined as Position | 'start' | undefined, taken: false, dropped: 0 };
const checkpoints: Checkpoints = {
  async hold(_, __, first) {
    place.at ??= first;
    return place.taken ? undefined : place.at;
  },
  async move(_, __, to) {
    if (!place.taken) place.at = to;
    return !place.taken;
  },
  release: async () => undefined,
  async drop() {
    place.at = undefined;
    place.dropped += 1;
  },
};

let store: EventStore;
let wanted: boolean;
let react: (event: Recorded) => Promise<void>;
const [had, logged]: [string[], Logged[]] = [[], []];
let running: { close(): Promise<void> } | undefined;

const start = (): void => {
  const reaction: Reaction = {
    name: 'test',
    wanted: () => wanted,
    handles: ({ type }) => type === 'Wanted',
    react: (event) => react(event),
  };
  const log = (code: Logged['code'], fields: Logged['fields'] = {}): void => {
    logged.push({ code, fields });
  };
  running = reacting({ store, checkpoints, node: 'one', reaction, log, every: 5 });
};
const happen = async (id: string, type = 'Wanted'): Promise<void> => {
  await store.append(newStream(), 'no-stream', [envelope({ id, type })]);
};
const expectHad = (ids: readonly string[]) =>
  expect.poll(() => [...had], { timeout: 10_000, interval: 5 }).toEqual(ids);
const expectBegun = () =>
  expect.poll(() => place.at, { timeout: 10_000, interval: 5 }).not.toBeUndefined();

beforeEach(() => {
  Object.assign(place, { at: undefined, taken: false, dropped: 0 });
  had.length = 0;
  logged.length = 0;
  store = memoryEventStore();
  wanted = true;
  react = async ({ id }) => {
    had.push(id);
  };
});
afterEach(async () => {
  await running?.close();
  await store.close();
});

it('a reaction has what happens after it was first wanted, and goes on there when started again', async () => {
  await happen('before');
  start();
  await expectBegun();
  await happen('one');
  await happen('other', 'Unwanted');
  await expectHad(['one']);
  await running?.close();
  await happen('meanwhile');
  start();
  await expectHad(['one', 'meanwhile']);
});

it('tries again what passes, for ever, and passes over what does not, after some tries', async () => {
  const tries = new Map<string, number>();
  react = async ({ id }) => {
    const count = (tries.get(id) ?? 0) + 1;
    tries.set(id, count);
    if (id === 'passing' && count < 6) throw new StoreUnavailable('away');
    if (id === 'broken') throw new TypeError('broken');
    had.push(id);
  };
  start();
  await expectBegun();
  for (const id of ['broken', 'passing', 'good']) await happen(id);
  await expectHad(['passing', 'good']);
  expect(tries.get('broken')).toBe(5);
  expect(logged).toEqual([
    {
      code: 'reaction-passed-over',
      fields: { reaction: 'test', event: 'broken', cause: 'TypeError' },
    },
  ]);
});

it('forgets its place while it is not wanted: what happens then has no consequences', async () => {
  wanted = false;
  start();
  await expect.poll(() => place.dropped, { timeout: 10_000, interval: 5 }).toBe(1);
  await happen('unwanted');
  wanted = true;
  await expectBegun();
  await happen('wanted');
  await expectHad(['wanted']);
});

it('is left to another node that holds it, and taken when that one lets go', async () => {
  place.taken = true;
  place.at = 'start';
  await happen('one');
  start();
  await happen('two');
  place.taken = false;
  await expectHad(['one', 'two']);
});
