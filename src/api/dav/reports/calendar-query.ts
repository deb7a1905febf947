import { asksRangeAlone, calendarMatcher, narrowingOf } from '../../../domain/icalendar/filter.ts';
import { isSpent, newAllowance } from '../../../domain/icalendar/recurrence/budget.ts';
import { zoneDefinitionIn } from '../../../domain/icalendar/times.ts';
import type { Zone } from '../../../domain/icalendar/zones/zone.ts';
import { knownZones } from '../../../domain/icalendar/zones/zones.ts';
import { multistatus } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { badRequest, notFound, refuse } from '../errors.ts';
import { isLive, viewFor } from '../listing.ts';
import { propertyRequestOf } from '../properties/request.ts';
import { collectionSubject } from '../properties/subject.ts';
import { isTimeZoneObject, zoneOfCalendar } from '../properties/time-zone.ts';
import type { CollectionResource } from '../resource.ts';
import type { Report } from '../tables.ts';
import { childOf, childrenOf, textOf, type XmlElement } from '../xml/element.ts';
import { caldav } from '../xml/names.ts';
import { calendarFilterOf } from './calendar-filter.ts';
import { limitOf } from './limit.ts';
import { matchingResponses } from './matching.ts';

/**
 * Calendar objects that meet a filter, streamed page by page. Only those are read whose component and
 * bounds can meet it. Without a Depth header it asks about the members all the same, as
 * addressbook-query does, and for the same clients; Depth 0 asks about the collection alone.
 */
export const calendarQuery: Report = {
  name: caldav('calendar-query'),
  source: 'RFC 4791 §7.8',
  on: ['calendar'],
  compliance: ['calendar-no-timezone'],
  async handle(request, body) {
    const { resource, services, headers } = request;
    if (resource.kind !== 'collection') throw notFound();
    const [element, ...others] = childrenOf(body, caldav('filter'));
    if (element === undefined || others.length > 0)
      throw badRequest('calendar-query needs one filter.');
    const filter = calendarFilterOf(element);
    const asked = propertyRequestOf(body) ?? { kind: 'prop', asked: [] };
    const limit = limitOf(body, caldav) ?? Infinity;
    const floating = floatingZone(body, resource);
    if (depthOf(headers, '1') === '0') return multistatus([]);
    const narrowing = narrowingOf(filter);
    const snapshot = await services.collections.candidates(resource.stream, narrowing);
    if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
    const view = { ...viewFor(request), floating };
    const of = collectionSubject(view, resource.entry, snapshot.collection);
    const allowance = newAllowance(services.limits.steps);
    const matches = calendarMatcher(filter, { zones: knownZones, floating }, allowance);
    const isRangeAlone = asksRangeAlone(filter);
    return multistatus(
      matchingResponses(request, of, snapshot.members, {
        matches,
        meets: ({ certain }) => isRangeAlone && certain === true,
        tired: () => isSpent(allowance),
        asked,
        limit,
      }),
    );
  },
};

/**
 * Whose days and floating times are meant: the query's own zone, as a definition or (RFC 7809 §5.2) by
 * its name, else the calendar's, else UTC's (RFC 4791 §7.3).
 *
 * @throws DavError 403 `valid-calendar-data` or `valid-timezone` for a zone that is none.
 */
const floatingZone = (body: XmlElement, { entry }: CollectionResource): Zone => {
  const own = childOf(body, caldav('timezone'));
  const named = childOf(body, caldav('timezone-id'));
  if (own !== undefined) {
    const definition = isTimeZoneObject(textOf(own)) ? zoneDefinitionIn(textOf(own)) : undefined;
    const zone = definition && knownZones.zoneOf(definition);
    if (zone === undefined) throw refuse(403, caldav('valid-calendar-data'));
    return zone;
  }
  if (named !== undefined) {
    const zone = knownZones.zoneOf({ tzid: textOf(named).trim() });
    if (zone === undefined) throw refuse(403, caldav('valid-timezone'));
    return zone;
  }
  return zoneOfCalendar(entry.properties);
};
