import type { Lock } from '../../domain/locks/lock.ts';
import type { Command, Given } from './command.ts';
import type { Surroundings } from './surroundings.ts';

/** What is told of a lock: who holds it and where; the content of `DAV:owner` is the client's own. */
const line = (
  { token, root, scope, depth, secondsLeft }: Lock,
  login: string | undefined,
): string => JSON.stringify({ token, root, scope, depth, by: login ?? '(erased)', secondsLeft });

/** `daybook lock …`: write locks that clients took (RFC 4918 §6). */
export const lockCommands: readonly Command<Surroundings>[] = [
  {
    name: 'lock list',
    summary: 'print the write locks that are in force, as JSON lines',
    operands: [],
    options: [],
    run: async (given: Given, { open, print }) => {
      const daybook = await open(given);
      try {
        for (const lock of await daybook.services.locks.all())
          print(line(lock, (await daybook.accountRows.byId(lock.account))?.login));
        return 0;
      } finally {
        await daybook.close();
      }
    },
  },
  {
    name: 'lock break',
    summary: 'end a write lock, whoever holds it',
    operands: ['TOKEN'],
    options: [],
    details: 'Locks end by themselves an hour after they were last refreshed at the latest.',
    run: async (given: Given, { open, complain }) => {
      const daybook = await open(given);
      const [token = ''] = given.operands;
      try {
        if (await daybook.services.locks.release(token)) return 0;
        complain(`no lock is called '${token}'`);
        return 1;
      } finally {
        await daybook.close();
      }
    },
  },
];
