import {
  type AppPasswordId,
  type AppPasswordProtocol,
  appPasswordProtocols,
} from '../../domain/account/app-passwords.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import type { AccountRow } from '../../projections/account/rows.ts';
import type { Daybook } from '../daybook.ts';
import type { AccessRefusal, Done, OwnAppPassword } from '../sign-in/own-access.ts';
import { accessRefusals } from '../sign-in/refusals.ts';
import { type Command, flag, type Given, text, UsageError } from './command.ts';
import type { Surroundings } from './surroundings.ts';

/** Says why something was not done; meant for the person at the keyboard. */
class Refused extends Error {
  override readonly name = 'Refused';
}

const done = <What>(outcome: Done<What>): What => {
  if (typeof outcome === 'object' && outcome !== null && 'rejected' in outcome) {
    const { kind }: AccessRefusal = outcome.rejected;
    throw new Refused(accessRefusals[kind].text);
  }
  return outcome;
};

type Work = (
  daybook: Daybook,
  account: AccountRow,
  given: Given,
  surroundings: Surroundings,
) => Promise<void>;

/** Opens the store and does something to the account that the first operand names. */
const forAccount =
  (work: Work) =>
  async (given: Given, surroundings: Surroundings): Promise<number> => {
    const daybook = await surroundings.open(given);
    try {
      const [login = ''] = given.operands;
      const row = await daybook.accountRows.byLogin(canonicalLogin(login));
      if (row === undefined) throw new Refused(`there is no account '${login}'`);
      await work(daybook, row, given, surroundings);
      return 0;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      surroundings.complain(error.message);
      return 1;
    } finally {
      await daybook.close();
    }
  };

const opens = (given: Given): readonly AppPasswordProtocol[] => {
  const words = (text(given, 'opens') ?? 'dav').split(',');
  const unknown = words.find((word) => !appPasswordProtocols.some((one) => one === word));
  if (unknown !== undefined)
    throw new UsageError(`--opens takes some of ${appPasswordProtocols.join(',')}`);
  return appPasswordProtocols.filter((one) => words.includes(one));
};

const add: Command<Surroundings> = {
  name: 'user app-password add',
  summary: 'make a password for one of a user’s devices',
  operands: ['NAME', 'DEVICE'],
  options: [
    { name: 'opens', value: 'PROTOCOLS', summary: 'some of dav,eas,mail; dav when absent' },
  ],
  details:
    'The password is printed once and kept nowhere. It opens nothing but what it was made for.',
  run: async (given, surroundings) => {
    const protocols = opens(given);
    return forAccount(
      async ({ signIn: { access }, byCommandLine }, { account }, { operands }, { print }) => {
        const wanted = { name: operands[1] ?? '', protocols };
        const { id, password } = done(
          await access.addAppPassword(account, wanted, byCommandLine()),
        );
        print(`Added ${id}. Password: ${password}`);
      },
    )(given, surroundings);
  },
};

const line = ({ id, name, protocols, addedAt, lastUsed }: OwnAppPassword): string =>
  [id, name, protocols.join(','), addedAt, lastUsed?.at ?? 'never', lastUsed?.client ?? ''].join(
    '\t',
  );

const list: Command<Surroundings> = {
  name: 'user app-password list',
  summary: 'list a user’s app passwords',
  operands: ['NAME'],
  options: [{ name: 'json', summary: 'a JSON object a line' }],
  details: 'Columns, separated by tabs: id, device, what it opens, made at, last used at, by what.',
  run: forAccount(async ({ signIn: { access } }, { account }, given, { print }) => {
    for (const each of await access.appPasswords(account))
      print(flag(given, 'json') ? JSON.stringify(each) : line(each));
  }),
};

const revoke: Command<Surroundings> = {
  name: 'user app-password revoke',
  summary: 'revoke one of a user’s app passwords',
  operands: ['NAME', 'ID'],
  options: [],
  details:
    'In force at once, also while the server runs. ID is what `user app-password list` prints.',
  run: forAccount(
    async ({ signIn: { access }, byCommandLine }, { account }, { operands }, { print }) => {
      const id = (operands[1] ?? '') as AppPasswordId;
      done(await access.revokeAppPassword(account, id, byCommandLine()));
      print('Revoked.');
    },
  ),
};

const secondFactor: Command<Surroundings> = {
  name: 'user second-factor',
  summary: 'say whether a user has a second factor, or turn it off',
  operands: ['NAME', '[status|reset]'],
  options: [],
  details: 'reset is for somebody who lost authenticator and recovery codes. App passwords stay.',
  run: async (given, surroundings) => {
    const [, action = 'status'] = given.operands;
    if (action !== 'status' && action !== 'reset')
      throw new UsageError(`expected status or reset, found '${action}'`);
    return forAccount(
      async ({ signIn: { access }, byCommandLine }, { account }, _given, { print }) => {
        if (action === 'reset') done(await access.reset(account, byCommandLine()));
        const factor = await access.secondFactor(account);
        const left =
          factor.status === 'on' ? `, ${factor.recoveryCodesLeft} recovery codes left` : '';
        print(`${factor.status}${left}`);
      },
    )(given, surroundings);
  },
};

const sessions: Command<Surroundings> = {
  name: 'user sessions',
  summary: 'list where a user is signed in with a browser, or sign him out',
  operands: ['NAME'],
  options: [
    { name: 'json', summary: 'a JSON object a line' },
    { name: 'end', summary: 'end all of them' },
  ],
  details: 'Columns, separated by tabs: id, since, last seen at, browser, address.',
  run: forAccount(async (daybook, { account }, given, { print }) => {
    if (flag(given, 'end')) {
      await daybook.signIn.sessions.endAll(account);
      print('Ended.');
      return;
    }
    for (const { id, startedAt, seenAt, client, address } of await daybook.signIn.sessions.of(
      account,
    ))
      print(
        flag(given, 'json')
          ? JSON.stringify({ id, startedAt, seenAt, client, address })
          : [id, startedAt, seenAt, client, address].join('\t'),
      );
  }),
};

/** Everything about a user's ways to sign in. */
export const accessCommands: readonly Command<Surroundings>[] = [
  add,
  list,
  revoke,
  secondFactor,
  sessions,
];
