import type { Device, DeviceCommand, DeviceId } from '../../domain/account/devices.ts';
import type { DeviceSight } from '../../domain/activesync/ledger.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import type { AccountRow } from '../../projections/account/rows.ts';
import type { Daybook } from '../daybook.ts';
import { accessRefusals } from '../sign-in/refusals.ts';
import { type Command, flag, type Given } from './command.ts';
import type { Surroundings } from './surroundings.ts';

/** Says why something was not done; meant for the person at the keyboard. */
class Refused extends Error {
  override readonly name = 'Refused';
}

const withDaybook =
  (work: (daybook: Daybook, given: Given, surroundings: Surroundings) => Promise<void>) =>
  async (given: Given, surroundings: Surroundings): Promise<number> => {
    const daybook = await surroundings.open(given);
    try {
      await work(daybook, given, surroundings);
      return 0;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      surroundings.complain(error.message);
      return 1;
    } finally {
      await daybook.close();
    }
  };

const accountCalled = async ({ accountRows }: Daybook, login: string): Promise<AccountRow> => {
  const row = await accountRows.byLogin(canonicalLogin(login));
  if (row === undefined) throw new Refused(`there is no account '${login}'`);
  return row;
};

/** A device as it is listed. */
interface Listed extends Device {
  readonly login: string;
  readonly device: DeviceId;
  readonly seen?: DeviceSight;
}

const wipeText = ({ wipe }: Device): string =>
  wipe === undefined ? '' : `wipe ${wipe.scope} ${wipe.state}`;

const line = (one: Listed): string =>
  [
    ...[one.login, one.device, one.standing, one.deviceType],
    ...[one.details.model ?? '', one.details.os ?? '', one.seen?.agent ?? one.agent],
    ...[one.seen?.protocolVersion ?? one.protocolVersion, one.seen?.at ?? 'never'],
    ...[one.policy?.extent ?? '', wipeText(one)],
  ].join('\t');

const devicesOf = async (
  { activeSync }: Daybook,
  { account, login }: Pick<AccountRow, 'account' | 'login'>,
): Promise<readonly Listed[]> => {
  const [devices, seen] = await Promise.all([
    activeSync.desk.of(account),
    activeSync.ledger.seen(account),
  ]);
  return [...devices].map(([device, known]) => {
    const sight = seen.find((one) => one.device === device)?.seen;
    return { login, device, ...known, ...(sight && { seen: sight }) };
  });
};

const list: Command<Surroundings> = {
  name: 'device list',
  summary: 'list devices that came over ActiveSync',
  operands: ['[NAME]'],
  options: [{ name: 'json', summary: 'a JSON object a line' }],
  details:
    'Of one user, or of all. Columns, separated by tabs: user, id, standing, type, model, system, program, version,\nlast seen at, how far it applies its policy, what became of a wipe.',
  run: withDaybook(async (daybook, given, { print }) => {
    const [login] = given.operands;
    const show = async (row: Pick<AccountRow, 'account' | 'login'>): Promise<void> => {
      for (const one of await devicesOf(daybook, row))
        print(flag(given, 'json') ? JSON.stringify(one) : line(one));
    };
    if (login !== undefined) {
      await show(await accountCalled(daybook, login));
      return;
    }
    for await (const rows of daybook.accountRows.all()) for (const row of rows) await show(row);
  }),
};

const changing = (
  name: string,
  summary: string,
  commandFor: (device: DeviceId, given: Given) => DeviceCommand,
  more: Partial<Pick<Command<Surroundings>, 'options' | 'details'>> = {},
): Command<Surroundings> => ({
  name: `device ${name}`,
  summary,
  operands: ['NAME', 'DEVICE'],
  options: [],
  ...more,
  run: withDaybook(async (daybook, given, { print }) => {
    const [login = '', id = ''] = given.operands;
    const { account } = await accountCalled(daybook, login);
    const command = commandFor(id.toUpperCase() as DeviceId, given);
    const refused = await daybook.activeSync.desk.tell(account, command, daybook.byCommandLine());
    if (refused !== undefined) throw new Refused(accessRefusals[refused.kind].text);
    if (command.type === 'ForgetDevice')
      await daybook.activeSync.ledger.forget(account, command.device);
    await daybook.activeSync.sync.forget(account, command.device);
    print('Done.');
  }),
});

/** Everything an administrator does with devices. */
export const deviceCommands: readonly Command<Surroundings>[] = [
  list,
  changing('allow', 'let a device in: after quarantine, a block or a wipe', (device) => ({
    ...{ type: 'ChangeDeviceStanding', device, standing: 'allowed' },
  })),
  changing('block', 'keep a device out', (device) => ({
    ...{ type: 'ChangeDeviceStanding', device, standing: 'blocked' },
  })),
  changing(
    'wipe',
    'have a device forget everything',
    (device, given) => ({
      ...{ type: 'RequestDeviceWipe', device },
      scope: flag(given, 'account-only') ? 'account' : 'device',
    }),
    {
      options: [
        {
          name: 'account-only',
          summary: 'only what it has of this account; needs version 16.1, others are kept out',
        },
      ],
      details:
        'Erases the whole device at its next request, unless --account-only is given. What became of it\n`daybook device list` says; until `daybook device allow` the device is kept out.',
    },
  ),
  changing('forget', 'forget a device, as if it had never come', (device) => ({
    ...{ type: 'ForgetDevice', device },
  })),
];
