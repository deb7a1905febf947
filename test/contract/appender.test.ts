import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { expect, it } from 'vitest';
import { appender } from '../../src/adapters/postgres/appender.ts';
import { envelope, newStream } from './event-store/samples.ts';

it('appends are refused together once their patience is over, however many wait in the queue', async () => {
  // A server that takes a while to be found missing, each time anew.
  let asked = 0;
  const query = async (): Promise<never> => {
    asked += 1;
    await sleep(300);
    throw new Error('timeout exceeded when trying to connect');
  };
  const appends = appender({
    pool: { query } as unknown as Pool,
    origin: 'test',
    patience: 200,
    onAnswers: () => undefined,
  });
  const outcomes = await Promise.allSettled(
    Array.from({ length: 1500 }, () =>
      appends.append({ stream: newStream(), expected: 'no-stream', events: [envelope()] }),
    ),
  );
  expect(asked).toBe(1);
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'store-unavailable' } });
  await appends.close();
});
