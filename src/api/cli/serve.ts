import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { AccountRefusal } from '../accounts.ts';
import type { Daybook } from '../daybook.ts';
import { closedInTime, closeInTime } from '../http/closing.ts';
import type { Log } from '../log.ts';
import { RELOAD, type Reload } from '../reloading.ts';
import { type Command, type Given, text } from './command.ts';
import { type Listen, listenOn } from './listen.ts';
import { randomPassword } from './password.ts';
import type { Surroundings } from './surroundings.ts';
import { untilAborted } from './until-aborted.ts';

export interface Serving {
  readonly daybook: Daybook;
  readonly app: FastifyInstance;
  readonly listen: Listen;
  /** Where everything is kept, in words for the administrator. */
  readonly place: string;
  readonly log: Log;
  /** Reads the configuration again. */
  readonly reload: Reload;
  /** A listener for `/metrics` alone. */
  readonly metrics: { readonly app: FastifyInstance; readonly listen: Listen } | undefined;
  /** Connections that may wait to be accepted. */
  readonly backlog: number;
  /** What the configuration sets without effect, once each. */
  readonly notInEffect: readonly string[];
  /** What the configuration says and perhaps does not mean. */
  readonly doubts: readonly string[];
}

/** The login that the very first start makes, so that a newcomer has something to connect with. */
const FIRST_LOGIN = 'demo';

interface FirstAccount {
  readonly login: string;
  readonly password: string;
}

/**
 * On an empty log: somebody to log in as. The password is printed once and kept nowhere, so nothing
 * that could keep it from being printed may come after this.
 */
const makeFirstAccount = async ({ daybook, log }: Serving): Promise<FirstAccount | undefined> => {
  if ((await daybook.store.end()) !== 'start') return undefined;
  const account = { login: FIRST_LOGIN, password: randomPassword() };
  try {
    await daybook.accounts.add({ ...account, displayName: 'Demo' });
  } catch (error) {
    // Another node, started at the same moment, was quicker, and printed the password.
    if (error instanceof AccountRefusal) return undefined;
    throw error;
  }
  log('account-made', { login: FIRST_LOGIN });
  return account;
};

const originOf = (address: AddressInfo | string | null): string => {
  if (address === null) return '';
  if (typeof address === 'string') return `unix:${address}`;
  const everywhere = ['::', '0.0.0.0'].includes(address.address);
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${everywhere ? 'localhost' : host}:${address.port}`;
};

/** The options that lead a command to the same data. */
const sameData = (given: Given): string =>
  ['config', 'data']
    .map((name) => {
      const value = text(given, name);
      return value === undefined ? '' : ` --${name} ${value}`;
    })
    .join('');

const welcome = (
  { origin, place, version }: { origin: string; place: string; version: string },
  given: Given,
  first: FirstAccount | undefined,
): string => {
  const lines = [`Daybook ${version} is ready: ${origin}/`];
  if (first !== undefined)
    lines.push(
      '',
      'This is the first start, so there is a user to try it with. The password is shown only now:',
      '',
      `  user      ${first.login}`,
      `  password  ${first.password}`,
      `  calendar  ${origin}/SOGo/dav/${first.login}/Calendar/personal/`,
      `  contacts  ${origin}/SOGo/dav/${first.login}/Contacts/personal/`,
      '',
      `Connect a client:  open ${origin}/ in a browser, it says how`,
      `Add people:        npx daybook user add NAME${sameData(given)}`,
    );
  lines.push('', `Everything is kept in ${place}. Stop with Ctrl-C.`);
  return lines.join('\n');
};

/** `daybook serve`. */
export const serveCommand = (
  prepare: (given: Given) => Promise<Serving>,
): Command<Surroundings> => ({
  name: 'serve',
  summary: 'serve CalDAV and CardDAV until stopped',
  operands: [],
  options: [
    {
      name: 'listen',
      value: 'ADDR:PORT',
      summary: 'where to listen (127.0.0.1:20000); [V6]:PORT, *:PORT and unix:/PATH too',
    },
  ],
  details: `Log lines go to standard error as JSON. SIGTERM or Ctrl-C finishes what is under way and stops.
SIGHUP reads the configuration again (\`daybook reload\`), except where a terminal was closed: that stops.
The first start on an empty log makes a user '${FIRST_LOGIN}' and prints its password once.`,
  async run(given, { print, signal, version }) {
    const serving = await prepare(given);
    const { daybook, app, listen, place, log, metrics } = serving;
    try {
      for (const warning of serving.notInEffect) log('parameter-not-in-effect', { warning });
      for (const warning of serving.doubts) log('configuration-doubtful', { warning });
      if (metrics !== undefined) await listenOn(metrics.app, metrics.listen, serving.backlog);
      await listenOn(app, listen, serving.backlog);
      const origin = originOf(app.server.address());
      log('server-listening', { origin });
      const stop = untilAborted(signal);
      const answer = async (question: string): Promise<string> =>
        question === RELOAD ? JSON.stringify(await serving.reload()) : '';
      await Promise.race([daybook.nodes.listen(daybook.nodeId, answer), stop]);
      await Promise.race([daybook.caughtUp(), stop]);
      if (!signal.aborted) {
        log('server-ready', { origin });
        const first = await makeFirstAccount(serving);
        print(welcome({ origin, place, version }, given, first));
      }
      await stop;
      log('server-stopping');
      return 0;
    } finally {
      const inTime = await closedInTime(async () => {
        try {
          await closeInTime(app);
          await metrics?.app.close();
        } finally {
          await daybook.close();
        }
      });
      log(inTime ? 'server-stopped' : 'server-stopped-late');
    }
  },
});
