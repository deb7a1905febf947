import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/needing.ts';
import { type Program, program } from '../support/program.ts';
import { run } from './run.ts';

const script = join(import.meta.dirname, 'python_caldav_invites.py');
const PASSWORD = 'one password for all of them';

describeWith(
  'python3-caldav 0.11, inviting and answering (RFC 6638)',
  [{ file: '/usr/lib/python3/dist-packages/caldav/__init__.py', from: 'python3-caldav' }],
  () => {
    let server: Program;
    beforeAll(async () => {
      server = await program(undefined, false);
      for (const login of ['ada', 'ben', 'cleo']) {
        const { code, err } = await server.daybook(
          ['user', 'add', login, '--mail', `${login}@example.org`, '--password-stdin'],
          `${PASSWORD}\n`,
        );
        expect(code, err).toBe(0);
      }
      await server.start();
    }, 120_000);
    afterAll(() => server?.discard(), 60_000);

    it('finds the boxes, invites, accepts, declines, asks for free time and calls off', async () => {
      const said = await run(
        '/usr/bin/python3',
        ['-W', 'ignore', script, `${server.origin}/SOGo/dav/`, PASSWORD],
        { limitMs: 150_000, env: { PYTHONDONTWRITEBYTECODE: '1', TZ: 'Europe/Berlin' } },
      );
      expect([...said.matchAll(/^done (\w+)$/gm)].map(([, step]) => step)).toEqual([
        'boxes',
        'invite',
        'accept',
        'tag',
        'decline',
        'freebusy',
        'cancel',
      ]);
    });
  },
);
