import { LRUCache } from 'lru-cache';
import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import { type CalendarUserAddress, mailOf, mailto } from '../../domain/scheduling/addresses.ts';
import type { GroupMember, Groups } from '../../domain/scheduling/groups.ts';
import type { AccountsByMail } from '../../projections/account/rows.ts';
import type { Principal, Services } from '../services.ts';

interface GroupsParts {
  readonly accounts: AccountsByMail;
  readonly directories: Services['directories'];
}

/** Members of one group who are invited in its place. */
const GROUP_LIMIT = 1000;

const REMEMBERED = 10_000;
/** Whether an address is a group's is asked again after so many ms. */
const TRUST = 30_000;
/** Addresses that directories are asked about at once. */
const TOGETHER = 16;

/** Groups among some addresses, with their members; or why one is too large, for people. */
type FoundGroups = { readonly groups: Groups } | { readonly tooLarge: string };

/**
 * The groups that somebody invites, as directories and the built-in table know them: with those in their groups, unless
 * that is switched off (disableSubgroups). While a directory is away its groups are invited as if they were people, and
 * so are those without members.
 */
export const invitedGroups = ({ accounts, directories }: GroupsParts) => {
  /** That an address is no group's, by who asks. */
  const nobodys = new LRUCache<string, true>({ max: REMEMBERED, ttl: TRUST });

  const membersOf = async (
    mail: string,
    by: Principal,
  ): Promise<readonly GroupMember[] | undefined> => {
    for (const { directory } of await directories.sources(by)) {
      const entry = await directory.find({ mail }, { asker: by.login });
      if (entry === undefined) continue;
      if (entry.kind !== 'group' || entry.bookings !== undefined) return undefined;
      const members = await directory.members(entry.id);
      return members?.flatMap(({ mails, displayName }): GroupMember[] => {
        const address = mails[0] === undefined ? undefined : mailto(mails[0]);
        return address === undefined ? [] : [{ address, name: displayName }];
      });
    }
    return undefined;
  };

  return async (addresses: readonly CalendarUserAddress[], by: Principal): Promise<FoundGroups> => {
    const keyOf = (mail: string): string => `${by.login}\n${mail}`;
    const mails = [...new Set(addresses.flatMap((one) => mailOf(one) ?? []))].filter(
      (mail) => !nobodys.has(keyOf(mail)),
    );
    const people = new Set((await accounts.byMails(mails)).map(({ mail }) => mail.toLowerCase()));
    const asked = mails.filter((mail) => !people.has(mail));
    const groups = new Map<CalendarUserAddress, readonly GroupMember[]>();
    try {
      for (let from = 0; from < asked.length; from += TOGETHER)
        await Promise.all(
          asked.slice(from, from + TOGETHER).map(async (mail) => {
            const members = await membersOf(mail, by);
            const address = mailto(mail);
            if (members === undefined || members.length === 0 || address === undefined)
              nobodys.set(keyOf(mail), true);
            else groups.set(address, members);
          }),
        );
    } catch (error) {
      if (!(error instanceof UserSourceUnavailable)) throw error;
    }
    for (const [address, members] of groups)
      if (members.length > GROUP_LIMIT)
        return { tooLarge: `More than ${GROUP_LIMIT} people are in the group ${address}.` };
    return { groups };
  };
};
