import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import pg from 'pg';
import { headerOf, type MailSink, mailSink, type ReceivedMail } from '../support/mail-sink.ts';
import { eventText } from '../support/objects.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Program, program } from '../support/program.ts';

let postgres: TestPostgres;
let nodes: readonly [Program, Program];
let sink: MailSink;
let client: pg.Client;
let folder: string;

const patience = { timeout: 60_000, interval: 50 };

beforeAll(async () => {
  postgres = await startPostgres();
  sink = await mailSink();
  folder = await mkdtemp(join(tmpdir(), 'daybook-mail-'));
  const file = join(folder, 'sogo.conf');
  await writeFile(
    file,
    `{ SOGoMailingMechanism = smtp; SOGoSMTPServer = "smtp://127.0.0.1:${sink.port}";
       SOGoMailDomain = "acme.com"; DaybookMailFrom = "daybook@acme.com";
       SOGoFoldersSendEMailNotifications = YES; SOGoEnableEMailAlarms = YES; }`,
  );
  const shared = { DATABASE_URL: postgres.url };
  const serving = ['--config', file];
  nodes = [await program(shared, true, serving), await program(shared, false, serving)];
  await Promise.all(nodes.map((node) => node.start()));
  client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await vi.waitFor(async () => {
    const { rowCount } = await client.query(
      `select from outbox.reactions where reaction in ('folder-notices', 'reminders')`,
    );
    if (rowCount !== 2) throw new Error('nobody reacts');
  }, patience);
}, 120_000);
afterAll(async () => {
  await client?.end();
  await Promise.all((nodes ?? []).map((node) => node.discard()));
  await sink?.close();
  await postgres?.stop();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

const make = async (node: Program, name: string): Promise<void> => {
  const answer = await node.request('MKCALENDAR', `/SOGo/dav/ada/Calendar/${name}/`, {
    // Of Daybook's two servers one user has one password.
    authorization: nodes[0].authorization,
  });
  await answer.body?.cancel();
  expect(answer.status).toBe(201);
};

const subjectsOf = (mails: readonly ReceivedMail[]): readonly string[] =>
  mails.map((mail) => headerOf(mail, 'Subject') ?? '');
const come = (wanted: readonly string[]) =>
  expect.poll(() => subjectsOf(sink.taken), patience).toEqual(wanted);

const list = async (): Promise<readonly { key: string; attempts: number; trouble?: string }[]> => {
  const { code, out, err } = await nodes[0].daybook(['outbox', 'list']);
  expect(code, err).toBe(0);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { key: string; attempts: number; trouble?: string });
};

/** Of what waits, in its order: whether it was tried and is not under way. */
const tried = async (): Promise<readonly boolean[]> => {
  const { rows } = await client.query<{ tried: boolean }>(
    `select attempts > 0 and leased_until <= now() as tried from outbox.messages
     where state = 'waiting' order by place`,
  );
  return rows.map((row) => row.tried);
};

it('sends one message for an event, whichever of two nodes had it', async () => {
  await make(nodes[0], 'one');
  await make(nodes[1], 'two');
  await come(['New calendar: one', 'New calendar: two']);
  expect(sink.taken[0]).toMatchObject({
    ...{ sender: 'daybook@acme.com', recipients: ['ada@acme.com'] },
  });
  await expect.poll(tried, patience).toEqual([]);
});

it('keeps messages while the mail server is away, and sends them in their order', async () => {
  const { port } = sink;
  await sink.close();
  for (const name of ['three', 'four', 'five']) await make(nodes[0], name);
  await expect.poll(tried, patience).toEqual([true, false, false]);
  const scraped = await (await nodes[0].request('GET', '/metrics')).text();
  expect(scraped).toContain('\ndaybook_mails_waiting 3\n');
  const [first, second = { key: '' }] = await list();
  expect(first).toMatchObject({ trouble: 'unreachable' });
  expect((await nodes[0].daybook(['outbox', 'discard', second.key])).code).toBe(0);
  sink = await mailSink({ port });
  expect((await nodes[0].daybook(['outbox', 'retry'])).code).toBe(2);
  expect((await nodes[0].daybook(['outbox', 'retry', '--all'])).out).toBe('2 to be tried now\n');
  await come(['New calendar: three', 'New calendar: five']);
});

it('loses no message to kill -9, and sends none twice but the one that was under way', async () => {
  const { port } = sink;
  await sink.close();
  let letGo = (): void => undefined;
  const held = new Promise<'taken'>((resolve) => {
    letGo = () => resolve('taken');
  });
  sink = await mailSink({ port, answer: (_, which) => (which === 1 ? held : 'taken') });
  for (const name of ['six', 'seven', 'eight']) await make(nodes[1], name);
  // All of the first has come, and it was not answered.
  await expect.poll(() => sink.came.length, patience).toBe(1);
  await Promise.all(nodes.map((node) => node.kill()));
  letGo();
  await Promise.all(nodes.map((node) => node.start()));
  await expect
    .poll(() => subjectsOf(sink.came), patience)
    .toEqual(['six', 'six', 'seven', 'eight'].map((name) => `New calendar: ${name}`));
  const ids = sink.came.map((mail) => headerOf(mail, 'Message-ID'));
  expect(ids[0]).toBe(ids[1]);
  expect(new Set(ids).size).toBe(3);
  await expect.poll(tried, patience).toEqual([]);
});

it('tells of an event that a node had not reacted to when it was killed', async () => {
  await make(nodes[0], 'nine');
  await Promise.all(nodes.map((node) => node.kill()));
  await Promise.all(nodes.map((node) => node.start()));
  await expect.poll(() => subjectsOf(sink.taken).at(-1), patience).toBe('New calendar: nine');
  await expect.poll(tried, patience).toEqual([]);
  expect(subjectsOf(sink.taken).filter((subject) => subject.endsWith('nine'))).toHaveLength(1);
});

it('stops in time although a mail server does not answer, and sends the message after the restart', async () => {
  const { port } = sink;
  await sink.close();
  let letGo = (): void => undefined;
  const held = new Promise<'taken'>((resolve) => {
    letGo = () => resolve('taken');
  });
  sink = await mailSink({ port, answer: (_, which) => (which === 1 ? held : 'taken') });
  await make(nodes[0], 'ten');
  await expect.poll(() => sink.came.length, patience).toBe(1);
  expect(await Promise.all(nodes.map((node) => node.stop()))).toEqual([0, 0]);
  for (const node of nodes) expect(node.logs()).not.toContain('server-stopped-late');
  letGo();
  await nodes[0].start();
  await nodes[1].start();
  await expect
    .poll(() => subjectsOf(sink.came), patience)
    .toEqual(['New calendar: ten', 'New calendar: ten']);
  await expect.poll(tried, patience).toEqual([]);
});

it('mails a reminder late, and once, that rang while no server ran', async () => {
  const before = sink.came.length;
  const lines = ['BEGIN:VALARM', 'ACTION:EMAIL', 'TRIGGER:-PT1H', 'END:VALARM'];
  const start = new Date(Date.now() + 3_600_000 + 12_000).toISOString();
  const body = eventText('soon', 'SUMMARY:Soon', 'DURATION:PT1H', ...lines).replace(
    /DTSTART.*/,
    `DTSTART:${start.replaceAll(/[-:]|\.\d+/g, '')}`,
  );
  const stored = await nodes[0].request('PUT', '/SOGo/dav/ada/Calendar/personal/soon.ics', {
    headers: { 'content-type': 'text/calendar' },
    body,
  });
  expect(stored.status).toBe(201);
  const jobs = async (): Promise<readonly object[]> => {
    const { out } = await nodes[0].daybook(['jobs', 'list']);
    return out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as object);
  };
  const kept = async () => (await client.query('select from jobs.jobs')).rowCount;
  await expect.poll(kept, patience).toBe(1);
  await Promise.all(nodes.map((node) => node.kill()));
  expect(await jobs()).toMatchObject([{ kind: 'reminder', attempts: 0 }]);
  const isDue = async () =>
    (await client.query<{ due: boolean }>('select bool_and(due_at < now()) as due from jobs.jobs'))
      .rows[0]?.due;
  await expect.poll(isDue, patience).toBe(true);
  expect(sink.came.length).toBe(before);
  await Promise.all(nodes.map((node) => node.start()));
  await expect
    .poll(() => subjectsOf(sink.came).slice(before), patience)
    .toEqual(['Reminder: Soon']);
  await expect.poll(kept, patience).toBe(0);
  await expect.poll(tried, patience).toEqual([]);
  expect(sink.came.length).toBe(before + 1);
});
