import { setImmediate } from 'node:timers/promises';
import type { HomeEntry } from '../../domain/home/home.ts';
import { unavailableIn } from '../../domain/icalendar/availability.ts';
import { fullyBooked } from '../../domain/icalendar/bookings.ts';
import { type Busy, coalesced, type Whose } from '../../domain/icalendar/free-busy.ts';
import { OFF_HOURS_DAYS, offHours, type WorkingDay } from '../../domain/icalendar/off-hours.ts';
import { newBudget } from '../../domain/icalendar/recurrence/budget.ts';
import type { TimeRange } from '../../domain/icalendar/time-range.ts';
import { UTC, type Zone } from '../../domain/icalendar/zones/zone.ts';
import { knownZones } from '../../domain/icalendar/zones/zones.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import { collectionStream } from '../../domain/kernel/streams.ts';
import type { Preferences } from '../../domain/preferences/preferences.ts';
import type { Asker } from '../../domain/rights/access.ts';
import type { CollectionRows } from '../../projections/collection/rows.ts';
import { zoneOfCalendar } from '../dav/properties/time-zone.ts';
import type { Principal, Services } from '../services.ts';
import type { BusyRules } from './busy-rules.ts';
import { AVAILABILITY } from './availability-setting.ts';
import { type Counting, TooMuchBusyTime, timesIn } from './calendar-times.ts';

/** Whoever wants to know, and where it is looked up. A `DavRequest` is one. */
export interface BusyAsking {
  /** Their `collections` show what whoever asks may see, and no more. */
  readonly services: Pick<
    Services,
    'collections' | 'blobs' | 'homesOf' | 'preferencesOfAll' | 'busyRules' | 'limits' | 'dialect'
  >;
  /** Collections as they are. */
  readonly unveiled: CollectionRows;
  readonly principal: Principal & { readonly asker: Asker };
}

/** Somebody who is asked about. Whether whoever asks may know of them at all is looked at before. */
export interface Asked {
  readonly person: Principal;
  /** Their calendar user addresses, in small letters: `mailto:a@example.org`. */
  readonly addresses: ReadonlySet<string>;
  /** Of a resource, how many bookings it takes at once (`DirectoryEntry.bookings`); absent for people. */
  readonly bookings?: number;
}

/** What is told of somebody: times by their start, each kind coalesced; or why nothing is. */
export type Told =
  | { readonly times: readonly Busy[] }
  | { readonly untold: 'no-authority' | 'too-much' };

/** Times that are told of one person. */
const TIMES = 20_000;

/**
 * When people are busy in a range, in all calendars of theirs that count: own ones that are not transparent
 * (RFC 6638 §9.1); with what they said of when they can be met (RFC 7953), and their nights and weekends where they
 * want that (SOGoBusyOffHours). In the order of `people`. A few questions in all, however many they are.
 *
 * Who may see something of one of the calendars is told of what they may see; who has no right in any, and is no superuser,
 * of times alone, or of nothing, as the configuration has it. Nobody who is not told is told that somebody is free.
 *
 * @throws ContentMissing, and what the tables and the store throw
 */
export const busyTimeOf = async (
  asking: BusyAsking,
  people: readonly Asked[],
  range: TimeRange,
): Promise<readonly Told[]> => {
  const { services, unveiled, principal } = asking;
  const accounts = [...new Set(people.map(({ person }) => person.account))];
  const [homes, preferences] = await Promise.all([
    services.homesOf(accounts),
    services.preferencesOfAll(people.map(({ person }) => person)),
  ]);
  const known = people.map((asked): Known => {
    const { account } = asked.person;
    const calendars = countedCalendars(homes.get(account)?.entries ?? []);
    const rules = services.busyRules(asked.person);
    const isOpen = rules.toldToAll && principal.asker.isAnonymous !== true;
    const chosen = preferences.get(account);
    return { asked, calendars, rules, isOpen, chosen };
  });
  const streamsOf = (isOpen: boolean): readonly StreamId[] => [
    ...new Set(known.flatMap((one) => (one.isOpen === isOpen ? one.calendars.map(streamOf) : []))),
  ];
  const [open, seen] = await Promise.all(
    [
      { rows: unveiled, streams: streamsOf(true) },
      { rows: services.collections, streams: streamsOf(false) },
    ].map(async ({ rows, streams }) => ({
      rows,
      takings: streams.length === 0 ? undefined : await rows.taking(streams, range),
    })),
  );
  const steps = Math.max(LEAST_STEPS, (services.limits.steps ?? STEPS) / (people.length || 1));
  const told: Told[] = [];
  let began = performance.now();
  for (const one of known) {
    const from = one.isOpen ? open : seen;
    const parts = { ...from, blobs: services.blobs, isOpen: one.isOpen };
    told.push(await toldOf(one, range, asking, { ...parts, allowance: { steps } } as Sourced));
    if (performance.now() - began < WORK_MS) continue;
    await setImmediate();
    began = performance.now();
  }
  return told;
};

