import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { postgresNodes } from '../../src/adapters/postgres/nodes.ts';
import type { Nodes } from '../../src/domain/kernel/nodes.ts';
import { freshDatabase } from '../support/postgres.ts';

describe('words between nodes, over PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  const open: Nodes[] = [];
  const node = (): Nodes => {
    const made = postgresNodes({
      connectionString: database.url,
      report: () => undefined,
      retry: 20,
    });
    open.push(made);
    return made;
  };
  const sql = async (text: string): Promise<void> => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(text);
    await client.end();
  };

  beforeAll(async () => {
    database = await freshDatabase();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(open.splice(0).map((each) => each.close()));
  });
  afterAll(() => database?.drop());

  it('are answered by every node that listens, and by no other', async () => {
    expect(await node().ask('reload', 10_000)).toEqual([]);
    const [here, elsewhere] = [node(), node()];
    await here.listen('here', async (question) => `${question}: here`);
    await elsewhere.listen('elsewhere', async (question) => `${question}: elsewhere`);
    expect(await node().ask('reload', 10_000)).toEqual([
      { node: 'elsewhere', text: 'reload: elsewhere' },
      { node: 'here', text: 'reload: here' },
    ]);
    await elsewhere.close();
    expect(await here.ask('once more', 10_000)).toEqual([
      { node: 'here', text: 'once more: here' },
    ]);
  });

  it('are waited for no longer than asked, and told apart where names are the same', async () => {
    await node().listen('twin', async () => 'said');
    await node().listen('twin', () => new Promise(() => undefined));
    const answers = await node().ask('reload', 300);
    expect(answers.map(({ node: name }) => name)).toEqual(['twin', 'twin']);
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['said', undefined]));
  });

  it('reach a node again whose connection was lost, and nobody minds rubbish', async () => {
    const here = node();
    await here.listen('here', async (question) => question);
    await sql(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'daybook node here'`);
    await expect
      .poll(() => node().ask('again', 2_000), { timeout: 20_000 })
      .toEqual([{ node: 'here', text: 'again' }]);
    for (const payload of ['rubbish', 'null', '[]', '{"id":1}'])
      await sql(`select pg_notify('daybook_questions', '${payload}')`);
    expect(await node().ask('still', 10_000)).toEqual([{ node: 'here', text: 'still' }]);
  });

  it('are cut where PostgreSQL has no room for them', async () => {
    await node().listen('here', async () => '"ä'.repeat(10_000));
    const [answer] = await node().ask('much', 10_000);
    expect(answer?.text?.length).toBeGreaterThan(1000);
  });
});
