import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { closeInTime } from '../../../src/api/http/closing.ts';

/** An answer without end, and one that takes a moment. */
const listening = async () => {
  const app = fastify({ forceCloseConnections: 'idle' });
  app.get('/endless', (_request, reply) =>
    reply.send(
      Readable.from(
        (function* () {
          for (;;) yield 'x'.repeat(65_536);
        })(),
        { objectMode: false },
      ),
    ),
  );
  app.get('/slow', async () => {
    await sleep(200);
    return 'done';
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { app, port };
};

it('the server stops although a client does not read its answer', async () => {
  const { app, port } = await listening();
  const client = connect(port, '127.0.0.1').on('error', () => undefined);
  client.pause();
  client.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(app.server, 'request');
  await sleep(100);
  const began = performance.now();
  await closeInTime(app, 300);
  expect(performance.now() - began).toBeGreaterThan(250);
  expect(performance.now() - began).toBeLessThan(1500);
  client.destroy();
});

it('the server finishes what is under way before it stops, and then does not wait', async () => {
  const { app, port } = await listening();
  const answer = fetch(`http://127.0.0.1:${port}/slow`);
  await once(app.server, 'request');
  const began = performance.now();
  const closed = closeInTime(app, 4000);
  expect(await (await answer).text()).toBe('done');
  await closed;
  expect(performance.now() - began).toBeLessThan(2000);
});
