import { LRUCache } from 'lru-cache';
import { canonicalLogin } from '../../domain/account/login.ts';
import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import {
  type Addresses,
  calendarUserAddress,
  type CalendarUserAddress,
  mailOf,
  mailto,
} from '../../domain/scheduling/addresses.ts';
import type { AccountRow, AccountsByMail } from '../../projections/account/rows.ts';
import type { Principal, Services } from '../services.ts';
import type { Recipient, SchedulingPeople } from './service.ts';

/** Where a principal's path begins, as an address. */
const PRINCIPALS = '/SOGo/dav/';

interface PeopleParts {
  readonly accounts: AccountsByMail;
  readonly sharing: Services['sharing'];
  readonly directories: Services['directories'];
  readonly domains: Services['domains'];
}

const REMEMBERED = 10_000;
/** Directories are asked about a person's addresses again after so many ms. */
const TRUST = 30_000;
/** People whom directories are asked about at once. */
const TOGETHER = 16;

interface Described {
  readonly mails: readonly string[];
  readonly bookings: number | undefined;
}

/** Addresses that follow from an account alone. */
const ownAddresses = ({ account, login, mail }: Principal): readonly CalendarUserAddress[] =>
  [
    mailto(mail),
    login.includes('@') ? mailto(login) : undefined,
    calendarUserAddress(`${PRINCIPALS}${login}/`),
    calendarUserAddress(`urn:uuid:${account}`),
  ].filter((one) => one !== undefined);

export const schedulingPeople = (parts: PeopleParts): SchedulingPeople => {
  const { accounts, sharing, directories, domains } = parts;
  const described = new LRUCache<string, { readonly is: Described }>({
    max: REMEMBERED,
    ttl: TRUST,
  });

  /** Somebody as directories describe them; `undefined` while one of them is away. */
  const describe = async (person: Principal, by: Principal): Promise<Described | undefined> => {
    const known = described.get(person.login);
    if (known !== undefined) return known.is;
    const mails = new Set<string>();
    let bookings: number | undefined;
    try {
      for (const { directory } of await directories.sources(by)) {
        const entry = await directory.find({ login: person.login });
        for (const mail of entry?.mails ?? []) mails.add(mail);
        bookings ??= entry?.bookings;
      }
    } catch (error) {
      if (!(error instanceof UserSourceUnavailable)) throw error;
      return undefined;
    }
    const is = { mails: [...mails], bookings };
    described.set(person.login, { is });
    return is;
  };

  const addressesWith = (person: Principal, is: Described | undefined): Addresses =>
    new Set([...ownAddresses(person), ...(is?.mails ?? []).flatMap((mail) => mailto(mail) ?? [])]);

  const recipientFor = async (
    person: Principal,
    address: CalendarUserAddress,
    by: Principal,
  ): Promise<Recipient> => {
    const is = await describe(person, by);
    const addresses = new Set([...addressesWith(person, is), address]);
    return is?.bookings === undefined
      ? { kind: 'person', person, addresses }
      : { kind: 'resource', person, addresses, bookings: is.bookings };
  };

  /** People with an account by their mail addresses; an address that several have is nobody's. */
  const byMails = async (mails: readonly string[]): Promise<ReadonlyMap<string, Principal>> => {
    const found = new Map<string, AccountRow | undefined>();
    for (const row of await accounts.byMails(mails)) {
      const mail = row.mail.toLowerCase();
      found.set(mail, found.has(mail) ? undefined : row);
    }
    return new Map(
      [...found].flatMap(([mail, row]): [string, Principal][] =>
        row === undefined
          ? []
          : [
              [
                mail,
                {
                  account: row.account,
                  login: row.login,
                  displayName: row.displayName || row.login,
                  mail: row.mail,
                },
              ],
            ],
      ),
    );
  };

  /** Somebody whom a directory knows by an address, whether they ever came or not. */
  const inDirectories = async (mail: string, by: Principal): Promise<Principal | undefined> => {
    for (const { directory } of await directories.sources(by)) {
      const entry = await directory.find({ mail });
      if (entry?.login === undefined || entry.kind === 'group') continue;
      const person = await sharing.newcomerCalled(entry.login, by);
      if (person !== undefined) return person;
    }
    return undefined;
  };

  const whoIs = async (
    address: CalendarUserAddress,
    by: Principal,
    known: ReadonlyMap<string, Principal>,
  ): Promise<Principal | undefined> => {
    const mail = mailOf(address);
    if (mail !== undefined) {
      const person = known.get(mail);
      if (person === undefined)
        return (await inDirectories(mail, by)) ?? sharing.personCalled(canonicalLogin(mail), by);
      return (await domains.maySee(by, person)) ? person : undefined;
    }
    if (address.startsWith('urn:uuid:'))
      return sharing.personWith(address.slice('urn:uuid:'.length) as AccountId, by);
    const path = address.replace(/^https?:\/\/[^/]*/, '');
    if (!path.startsWith(PRINCIPALS)) return undefined;
    const user = path.slice(PRINCIPALS.length);
    return user === '' || user.includes('/')
      ? undefined
      : sharing.newcomerCalled(canonicalLogin(user), by);
  };

  const recipient = async (
    address: CalendarUserAddress,
    by: Principal,
    known: ReadonlyMap<string, Principal>,
  ): Promise<Recipient> => {
    const person = await whoIs(address, by, known);
    if (person !== undefined) return recipientFor(person, address, by);
    const mail = mailOf(address);
    return mail === undefined ? { kind: 'unknown' } : { kind: 'external', mail };
  };

  return {
    addressesOf: async (person) => addressesWith(person, await describe(person, person)),
    async recipients(addresses, by) {
      const mails = [...new Set(addresses.flatMap((one) => mailOf(one) ?? []))];
      const known = await byMails(mails);
      const found = new Map<CalendarUserAddress, Recipient>();
      for (let from = 0; from < addresses.length; from += TOGETHER)
        await Promise.all(
          addresses.slice(from, from + TOGETHER).map(async (address) => {
            found.set(address, await recipient(address, by, known));
          }),
        );
      return found;
    },
  };
};
