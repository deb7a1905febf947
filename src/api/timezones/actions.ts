import { observancesOf } from '../../domain/icalendar/zones/changes.ts';
import { type Offer, preferredOffer } from '../dav/forms/accept.ts';
import { allZones, type Listed, zoneNamed, zoneObject, zonesLike } from './catalogue.ts';
import { ZoneProblem } from './problem.ts';

/** Where the service is; its actions have paths below. */
export const TIME_ZONES = '/SOGo/tz';

/** What the zones come from: one release of the data, written by one release of Daybook. */
export interface Edition {
  /** Of the IANA time zone database: `2025c`. */
  readonly data: string;
  /** The same on nodes that answer the same, and another whenever they might not. */
  readonly token: string;
  /** RFC 3339: since when this machine has the data. */
  readonly since: string;
}

/** A request as far as it matters. */
export interface Asked {
  /** Decoded, what follows the path of the service: `/zones/Europe/Berlin`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
}

export interface Found {
  readonly type: string;
  readonly body: string;
  /** Absent: that of the octets. */
  readonly etag?: string;
}

/** Does what a path stands for (RFC 7808 §5). @throws ZoneProblem */
export const act = (asked: Asked, edition: Edition): Found => {
  const { path, query } = asked;
  if (path === '/capabilities') return json(capabilities(edition));
  if (path === '/zones')
    return json(query.has('pattern') ? find(query, edition) : list(query, edition));
  const tzid = /^\/zones\/(.+)$/s.exec(path)?.[1];
  if (tzid === undefined)
    throw new ZoneProblem('invalid-action', 'There is no action of this name.');
  const expanded = /^(.+)\/observances$/s.exec(tzid)?.[1];
  return expanded === undefined ? get(tzid, asked, edition) : json(expand(expanded, query));
};

const json = (value: unknown): Found => ({
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(value),
});

const parameter = (name: string, required: boolean) => ({ name, required, multi: false });
const action = (name: string, path: string, ...parameters: readonly object[]) => ({
  name,
  'uri-template': `${TIME_ZONES}${path}`,
  parameters,
});

/** §5.1. */
const capabilities = ({ data }: Edition): object => ({
  version: 1,
  info: {
    'primary-source': `IANA:${data}`,
    formats: offers.map(({ type }) => type),
    truncated: { any: false, untruncated: true },
  },
  actions: [
    action('capabilities', '/capabilities'),
    action('list', '/zones{?changedsince}', parameter('changedsince', false)),
    action('get', '/zones{/tzid}'),
    action(
      'expand',
      '/zones{/tzid}/observances{?start,end}',
      parameter('start', true),
      parameter('end', true),
    ),
    action('find', '/zones{?pattern}', parameter('pattern', true)),
  ],
});

const offers: readonly Offer[] = [{ type: 'text/calendar' }];

const listing = (zones: readonly Listed[], { token, since, data }: Edition): object => ({
  synctoken: token,
  timezones: zones.map((zone) => ({
    ...zone,
    etag: token,
    'last-modified': since,
    publisher: 'IANA',
    version: data,
  })),
});

/** §5.2. Of another edition any zone may have been another. */
const list = (query: URLSearchParams, edition: Edition): object => {
  const tokens = query.getAll('changedsince');
  const [token] = tokens;
  if (tokens.length > 1 || (token !== undefined && !/^[\x21-\x7e]{1,100}$/.test(token)))
    throw new ZoneProblem('invalid-changedsince', 'changedsince is no synctoken.');
  return listing(token === edition.token ? [] : allZones(), edition);
};

/** §5.5. */
const find = (query: URLSearchParams, edition: Edition): object => {
  const [pattern = '', ...others] = query.getAll('pattern');
  if (others.length > 0 || pattern.length > LONGEST || /^\**$/.test(pattern))
    throw new ZoneProblem('invalid-pattern', 'pattern is to be one name or a part of one.');
  return listing(zonesLike(pattern), edition);
};

/** Characters of a pattern. */
const LONGEST = 100;

/** §5.3. */
const get = (tzid: string, { query, accept }: Asked, { token }: Edition): Found => {
  for (const name of ['start', 'end'] as const)
    if (query.has(name))
      throw new ZoneProblem(`invalid-${name}`, 'Zones are given untruncated only.');
  const body = zoneObject(tzid);
  if (body === undefined) throw unknown();
  if (preferredOffer(accept, offers) === undefined)
    throw new ZoneProblem('invalid-format', 'Zones are given as text/calendar only.');
  return { type: 'text/calendar; charset=utf-8', body, etag: token };
};

const unknown = (): ZoneProblem =>
  new ZoneProblem('tzid-not-found', 'The database has no zone of this name.');

/** §5.4. */
const expand = (tzid: string, query: URLSearchParams): object => {
  const zone = zoneNamed(tzid);
  if (zone === undefined) throw unknown();
  const [start, end] = [moment(query, 'start'), moment(query, 'end')];
  if (end <= start || end - start > YEARS * 366 * 86_400_000)
    throw new ZoneProblem('invalid-end', `end is to be after start, and ${YEARS} years at most.`);
  return {
    tzid,
    start: rfc3339(start),
    end: rfc3339(end),
    observances: observancesOf(zone.zone, start, end).map((observance) => ({
      name: observance.summer ? 'Daylight' : 'Standard',
      onset: rfc3339(observance.moment),
      'utc-offset-from': observance.before / 1000,
      'utc-offset-to': observance.after / 1000,
    })),
  };
};

/** That one answer tells of. */
const YEARS = 200;

const rfc3339 = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

const moment = (query: URLSearchParams, name: 'start' | 'end'): number => {
  const [value = '', ...others] = query.getAll(name);
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(value) ? Date.parse(value) : Number.NaN;
  if (others.length > 0 || Number.isNaN(at) || rfc3339(at) !== value)
    throw new ZoneProblem(
      `invalid-${name}`,
      `${name} is to be one time such as 2026-01-01T00:00:00Z.`,
    );
  return at;
};
