import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { NodeAnswer, Nodes } from '../../domain/kernel/nodes.ts';

interface NodesParts {
  readonly connectionString: string;
  /** Told when a connection is lost. */
  report(trouble: unknown): void;
  /** How long after that another is made, in ms. */
  readonly retry?: number;
}

const QUESTIONS = 'daybook_questions';
const ANSWERS = 'daybook_answers';
/** Before a node's name, in what PostgreSQL calls the application's. */
const LISTENING = 'daybook node ';
/** Octets of a payload of NOTIFY, at the most. */
const PAYLOAD = 7999;

interface Question {
  readonly id: string;
  readonly text: string;
}

/** Which connection of which node answers which question. */
interface Answer extends Question {
  readonly pid: number;
}

/** `undefined` for what another program may have sent. */
const read = <Message extends Question>(payload: string | undefined): Message | undefined => {
  try {
    const message = JSON.parse(payload ?? '') as Partial<Message> | null;
    return typeof message?.id === 'string' && typeof message.text === 'string'
      ? (message as Message)
      : undefined;
  } catch {
    return undefined;
  }
};

/** With as much of the text as there is room for. */
const payloadOf = (message: Question): string => {
  const payload = JSON.stringify(message);
  const half = message.text.slice(0, message.text.length / 2);
  return Buffer.byteLength(payload) <= PAYLOAD ? payload : payloadOf({ ...message, text: half });
};

/** The first of both: what is waited for, or the time is over. */
const inTime = async (wait: Promise<void>, patience: number): Promise<void> => {
  const timer = new AbortController();
  const late = sleep(patience, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([wait, late]);
  timer.abort();
};

const notify = 'select pg_notify($1, $2)';

/**
 * LISTEN and NOTIFY of PostgreSQL. Who listens is seen by his connection, so a node that died is not waited
 * for. Needs a connection that stays: not one of a pooler in transaction mode.
 */
export const postgresNodes = ({ connectionString, report, retry = 1000 }: NodesParts): Nodes => {
  const closing = new AbortController();
  const { signal } = closing;
  let listening: Promise<void> = Promise.resolve();

  const connect = async (name: string): Promise<pg.Client> => {
    const client = new pg.Client({
      connectionString,
      application_name: name,
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 30_000,
    });
    // Also tells of its end; without a listener it would end the process.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };

  /** Until the connection is lost, or we are closed. */
  const answering = async (
    client: pg.Client,
    answer: (question: string) => Promise<string>,
  ): Promise<void> => {
    const over = new Promise<void>((resolve) => {
      client.once('end', () => resolve());
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const pid = rows[0]?.pid ?? 0;
    client.on('notification', ({ payload }) => {
      const question = read<Question>(payload);
      if (question === undefined) return;
      answer(question.text)
        .then((text) => {
          const told: Answer = { id: question.id, pid, text };
          return client.query(notify, [ANSWERS, payloadOf(told)]);
        })
        .catch(report);
    });
    await client.query(`listen ${QUESTIONS}`);
    started();
    await over;
  };

  let started = (): void => undefined;

  const run = async (node: string, answer: (question: string) => Promise<string>) => {
    while (!signal.aborted) {
      let client: pg.Client | undefined;
      try {
        client = await connect(`${LISTENING}${node}`);
        await answering(client, answer);
        if (!signal.aborted) throw new Error('the connection ended');
      } catch (error) {
        report(error);
        await sleep(retry, undefined, { signal }).catch(() => undefined);
      } finally {
        await client?.end().catch(() => undefined);
      }
    }
  };

  return {
    listen(node, answer) {
      const first = new Promise<void>((resolve) => {
        started = resolve;
      });
      listening = run(node, answer);
      return Promise.race([first, listening]);
    },
    async ask(text, patience) {
      const client = await connect('daybook');
      try {
        const question: Question = { id: randomUUID(), text };
        const { rows } = await client.query<{ pid: number; name: string }>(
          `select pid, substr(application_name, $1::int) as name from pg_stat_activity
           where datname = current_database() and starts_with(application_name, $2) order by 2, 1`,
          [LISTENING.length + 1, LISTENING],
        );
        const answers = new Map<number, string>();
        const all = new Promise<void>((resolve) => {
          if (rows.length === 0) resolve();
          client.on('notification', ({ payload }) => {
            const answer = read<Answer>(payload);
            if (answer?.id !== question.id) return;
            answers.set(answer.pid, answer.text);
            if (rows.every(({ pid }) => answers.has(pid))) resolve();
          });
        });
        await client.query(`listen ${ANSWERS}`);
        await client.query(notify, [QUESTIONS, payloadOf(question)]);
        await inTime(all, patience);
        return rows.map(({ pid, name }): NodeAnswer => ({ node: name, text: answers.get(pid) }));
      } finally {
        await client.end();
      }
    },
    async close() {
      closing.abort();
      await listening;
    },
  };
};
