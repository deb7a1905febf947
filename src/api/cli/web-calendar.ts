import { canonicalLogin } from '../../domain/account/login.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { Daybook } from '../daybook.ts';
import type { WebCalendarRow } from '../web-calendars/web-calendars.ts';
import { type Command, type Given, text } from './command.ts';
import type { Surroundings } from './surroundings.ts';

type Work = (
  daybook: Daybook,
  account: AccountId,
  given: Given,
  surroundings: Surroundings,
) => Promise<string | undefined>;

/** Opens the store and does something for the account that the first operand names; a text says why it was not done. */
const forAccount =
  (work: Work) =>
  async (given: Given, surroundings: Surroundings): Promise<number> => {
    const daybook = await surroundings.open(given);
    try {
      const [login = ''] = given.operands;
      const row = await daybook.accountRows.byLogin(canonicalLogin(login));
      const refusal =
        row === undefined
          ? `there is no account '${login}'`
          : await work(daybook, row.account, given, surroundings);
      if (refusal !== undefined) surroundings.complain(refusal);
      return refusal === undefined ? 0 : 1;
    } finally {
      await daybook.close();
    }
  };

const line = ({ entry: { segment, properties }, state }: WebCalendarRow): string =>
  JSON.stringify({
    id: segment,
    name: properties.displayName,
    url: properties.source,
    ...(state === undefined
      ? { checked: null }
      : {
          checked: state.checkedAt,
          due: state.dueAt,
          entries: state.entries,
          unreadable: state.unreadable,
          ...(state.trouble !== undefined && {
            trouble: state.trouble,
            failures: state.failures,
            ...(state.status !== undefined && { status: state.status }),
          }),
        }),
  });

const none = (id: string): string => `there is no web calendar '${id}'`;

/** `daybook web-calendar …`: what feeds people see, and how they stand. */
export const webCalendarCommands: readonly Command<Surroundings>[] = [
  {
    name: 'web-calendar list',
    summary: "print somebody's web calendars and how their feeds stand, as JSON lines",
    operands: ['NAME'],
    options: [],
    run: forAccount(async ({ webCalendars }, account, _, { print }) => {
      for (const row of await webCalendars.of(account)) print(line(row));
      return undefined;
    }),
  },
  {
    name: 'web-calendar add',
    summary:
      'give somebody a calendar that shows an iCalendar feed, or with birthdays: the days in his contacts; print its id',
    operands: ['NAME', 'URL'],
    options: [{ name: 'name', value: 'NAME', summary: 'what the calendar is called' }],
    run: forAccount(async ({ webCalendars, byCommandLine }, account, given, { print }) => {
      const [, url = ''] = given.operands;
      const name = text(given, 'name');
      const wanted = { url, ...(name !== undefined && { name }) };
      const made = await webCalendars.add(account, wanted, byCommandLine());
      if (made === 'bad-url') return `'${url}' is no http, https or webcal address`;
      if (made === 'full') return 'the account has too many collections already';
      print(made.segment);
      return undefined;
    }),
  },
  {
    name: 'web-calendar reload',
    summary: 'fetch a feed now',
    operands: ['NAME', 'ID'],
    options: [],
    run: forAccount(async ({ webCalendars }, account, given, { print }) => {
      const [, id = ''] = given.operands;
      const outcome = await webCalendars.reload(account, id);
      if (outcome === undefined) return none(id);
      const { trouble, status, entries = 0, unreadable = 0 } = outcome;
      if (trouble !== undefined)
        return `${trouble}${status === undefined ? '' : ` (status ${status})`}: the calendar stays as it was`;
      print(`${entries} entries, ${unreadable} of them unreadable`);
      return undefined;
    }),
  },
  {
    name: 'web-calendar remove',
    summary: 'take a web calendar away',
    operands: ['NAME', 'ID'],
    options: [],
    run: forAccount(async ({ webCalendars, byCommandLine }, account, given) => {
      const [, id = ''] = given.operands;
      return (await webCalendars.remove(account, id, byCommandLine())) ? undefined : none(id);
    }),
  },
];
