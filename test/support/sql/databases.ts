import type { Needed } from '../needing.ts';
import pg from 'pg';
import { startPostgres } from '../postgres.ts';
import { viewUrlOf } from '../view-url.ts';
import { mariadbNeeds, startMariadb } from './mariadb.ts';

/** A database of people, of whichever kind. */
export interface TestDatabase {
  viewUrl(table: string): string;
  /** Runs statements as somebody who may do anything. */
  run(statements: string): Promise<void>;
  /** The text of the first column of the first row. */
  text(query: string): Promise<string>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface DatabaseKind {
  readonly name: string;
  readonly needs: readonly Needed[];
  /** How a table is made whose texts are compared with regard to case. */
  readonly caseMatters: string;
  readonly octets: string;
  start(): Promise<TestDatabase>;
}

export const postgresql: DatabaseKind = {
  name: 'PostgreSQL',
  needs: [],
  caseMatters: '',
  octets: 'bytea',
  async start() {
    const server = await startPostgres();
    const client = async (): Promise<pg.Client> => {
      const made = new pg.Client({ connectionString: server.url });
      await made.connect();
      return made;
    };
    return {
      viewUrl: (table) => viewUrlOf(server, table),
      async run(statements) {
        const made = await client();
        try {
          await made.query(statements);
        } finally {
          await made.end();
        }
      },
      async text(query) {
        const made = await client();
        try {
          const { rows } = await made.query<Record<string, unknown>>(query);
          return String(Object.values(rows[0] ?? {})[0]);
        } finally {
          await made.end();
        }
      },
      kill: server.kill,
      restart: server.restart,
      stop: server.stop,
    };
  },
};

export const mariadb: DatabaseKind = {
  name: 'MariaDB',
  needs: mariadbNeeds,
  caseMatters: 'character set utf8mb4 collate utf8mb4_bin',
  octets: 'blob',
  async start() {
    const server = await startMariadb();
    return {
      viewUrl: server.viewUrl,
      async run(statements) {
        const made = await server.connect();
        try {
          await made.query(statements);
        } finally {
          await made.end();
        }
      },
      async text(query) {
        const made = await server.connect();
        try {
          const [rows] = await made.query(query);
          const [row] = Array.isArray(rows) ? rows : [];
          return String(Object.values(row ?? {})[0]);
        } finally {
          await made.end();
        }
      },
      kill: server.kill,
      restart: server.restart,
      stop: server.stop,
    };
  },
};
