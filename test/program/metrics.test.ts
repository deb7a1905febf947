import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Program, program } from '../support/program.ts';

const ics = (uid: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20261201T100000Z\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

const CALENDAR = '/SOGo/dav/ada/Calendar/personal/';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

/** Series with their labels, and what they stand at. */
const scraped = async (url: string): Promise<ReadonlyMap<string, number>> => {
  const answer = await fetch(url);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toContain('version=0.0.4');
  const lines = (await answer.text()).split('\n').filter((line) => /^[a-z]/.test(line));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
};

describe('/metrics of a running server', () => {
  let server: Program;
  beforeAll(async () => {
    server = await program();
    await server.start();
  });
  afterAll(() => server?.discard(), 30_000);

  it('tells of requests, appends, projections and the process, and of nobody by name', async () => {
    const url = `${server.origin}/metrics`;
    const put = async (name: string) =>
      server.request('PUT', `${CALENDAR}${name}.ics`, {
        body: ics(name),
        headers: { 'content-type': 'text/calendar' },
      });
    expect((await put('one')).status).toBe(201);
    const before = await scraped(url);
    for (const name of ['two', 'three', 'four']) expect((await put(name)).status).toBe(201);
    await server.request('GET', `${CALENDAR}missing.ics`);
    const after = await scraped(url);
    const grown = (series: string): number => (after.get(series) ?? 0) - (before.get(series) ?? 0);

    expect(grown('daybook_requests_total{method="PUT",status="201"}')).toBe(3);
    expect(grown('daybook_requests_total{method="GET",status="404"}')).toBe(1);
    expect(grown('daybook_request_seconds_count{method="PUT"}')).toBe(3);
    expect(grown('daybook_append_seconds_count')).toBe(3);
    expect(grown('daybook_append_events_sum')).toBe(3);
    expect(grown('daybook_log_transaction_appends_sum')).toBe(3);
    expect(grown('daybook_append_conflicts_total')).toBe(0);
    expect(after.get('daybook_requests_open')).toBe(1);
    expect(after.get('daybook_log_up')).toBe(1);
    expect(after.get('daybook_log_subscription_up')).toBe(1);
    expect(after.get('daybook_projection_partitions{projection="collection",state="held"}')).toBe(
      16,
    );
    expect(after.get('daybook_cache_members{cache="calendar"}')).toBeGreaterThanOrEqual(5);
    expect(after.get('daybook_log_lines_total{level="info",code="server-ready"}')).toBe(1);
    expect(after.get('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect([...after.keys()].filter((series) => /ada|personal|two/.test(series))).toEqual([]);
    await expect
      .poll(async () => (await scraped(url)).get('daybook_projection_lag_seconds'), {
        timeout: 30_000,
      })
      .toBe(0);
  });
});

it('DAYBOOK_METRICS_LISTEN moves /metrics to an address of its own', async () => {
  const port = await freePort();
  const server = await program({ DAYBOOK_METRICS_LISTEN: `127.0.0.1:${port}` }, false);
  try {
    await server.start();
    expect((await scraped(`http://127.0.0.1:${port}/metrics`)).get('daybook_log_up')).toBe(1);
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    expect((await fetch(`${server.origin}/metrics`)).status).toBe(404);
    expect(await server.stop()).toBe(0);
  } finally {
    await server.discard();
  }
});
