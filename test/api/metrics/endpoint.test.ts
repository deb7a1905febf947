import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { metricsPlugin, metricsServer } from '../../../src/api/http/metrics.ts';

const exposition = async () => ({ contentType: 'text/plain; version=0.0.4', body: 'one 1\n' });
const beside: FastifyInstance = fastify();
const apart = metricsServer(exposition);

beforeAll(async () => {
  await beside.register(metricsPlugin(exposition, 'directly'));
  await beside.listen({ host: '127.0.0.1', port: 0 });
  await apart.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await beside.close();
  await apart.close();
});

const scrape = (
  app: FastifyInstance,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number | undefined; body: string }> =>
  new Promise((resolve, reject) => {
    const { port } = app.server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, path: '/metrics', headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    });
    sent.on('error', reject).end();
  });

describe('/metrics beside DAV', () => {
  it.each([{ host: 'localhost' }, { host: '127.0.0.1:20000' }, { host: '[::1]:20000' }])(
    'answers a program on the same machine: %o',
    async (headers) => {
      expect(await scrape(beside, headers)).toEqual({ status: 200, body: 'one 1\n' });
    },
  );

  it.each([
    { host: 'dav.example.org' },
    { host: 'localhost.example.org' },
    { host: 'localhost', 'x-forwarded-for': '203.0.113.7' },
    { host: 'localhost', 'x-forwarded-proto': 'https' },
    { host: 'localhost', 'x-real-ip': '203.0.113.7' },
    { host: 'localhost', forwarded: 'for=203.0.113.7' },
    { host: 'localhost', via: '1.1 proxy' },
  ])('does not exist for whom a proxy speaks for: %o', async (headers) => {
    const { status, body } = await scrape(beside, headers);
    expect(status).toBe(404);
    expect(body).not.toContain('one 1');
  });
});

describe('/metrics on a listener of its own', () => {
  it('answers whoever can connect', async () => {
    const headers = { host: 'daybook', 'x-forwarded-for': '10.1.2.3' };
    expect(await scrape(apart, headers)).toEqual({ status: 200, body: 'one 1\n' });
  });
});
