import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { watchedMailbox } from '../../src/adapters/imap/watched-mailbox.ts';
import type { TakeMail } from '../../src/api/mail-in/taking.ts';
import { watchingMailbox } from '../../src/api/mail-in/watching.ts';
import type { Checkpoints } from '../../src/domain/kernel/checkpoints.ts';
import type { Position } from '../../src/domain/kernel/event-store.ts';
import { StoreUnavailable } from '../../src/domain/kernel/event-store.ts';
import { dovecotNeeds, startDovecot, type TestDovecot } from '../support/mail-server/dovecot.ts';
import { describeWith } from '../support/needing.ts';

/** One place, of one reaction, that one node has at a time. */
const oneCheckpoint = (): Checkpoints & { place(): string } => {
  let place: Position | 'start' | undefined;
  let holder: string | undefined;
  return {
    place: () => place ?? '',
    hold: async (_, node, first) => {
      if (holder !== undefined && holder !== node) return undefined;
      holder = node;
      return (place ??= first);
    },
    move: async (_, node, to) => {
      if (holder !== node) return false;
      place = to;
      return true;
    },
    release: async (_, node) => {
      if (holder === node) holder = undefined;
    },
    drop: async () => {
      place = undefined;
    },
  };
};

const invitation = (subject: string): string =>
  `From: g@x.test\r\nSubject: ${subject}\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\n`;

const until = async (what: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 1200 && !what(); tries += 1) await sleep(25);
};

describeWith('a mailbox that is watched (RFC 9051, RFC 2177)', dovecotNeeds, () => {
  let dovecot: TestDovecot;
  let taken: string[];
  let codes: string[];
  let open: { close(): Promise<void> }[];
  let trouble: Error | undefined;
  beforeAll(async () => {
    dovecot = await startDovecot();
  }, 60_000);
  afterAll(() => dovecot.stop());
  beforeEach(() => {
    [taken, codes, open, trouble] = [[], [], [], undefined];
  });
  afterEach(async () => {
    await Promise.all(open.map((one) => one.close()));
  });

  const take =
    (node: string): TakeMail =>
    async (octets) => {
      if (trouble !== undefined) throw trouble;
      const [, subject = ''] = /Subject: (\S+)/.exec(Buffer.from(octets).toString()) ?? [];
      taken.push(`${node} ${subject}`);
      return { kind: 'heeded', messages: [] };
    };

  const watch = (user: string, node: string, checkpoints: Checkpoints, password = 'secret') => {
    const server = `127.0.0.1:${dovecot.port}`;
    const watching = watchingMailbox({
      ...{ name: user, node, checkpoints, take: take(node), every: 20 },
      open: watchedMailbox({ server, user, password, mailbox: 'INBOX' }),
      log: (code, fields) => {
        const cause = fields?.['cause'];
        codes.push(typeof cause === 'string' ? `${code} ${cause}` : code);
      },
    });
    open.push(watching);
    return watching;
  };

  it('gives what is there, and what comes, once and in its order; no mail without a calendar', async () => {
    await dovecot.deliver('one', invitation('first'));
    await dovecot.deliver('one', 'From: g@x.test\r\nSubject: plain\r\n\r\nHello\r\n');
    const checkpoints = oneCheckpoint();
    const watching = watch('one', 'a', checkpoints);
    await until(() => taken.length === 1 && checkpoints.place().endsWith(':2'));
    await dovecot.deliver('one', invitation('second'));
    await until(() => taken.length === 2);
    expect(taken).toEqual(['a first', 'a second']);
    await watching.close();
    await dovecot.deliver('one', invitation('third'));
    watch('one', 'b', checkpoints);
    await until(() => taken.length === 3);
    expect(taken.slice(2)).toEqual(['b third']);
  });

  it('is found again after the server was away', async () => {
    await dovecot.deliver('two', invitation('before'));
    watch('two', 'a', oneCheckpoint());
    await until(() => taken.length === 1);
    await dovecot.restart();
    await dovecot.deliver('two', invitation('after'));
    await until(() => taken.length === 2);
    expect(taken).toEqual(['a before', 'a after']);
    expect(codes.some((code) => code.startsWith('mailbox-trouble'))).toBe(true);
  });

  it('is watched by one node at a time, and by the next when that ends', async () => {
    const checkpoints = oneCheckpoint();
    await dovecot.deliver('three', invitation('first'));
    const first = watch('three', 'a', checkpoints);
    watch('three', 'b', checkpoints);
    await until(() => taken.length === 1);
    const [node] = taken[0]?.split(' ') ?? [];
    expect(node).toBe('a');
    await first.close();
    await dovecot.deliver('three', invitation('second'));
    await until(() => taken.length === 2);
    expect(taken).toEqual(['a first', 'b second']);
  });

  it('keeps a mail that cannot be heeded now, and gives it again', async () => {
    trouble = new StoreUnavailable('away');
    await dovecot.deliver('four', invitation('kept'));
    const checkpoints = oneCheckpoint();
    watch('four', 'a', checkpoints);
    await until(() => codes.includes('mailbox-watched'));
    await sleep(200);
    expect([taken, checkpoints.place()]).toEqual([[], 'start']);
    trouble = undefined;
    await until(() => taken.length === 1);
    expect(taken).toEqual(['a kept']);
  });

  it('says why it cannot be opened, not with which password', async () => {
    watch('five', 'a', oneCheckpoint(), 'wrong');
    await until(() => codes.length > 0);
    expect(codes[0]).toBe('mailbox-trouble not-authenticated');
  });
});
