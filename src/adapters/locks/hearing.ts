import pg from 'pg';
import { CHANNEL } from './schema.ts';

interface HearingParts {
  readonly connection: pg.ClientConfig;
  /** A lock was taken in a tree. */
  readonly told: (tree: string) => void;
  /** Asked after every new connection, before it counts: what was said meanwhile is gone. */
  readonly look: () => Promise<void>;
}

/** Hears of locks that other nodes take, on a connection of its own. */
export interface Hearing {
  /** Whether everything said until now was heard. */
  hears(): boolean;
  close(): Promise<void>;
}

const LONGEST_PAUSE = 5000;

export const hearing = ({ connection, told, look }: HearingParts): Hearing => {
  let client: pg.Client | undefined;
  let current = false;
  let closed = false;
  let pause = 50;
  let timer: NodeJS.Timeout | undefined;

  const listen = async (): Promise<void> => {
    const mine = new pg.Client({ ...connection, keepAlive: true });
    client = mine;
    let lost = false;
    const again = (): void => {
      if (lost) return;
      lost = true;
      current = false;
      if (closed) return;
      mine.end().catch(() => undefined);
      timer = setTimeout(() => void listen(), pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
    mine.on('error', again);
    mine.on('end', again);
    mine.on('notification', ({ payload = '' }) => told(payload));
    try {
      await mine.connect();
      if (closed) return await mine.end();
      await mine.query(`listen ${pg.escapeIdentifier(CHANNEL)}`);
      await look();
      current = !lost;
      pause = 50;
    } catch {
      // Until it hears again, the table is asked each time.
      again();
    }
  };

  const listening = listen();
  return {
    hears: () => current,
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
      await listening;
    },
  };
};
