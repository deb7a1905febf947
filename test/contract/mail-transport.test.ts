import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { mailTransport } from '../../src/adapters/smtp/mail-transport.ts';
import { relayFrom } from '../../src/adapters/smtp/relay.ts';
import type { MailOut } from '../../src/adapters/smtp/settings.ts';
import { headerOf, type MailSink, type MailSinkOptions, mailSink } from '../support/mail-sink.ts';
import { someMail } from '../support/mails.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const sink = async (options: MailSinkOptions = {}): Promise<MailSink> => {
  const made = await mailSink(options);
  closing.push(made.close);
  return made;
};

const by = (server: string, more: Partial<MailOut> = {}) =>
  mailTransport(() => ({ mechanism: 'smtp', server, program: '/nowhere', ...more }));

describe('SOGoSMTPServer', () => {
  it.each([
    ['localhost', { host: 'localhost', port: 25, encryption: 'none', verified: true }],
    ['mx.acme.com:2525', { host: 'mx.acme.com', port: 2525, encryption: 'none', verified: true }],
    ['[::1]:25', { host: '::1', port: 25, encryption: 'none', verified: true }],
    ['smtps://mx.acme.com', { host: 'mx.acme.com', port: 465, encryption: 'tls', verified: true }],
    [
      'smtp://mx.acme.com:587/?tls=YES',
      { host: 'mx.acme.com', port: 587, encryption: 'starttls', verified: true },
    ],
    [
      'smtp://mx.acme.com/?tls=YES&tlsVerifyMode=none',
      { host: 'mx.acme.com', port: 25, encryption: 'starttls', verified: false },
    ],
    [
      'smtps://127.0.0.1/?tlsVerifyMode=allowInsecureLocalhost',
      { host: '127.0.0.1', port: 465, encryption: 'tls', verified: false },
    ],
    [
      'smtps://mx.acme.com/?tlsVerifyMode=allowInsecureLocalhost',
      { host: 'mx.acme.com', port: 465, encryption: 'tls', verified: true },
    ],
    ['http://mx.acme.com', undefined],
  ])('%s', (server, relay) => expect(relayFrom(server)).toEqual(relay));
});

