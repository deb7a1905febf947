import type { FastifyInstance, FastifyRequest } from 'fastify';
import { canonicalLogin } from '../../domain/account/login.ts';
import type { Busy } from '../../domain/icalendar/free-busy.ts';
import { readTime } from '../../domain/icalendar/time-values.ts';
import { momentOf, UTC, type Zone } from '../../domain/icalendar/zones/zone.ts';
import { knownZones } from '../../domain/icalendar/zones/zones.ts';
import { askedOf, busyAskingBy, isResource } from '../scheduling/asking.ts';
import { busyTimeOf } from '../scheduling/busy.ts';
import type { Services } from '../services.ts';
import { Problem } from './problem.ts';
import type { Asking } from './signed-in.ts';

type OfUser = FastifyRequest<{ Params: { user: string } }>;

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Days of one answer. */
const MOST_DAYS = 366;
const QUARTERS = [0, 15, 30, 45] as const;

/** By hour and minute: how many kinds of time take it. What is free is absent. */
type Hours = Record<string, Record<string, number>>;

/** When somebody is busy, quarter by quarter on the clock of whoever asks: what SOGo's editor of attendees shows. */
export const freeBusyRoutes = (app: FastifyInstance, services: Services, asking: Asking): void => {
  app.get('/SOGo/so/:user/freebusy.ifb/ajaxRead', async (request: OfUser) => {
    const { principal } = await asking.who(request);
    const { uid, sday, eday } = request.query as Readonly<Record<string, unknown>>;
    const login = canonicalLogin(typeof uid === 'string' && uid !== '' ? uid : request.params.user);
    const [first, last] = [dayOf(sday), dayOf(eday)];
    if (first === undefined || last === undefined || last < first)
      throw new Problem(
        400,
        'unreadable',
        'sday and eday are days, as 20260105, the later one last.',
      );
    if (last - first >= MOST_DAYS * DAY)
      throw new Problem(400, 'too-long', `No more than ${MOST_DAYS} days are told of at once.`);
    const person = await services.sharing.personCalled(login, principal);
    const { timeZone } = await services.preferencesOf(principal);
    const zone = knownZones.zoneOf({ tzid: timeZone }) ?? UTC;
    if (person === undefined) {
      if (await isResource(services, principal, login)) return daysOf([], first, last, zone);
      throw new Problem(404, 'not-found', 'There is nobody of that name.');
    }
    const range = { from: momentOf(zone, first), to: momentOf(zone, last + DAY) };
    const asked = await askedOf(services, principal, person);
    const [told] = await busyTimeOf(await busyAskingBy(services, principal), [asked], range);
    if (told !== undefined && 'times' in told) return daysOf(told.times, first, last, zone);
    if (told?.untold === 'too-much')
      throw new Problem(403, 'too-much', 'There is more than one answer can tell.');
    throw new Problem(403, 'no-authority', 'You have no right in the calendars of this person.');
  });
};

/** Midnight of a day, as a wall shows it. */
const dayOf = (text: unknown): number | undefined => {
  const time = typeof text === 'string' ? readTime(text) : undefined;
  return time?.form === 'date' ? time.wall : undefined;
};

const daysOf = (
  times: readonly Busy[],
  first: number,
  last: number,
  zone: Zone,
): Readonly<Record<string, Hours>> => {
  const days: Record<string, Hours> = {};
  let next = 0;
  for (let day = first; day <= last; day += DAY) {
    const hours: Hours = {};
    const [from, to] = [momentOf(zone, day), momentOf(zone, day + DAY)];
    while ((times[next]?.end ?? Infinity) <= from) next += 1;
    const within = times.slice(next).filter(({ start, end }) => start < to && end > from);
    for (let hour = 0; within.length > 0 && hour < 24; hour += 1)
      for (const minute of QUARTERS) {
        const start = momentOf(zone, day + (hour * 60 + minute) * MINUTE);
        const count = within.filter((busy) => busy.start < start + 15 * MINUTE && busy.end > start);
        if (count.length > 0) (hours[hour] ??= {})[minute] = count.length;
      }
    days[new Date(day).toISOString().slice(0, 10).replaceAll('-', '')] = hours;
  }
  return days;
};