const STEPS = 20_000_000;
const LEAST_STEPS = 200_000;
/** How long one answer works before it lets others go on. */
const WORK_MS = 20;

interface Known {
  readonly asked: Asked;
  readonly calendars: readonly HomeEntry[];
  readonly rules: BusyRules;
  readonly isOpen: boolean;
  readonly chosen: Preferences | undefined;
}

type Sourced = Pick<Counting, 'rows' | 'takings' | 'blobs' | 'allowance'>;

/** Those whose events take their owner's time. */
const countedCalendars = (entries: readonly HomeEntry[]): readonly HomeEntry[] =>
  entries.filter(
    ({ kind, owner, properties }) =>
      kind === 'calendar' && owner === undefined && properties.transparency !== 'transparent',
  );

const streamOf = ({ collection }: HomeEntry): StreamId => collectionStream('calendar', collection);

const toldOf = async (
  { asked, calendars, rules, isOpen, chosen }: Known,
  range: TimeRange,
  { principal, services }: BusyAsking,
  sourced: Sourced,
): Promise<Told> => {
  const { person, addresses, bookings } = asked;
  const floating = zoneCalled(chosen?.timeZone);
  const whose: Whose = { addresses, tentativeIsFree: services.dialect === 'sogo' };
  try {
    const found = await timesIn({
      ...sourced,
      calendars: calendars.map((entry) => ({
        stream: streamOf(entry),
        floating:
          entry.properties.timeZone === undefined ? floating : zoneOfCalendar(entry.properties),
      })),
      ...{ range, whose },
    });
    const isKnown =
      isOpen ||
      found.visible > 0 ||
      principal.account === person.account ||
      principal.asker.isSuperuser;
    if (!isKnown) return { untold: 'no-authority' };
    if (bookings !== undefined) return { times: coalesced(fullyBooked(found.times, bookings)) };
    const times = coalesced([...found.times, ...awayTimes(range, floating, rules, chosen)]);
    return times.length > TIMES ? { untold: 'too-much' } : { times };
  } catch (error) {
    if (error instanceof TooMuchBusyTime) return { untold: 'too-much' };
    throw error;
  }
};

/** When somebody said, or it is configured, that they cannot be met at all. */
const awayTimes = (
  range: TimeRange,
  floating: Zone,
  rules: BusyRules,
  chosen: Preferences | undefined,
): readonly Busy[] => {
  const setting = (name: string): unknown => {
    const json = chosen?.settings.get(name);
    return json === undefined ? undefined : JSON.parse(json);
  };
  const said = setting(AVAILABILITY);
  const clocks = { zones: knownZones, floating };
  const budget = newBudget();
  const unavailable = typeof said === 'string' ? unavailableIn(said, clocks, range, budget) : [];
  if (budget.exhausted) throw new TooMuchBusyTime();
  const wanted = setting('defaults/SOGoBusyOffHours') ?? rules.offHours;
  if (wanted !== true && wanted !== 1) return unavailable;
  if (!(range.to - range.from < OFF_HOURS_DAYS * DAY)) throw new TooMuchBusyTime();
  const day: WorkingDay = {
    start: minutesOf(setting('defaults/SOGoDayStartTime')) ?? minutesOf(rules.dayStart) ?? 0,
    end: minutesOf(setting('defaults/SOGoDayEndTime')) ?? minutesOf(rules.dayEnd) ?? 0,
  };
  return [...unavailable, ...offHours(range, floating, day)];
};

const DAY = 86_400_000;

const minutesOf = (hour: unknown): number | undefined => {
  const [, hours, minutes] = /^(\d{1,2}):(\d\d)$/.exec(typeof hour === 'string' ? hour : '') ?? [];
  return hours === undefined ? undefined : Number(hours) * 60 + Number(minutes);
};

const zoneCalled = (tzid: string | undefined): Zone =>
  (tzid === undefined ? undefined : knownZones.zoneOf({ tzid })) ?? UTC;

/** The addresses under which others invite somebody, as far as their account knows them. */
export const addressesOf = ({
  login,
  mail,
}: Pick<Principal, 'login' | 'mail'>): ReadonlySet<string> =>
  new Set([
    ...(mail === '' ? [] : [`mailto:${mail}`.toLowerCase()]),
    ...(login.includes('@') ? [`mailto:${login}`.toLowerCase()] : []),
    `/sogo/dav/${login}/`.toLowerCase(),
  ]);
