import pg from 'pg';
import { CHANNEL } from './schema.ts';

export interface WakeUpParts {
  readonly connection: pg.ClientConfig;
  /** Our own notifications are not news. */
  readonly origin: string;
  /** The log reaches this position. */
  readonly onEnd: (end: bigint) => void;
  /** Asked every second and after every new connection: notifications sent meanwhile are gone. */
  readonly look: () => Promise<void>;
  readonly report: (trouble: unknown) => void;
}

export interface WakeUp {
  /** Begins to listen, if it does not yet. */
  start(): void;
  close(): Promise<void>;
}

/** A lost notification is made good after this many milliseconds. */
const LOOK_EVERY = 1_000;
const LONGEST_PAUSE = 2_000;

/** Listens on a connection of its own to what other nodes append, and connects again when it is lost. */
export const wakeUp = ({ connection, origin, onEnd, look, report }: WakeUpParts): WakeUp => {
  let client: pg.Client | undefined;
  let pause = 50;
  let closed = false;
  let started = false;
  let looking: Promise<void> | undefined;
  const timers = new Set<NodeJS.Timeout>();

  const later = (ms: number, act: () => void): void => {
    if (closed) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  /** One look at a time, however slow the server. */
  const lookOnce = (): Promise<void> => {
    looking ??= look()
      .catch(report)
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };

  const lookAgain = (): void => {
    void lookOnce().then(() => later(LOOK_EVERY, lookAgain));
  };

  const listen = async (): Promise<void> => {
    const mine = new pg.Client({ ...connection, keepAlive: true });
    client = mine;
    let lost = false;
    const again = (trouble: unknown): void => {
      if (lost) return;
      lost = true;
      if (closed) return;
      report(trouble);
      mine.end().catch(() => undefined);
      later(pause, () => void listen());
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
    mine.on('error', again);
    mine.on('end', () => again(new Error('the connection that listens has ended')));
    mine.on('notification', ({ payload = '' }) => {
      const [end = '', by] = payload.split(' ');
      if (by !== origin && /^\d{1,19}$/.test(end)) onEnd(BigInt(end));
    });
    try {
      await mine.connect();
      if (closed) return await mine.end();
      await mine.query(`listen ${pg.escapeIdentifier(CHANNEL)}`);
      pause = 50;
      await lookOnce();
    } catch (error) {
      again(error);
    }
  };

  return {
    start: () => {
      if (started || closed) return;
      started = true;
      void listen();
      later(LOOK_EVERY, lookAgain);
    },
    close: async () => {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
};