describe('by SMTP', () => {
  it('sends a message that programs do not answer, both bodies in it (RFC 5322, RFC 3834)', async () => {
    const server = await sink();
    const mail = someMail({
      subject: 'Grüße 🎂',
      to: { address: 'ada@x.org', name: 'Ada Łovelace' },
    });
    expect(await by(`smtp://127.0.0.1:${server.port}`)(mail)).toEqual({ kind: 'sent' });
    const [taken] = server.taken;
    if (taken === undefined) throw new Error('nothing came');
    expect(taken).toMatchObject({ sender: 'server@example.org', recipients: ['ada@x.org'] });
    expect(headerOf(taken, 'Auto-Submitted')).toBe('auto-generated');
    expect(headerOf(taken, 'Message-ID')).toBe('<cause@example.org>');
    expect(headerOf(taken, 'Date')).toBe('Sun, 22 Nov 2026 10:00:00 +0000');
    expect(headerOf(taken, 'From')).toBe('Server <server@example.org>');
    expect(headerOf(taken, 'Subject')).toMatch(/^=\?UTF-8\?[BQ]\?.*\?=$/);
    expect(headerOf(taken, 'To')).toMatch(/^=\?UTF-8\?[BQ]\?.*\?= <ada@x\.org>$/);
    expect(headerOf(taken, 'Content-Type')).toContain('multipart/alternative');
    expect(taken.text).toContain('Content-Type: text/plain');
    expect(taken.text).toContain('Content-Type: text/html');
    expect(taken.text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    expect(Math.max(...taken.text.split('\r\n').map((line) => line.length))).toBeLessThan(999);
  });

  it('sends a calendar object as an alternative to the words, and as a file (RFC 6047 §2.4)', async () => {
    const server = await sink();
    const text = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n';
    const mail = someMail({
      ...{ calendar: { method: 'REQUEST', text }, kind: 'calendar:invitation' },
      ...{ thread: 'about@example.org', sender: { address: 'eve@example.org', name: 'Eve' } },
    });
    expect(await by(`smtp://127.0.0.1:${server.port}`)(mail)).toEqual({ kind: 'sent' });
    const [taken] = server.taken;
    if (taken === undefined) throw new Error('nothing came');
    expect(headerOf(taken, 'Content-Type')).toContain('multipart/mixed');
    expect(headerOf(taken, 'X-SOGo-Message-Type')).toBe('calendar:invitation');
    expect(headerOf(taken, 'Sender')).toBe('Eve <eve@example.org>');
    for (const name of ['References', 'In-Reply-To'])
      expect(headerOf(taken, name)).toBe('<about@example.org>');
    const types = [...taken.text.matchAll(/^Content-Type: ([^;\r]*)/gm)].map(([, type]) => type);
    expect(types).toEqual([
      ...['multipart/mixed', 'multipart/alternative', 'text/plain', 'text/html'],
      ...['text/calendar', 'application/ics'],
    ]);
    const unfolded = taken.text.replaceAll('\r\n ', ' ');
    expect(unfolded).toMatch(/text\/calendar; charset=utf-8; method=REQUEST/i);
    expect(unfolded).toMatch(/Content-Disposition: attachment; filename=invite\.ics/);
    expect(taken.text).toContain(Buffer.from(text).toString('base64').slice(0, 60));
  });

  it('lets nobody write a header, whatever stands in names and subjects', async () => {
    const server = await sink();
    const evil = 'x\r\nBcc: eve@x.org\r\n\r\nbody\u2028\u0000\u0085';
    const mail = someMail({
      subject: evil,
      from: { address: 'a@x.org', name: `${evil}" <root@x.org>,` },
      to: { address: 'b@x.org', name: `${evil}, eve@x.org` },
    });
    expect(await by(`127.0.0.1:${server.port}`)(mail)).toEqual({ kind: 'sent' });
    const [taken] = server.taken;
    if (taken === undefined) throw new Error('nothing came');
    expect(taken.recipients).toEqual(['b@x.org']);
    const [head = ''] = taken.text.split('\r\n\r\n');
    const names = head
      .split('\r\n')
      .filter((line) => !/^\s/.test(line))
      .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
    expect(names.toSorted()).toEqual(
      [
        ...['auto-submitted', 'content-type', 'date', 'from', 'message-id', 'mime-version'],
        ...['subject', 'to'],
      ].toSorted(),
    );
    for (const [from, to] of [
      ['a@x.org\r\nRCPT TO:<eve@x.org>', 'b@x.org'],
      ['a@x.org', 'b@x.org> SIZE=1\r\nRCPT TO:<eve@x.org'],
    ] as const)
      expect(
        await by(`127.0.0.1:${server.port}`)(
          someMail({ from: { address: from, name: '' }, to: { address: to, name: '' } }),
        ),
      ).toEqual({ kind: 'failed', passing: false, trouble: 'bad-address' });
    expect(server.came).toHaveLength(1);
  });

  it.each([
    [451, true],
    [421, true],
    [452, true],
    [550, false],
    [554, false],
  ])('tells %d after the message from what lasts: passing %s', async (status, passing) => {
    const server = await sink({ answer: () => ({ status }) });
    expect(await by(`127.0.0.1:${server.port}`)(someMail())).toEqual({
      ...{ kind: 'failed', passing, trouble: 'refused', status },
    });
  });

  it.each([
    [450, true],
    [550, false],
    [530, true],
  ])('tells %d for a recipient from what lasts: passing %s', async (status, passing) => {
    const server = await sink({ refuse: () => status });
    expect(await by(`127.0.0.1:${server.port}`)(someMail())).toMatchObject({ passing, status });
    expect(server.came).toEqual([]);
  });

  it('does not take a connection that ends after the message for an answer', async () => {
    const server = await sink({ answer: () => 'cut' });
    const outcome = await by(`127.0.0.1:${server.port}`)(someMail());
    expect(outcome).toEqual({ kind: 'failed', passing: true, trouble: 'unreachable' });
    expect(server.came).toHaveLength(1);
  });

  it('goes on without a server, and with one that speaks something else', async () => {
    const other: Server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const passing = { kind: 'failed', passing: true };
    expect(await by(`127.0.0.1:${port}`)(someMail())).toMatchObject(passing);
    await new Promise((resolve) => other.close(resolve));
    expect(await by(`127.0.0.1:${port}`)(someMail())).toEqual({
      ...{ ...passing, trouble: 'unreachable' },
    });
  });

  it('encrypts where it should, or sends nothing (RFC 3207, RFC 8314)', async () => {
    const [upgrading, plain, secure] = [
      await sink({ starttls: true }),
      await sink(),
      await sink({ secure: true }),
    ];
    const starttls = `smtp://127.0.0.1:${upgrading.port}/?tls=YES`;
    expect(await by(starttls)(someMail())).toMatchObject({
      ...{ passing: true, trouble: 'bad-certificate' },
    });
    expect(upgrading.came).toEqual([]);
    const local = '&tlsVerifyMode=allowInsecureLocalhost';
    expect(await by(`${starttls}${local}`)(someMail())).toEqual({ kind: 'sent' });
    expect(upgrading.taken).toMatchObject([{ encrypted: true }]);
    expect(await by(`smtp://127.0.0.1:${plain.port}/?tls=YES${local}`)(someMail())).toMatchObject({
      ...{ kind: 'failed', passing: true },
    });
    expect(plain.came).toEqual([]);
    const smtps = `smtps://127.0.0.1:${secure.port}/`;
    expect(await by(smtps)(someMail())).toMatchObject({ trouble: 'bad-certificate' });
    expect(await by(`${smtps}?tlsVerifyMode=none`)(someMail())).toEqual({ kind: 'sent' });
    expect(secure.taken).toMatchObject([{ encrypted: true }]);
  });

  it('logs in as the master user (RFC 4954), and waits where it may not', async () => {
    const server = await sink({ login: { user: 'daybook', password: 'pässword' } });
    const login = { user: 'daybook', password: 'pässword', method: 'PLAIN' };
    const relay = `127.0.0.1:${server.port}`;
    expect(await by(relay, { login })(someMail())).toEqual({ kind: 'sent' });
    expect(server.taken).toMatchObject([{ user: 'daybook' }]);
    expect(await by(relay, { login: { ...login, password: 'wrong' } })(someMail())).toEqual({
      ...{ kind: 'failed', passing: true, trouble: 'not-authenticated', status: 535 },
    });
    expect(await by(relay)(someMail())).toMatchObject({ passing: true, status: 530 });
  });

  it('sends nothing where it is switched off', async () => {
    const server = await sink();
    const send = by(`127.0.0.1:${server.port}`, { mechanism: 'none' });
    expect(await send(someMail())).toMatchObject({ passing: true, trouble: 'switched-off' });
    expect(server.came).toEqual([]);
  });
});

describe('by a program', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-sendmail-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const program = async (name: string, script: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  };
  const through = (path: string) =>
    mailTransport(() => ({ mechanism: 'sendmail', server: 'localhost', program: path }));

  it('hands it the sender, the recipient and the message, and no shell anything', async () => {
    const path = await program(
      'good',
      `for each in "$@"; do echo "[$each]"; done > '${folder}/arguments'; cat > '${folder}/message'`,
    );
    const to = { address: "a$HOME'`id`|x@x.org", name: 'A' };
    expect(await through(path)(someMail({ to }))).toEqual({ kind: 'sent' });
    expect(await readFile(join(folder, 'arguments'), 'utf8')).toBe(
      `[-i]\n[-f]\n[server@example.org]\n[--]\n[${to.address}]\n`,
    );
    const message = await readFile(join(folder, 'message'), 'utf8');
    expect(message).toContain('Auto-Submitted: auto-generated\n');
    expect(message).not.toContain('\r');
    const option = someMail({ to: { address: '-C/etc/passwd@x.org', name: '' } });
    expect(await through(path)(option)).toMatchObject({ passing: false, trouble: 'bad-address' });
  });

  it.each([
    [75, true],
    [69, true],
    [67, false],
    [65, false],
  ])('tells exit %d from what lasts: passing %s (sysexits.h)', async (status, passing) => {
    // It reads nothing: the pipe breaks under a message of this size.
    const path = await program(`exit-${status}`, `exit ${status}`);
    expect(await through(path)(someMail({ text: 'x\n'.repeat(200_000) }))).toEqual({
      ...{ kind: 'failed', passing, trouble: 'program-failed', status },
    });
  });

  it('waits for a program that is not there', async () => {
    expect(await through(join(folder, 'none'))(someMail())).toEqual({
      ...{ kind: 'failed', passing: true, trouble: 'program-failed' },
    });
  });
});
