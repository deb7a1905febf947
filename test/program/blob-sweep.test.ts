import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ErasableBlobs, postgresBlobStore } from '../../src/adapters/blobs/postgres.ts';
import { readModel } from '../../src/adapters/readmodel/read-model.ts';
import { strayBlobs, sweeping } from '../../src/api/blob-sweep.ts';
import type { AccountId, BlobRef } from '../../src/domain/kernel/ids.ts';
import { type FullNode, startNode } from '../support/full-node.ts';
import { eventText } from '../support/objects.ts';
import { freshDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
let blobs: ErasableBlobs;
let ada: AccountId;

const send = async (method: string, path: string, body: string): Promise<number> => {
  const answer = await fetch(`${node.url}/SOGo/dav/ada/${path}`, {
    method,
    headers: {
      'content-type': 'text/calendar',
      authorization: `Basic ${Buffer.from('ada:secret').toString('base64')}`,
    },
    body,
  });
  await answer.body?.cancel();
  return answer.status;
};
const large = (text: string) => eventText('large', `DESCRIPTION:${text.repeat(70_000)}`);

beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({ url: database.url });
  await node.daybook.accounts.add({ login: 'ada', password: 'secret', displayName: 'Ada' });
  ada = (await node.daybook.accountRows.byLogin('ada'))?.account as AccountId;
  blobs = postgresBlobStore({ pool: node.pool, vault: node.daybook.vault });
  expect(await send('PUT', 'Calendar/personal/large.ics', large('x'))).toBe(201);
  expect(await send('PUT', 'Calendar/personal/large.ics', large('y'))).toBe(204);
  expect(await send('PUT', 'Files/note.txt', 'one')).toBe(201);
  expect(await send('PUT', 'Files/note.txt', 'two')).toBe(204);
}, 60_000);
afterAll(async () => {
  await node.stop();
  await database.drop();
});

/** Makes all blobs so old that they are asked about. */
const age = () => node.pool.query(`update blobs.blobs set put_at = put_at - interval '25 hours'`);
const known = async (): Promise<ReadonlyMap<BlobRef, boolean>> => {
  const { rows } = await node.pool.query<{ ref: BlobRef; kept: boolean }>(
    'select ref, kept from blobs.blobs',
  );
  return new Map(rows.map(({ ref, kept }) => [ref, kept]));
};
const parts = () => ({
  store: node.daybook.store,
  codec: node.daybook.codec,
  blobs,
  holding: async (): Promise<readonly BlobRef[]> => [],
  log: () => undefined,
});
const swept = async (given: Partial<ReturnType<typeof parts>> = {}): Promise<number> => {
  const sweep = sweeping({ ...parts(), ...given });
  try {
    return await sweep.now();
  } finally {
    await sweep.close();
  }
};

describe('blobs whose change met a fault', () => {
  let stray: BlobRef;
  let before: ReadonlyMap<BlobRef, boolean>;
  beforeEach(async () => {
    before = await known();
    stray = await blobs.put(ada, Uint8Array.of(1));
  });
  afterEach(() => blobs.remove(stray));

  it('are the only ones that are not kept: those of stored and of replaced objects and files are', () => {
    expect([...before.values()]).toEqual([true, true, true, true]);
  });

  it('are removed when they are a day old, and nothing else is', async () => {
    expect(await swept()).toBe(0);
    expect(await blobs.get(stray)).toBeDefined();
    await age();
    expect(await node.daybook.strayBlobs(new AbortController().signal)).toBe(1);
    expect(await swept()).toBe(1);
    expect(await known()).toEqual(before);
  });

  it('are told from those that events refer to by reading the log, where nobody said that they are kept', async () => {
    await node.pool.query('update blobs.blobs set kept = false');
    await age();
    expect(await swept()).toBe(1);
    expect(await known()).toEqual(before);
  });

  it('stay where a row refers to them', async () => {
    await age();
    expect(await swept({ holding: async () => [stray] })).toBe(0);
    expect(await known()).toEqual(new Map([...before, [stray, true]]));
  });

  it('stay where an event cannot be read, or the log was not read to its end', async () => {
    await age();
    const open = async () => {
      throw new Error('undecodable');
    };
    await expect(swept({ codec: { ...parts().codec, open } })).rejects.toThrow('undecodable');
    expect(await strayBlobs(parts(), AbortSignal.abort())).toMatchObject({ strays: [] });
    expect(await blobs.get(stray)).toBeDefined();
  });

  it('are removed by one node at a time', async () => {
    await age();
    await blobs.alone(async () => {
      expect(await swept()).toBe(0);
    });
    expect(await swept()).toBe(1);
  });
});

describe('the rows of the projections', () => {
  it('say which blobs they refer to', async () => {
    const rows = readModel({ pool: node.pool });
    try {
      const refs = [...(await known()).keys()];
      // Of the object as it is now; replaced ones have no row, and files never had.
      expect(await rows.holding(refs)).toHaveLength(1);
    } finally {
      await rows.close();
    }
  });
});
