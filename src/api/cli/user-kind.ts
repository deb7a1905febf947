import { canonicalLogin } from '../../domain/account/login.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { type BuiltInResource, settingsOfResource } from '../built-in-resources.ts';
import type { Daybook } from '../daybook.ts';
import { type Command, type Given, type Option, text, UsageError } from './command.ts';
import type { Surroundings } from './surroundings.ts';

const kinds: Readonly<Record<string, BuiltInResource['kind'] | undefined>> = {
  person: undefined,
  room: 'location',
  resource: 'thing',
};

/** As many bookings at once as anybody means; more is a slip. */
const MOST = 10_000;

export const bookingsOption: Option = {
  name: 'bookings',
  value: 'N',
  summary: 'bookings a room or resource takes at once; 0 any, -1 any but busy; 1 when absent',
};

/** What a user is to be. @throws UsageError */
export const resourceOf = (
  kind: string,
  given: Given,
): { readonly resource: BuiltInResource | undefined } => {
  if (!Object.hasOwn(kinds, kind))
    throw new UsageError(`a kind is one of ${Object.keys(kinds).join(', ')}, found '${kind}'`);
  const typed = text(given, 'bookings');
  const wanted = kinds[kind];
  if (wanted === undefined) {
    if (typed !== undefined) throw new UsageError('a person takes no bookings');
    return { resource: undefined };
  }
  const bookings = Number(typed ?? '1');
  if (!/^-?\d+$/.test(typed ?? '1') || bookings < -1 || bookings > MOST)
    throw new UsageError(`bookings are a number from -1 to ${MOST}, found '${typed}'`);
  return { resource: { kind: wanted, bookings } };
};

export const setKind = async (
  { services, byCommandLine }: Pick<Daybook, 'services' | 'byCommandLine'>,
  account: AccountId,
  resource: BuiltInResource | undefined,
): Promise<void> => {
  await services.changePreferences({
    ...{ stream: streams.preferences(account), owner: account, by: byCommandLine() },
    command: { type: 'ChangeSettings', change: settingsOfResource(resource) },
  });
};

export const userKind: Command<Surroundings> = {
  name: 'user kind',
  summary: 'make a user of the built-in table a room, a resource or a person',
  operands: ['NAME', 'KIND'],
  options: [bookingsOption],
  details:
    'KIND: room, resource, person. In force within half a minute, also while the server runs.',
  async run(given, surroundings) {
    const [name = '', kind = ''] = given.operands;
    const { resource } = resourceOf(kind, given);
    const daybook = await surroundings.open(given);
    try {
      const row = await daybook.accountRows.byLogin(canonicalLogin(name));
      if (row === undefined || row.passwordHash === '') {
        surroundings.complain(`the built-in table has no user '${name}'`);
        return 1;
      }
      await setKind(daybook, row.account, resource);
      surroundings.print('Changed.');
      return 0;
    } finally {
      await daybook.close();
    }
  },
};
