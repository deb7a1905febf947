import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Program, program } from '../support/program.ts';
import { describeWith } from '../support/needing.ts';
import { run } from './run.ts';

const script = join(import.meta.dirname, 'python_caldav.py');

describeWith(
  'python3-caldav 0.11, as its users use it',
  [{ file: '/usr/lib/python3/dist-packages/caldav/__init__.py', from: 'python3-caldav' }],
  () => {
    let server: Program;
    beforeAll(async () => {
      server = await program();
      await server.start();
    }, 120_000);
    afterAll(() => server?.discard(), 60_000);

    it('finds, makes, fills, searches, syncs and deletes calendars', async () => {
      const said = await run(
        '/usr/bin/python3',
        ['-W', 'ignore', script, `${server.origin}/SOGo/dav/`, 'ada', server.password],
        { limitMs: 150_000, env: { PYTHONDONTWRITEBYTECODE: '1', TZ: 'Europe/Berlin' } },
      );
      expect([...said.matchAll(/^done (\w+)$/gm)].map(([, step]) => step)).toEqual([
        'principal_and_calendars',
        'make_calendar',
        'save_event',
        'refusals',
        'objects_by_sync_token',
        'date_search',
        'date_search_expanded',
        'todos',
        'search',
        'free_busy',
        'delete',
      ]);
    });
  },
);
