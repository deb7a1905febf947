import type { Component } from '../calendar/calendar.ts';
import { DAY } from './civil.ts';
import type { Placing } from './placing.ts';
import type { Duration } from './time-values.ts';
import type { ComponentTimes, Time } from './times.ts';
import { momentOf, type Zone } from './zones/zone.ts';

/** How RFC 4791 §9.9 judges whether a component lies in a time range: a row of its tables. */
export type Extent =
  /** From start to end. */
  | 'span'
  /** VFREEBUSY: the time it speaks of, its end included. */
  | 'published'
  /** Only its start. */
  | 'instant'
  /** VTODO with DTSTART and DURATION. */
  | 'span or end'
  /** VTODO with DTSTART and DUE. */
  | 'task'
  /** VTODO with DUE alone. */
  | 'due'
  /** VTODO with COMPLETED, perhaps CREATED. */
  | 'done'
  /** VTODO with CREATED alone. */
  | 'open'
  | 'always'
  | 'never';

/** How long instances are: the same exact time each, or so many days on the clock and then that. */
export type Lasting = { readonly exact: number } | Duration;

/** Where a component begins, and how long it and its instances are (RFC 5545 §3.8.5.3). */
export interface Placed {
  readonly extent: Extent;
  /** DTSTART; DUE of a task without it. Absent when the component has no place of its own in time. */
  readonly anchor?: Time;
  readonly lasting: Lasting;
}

export const placed = (
  component: Component,
  { start, end, duration }: ComponentTimes,
  placing: Placing,
): Placed => {
  if (start === undefined) {
    if (component !== 'VTODO') return { extent: 'never', lasting: NOTHING };
    return end === undefined
      ? { extent: 'always', lasting: NOTHING }
      : { extent: 'due', anchor: end, lasting: NOTHING };
  }
  const of = (extent: Extent, lasting: Lasting): Placed => ({ extent, anchor: start, lasting });
  if (component === 'VFREEBUSY')
    return end === undefined
      ? { extent: 'never', lasting: NOTHING }
      : of('published', lastingTo(start, end, placing));
  if (end !== undefined)
    return of(component === 'VTODO' ? 'task' : 'span', lastingTo(start, end, placing));
  if (duration !== undefined && duration.days * DAY + duration.milliseconds > 0)
    return of(component === 'VTODO' ? 'span or end' : 'span', duration);
  if (start.form === 'date' && component !== 'VTODO') return of('span', ONE_DAY);
  return of('instant', NOTHING);
};

/** DTEND makes all instances equally long (RFC 5545 §3.8.5.3), dates in days. Never negative. */
export const lastingTo = (start: Time, end: Time, placing: Placing): Lasting => {
  if (start.form === 'date' && end.form === 'date')
    return { days: Math.max((end.wall - start.wall) / DAY, 0), milliseconds: 0 };
  const exact = placing.momentOf(end, start) - placing.momentOf(start);
  return { exact: Math.max(exact, 0) };
};

/** When an instance ends. */
export const endOf = (zone: Zone, wall: number, moment: number, lasting: Lasting): number => {
  if ('exact' in lasting) return moment + lasting.exact;
  const { days, milliseconds } = lasting;
  return (days === 0 ? moment : momentOf(zone, wall + days * DAY)) + milliseconds;
};

/** When a component takes place, by what it says itself; milliseconds, UTC. */
export interface Interval {
  readonly extent: Extent;
  readonly start: number;
  readonly end: number;
}

/** Of a component that is not repeated. A task that has no time is as old as it was entered or done. */
export const intervalOf = (
  component: Pick<ComponentTimes, 'created' | 'completed'>,
  { extent, anchor, lasting }: Placed,
  placing: Placing,
): Interval => {
  if (anchor !== undefined) {
    const start = placing.momentOf(anchor);
    return { extent, start, end: endOf(placing.zoneOf(anchor), anchor.wall, start, lasting) };
  }
  const created = component.created && placing.momentOf(component.created);
  const completed = component.completed && placing.momentOf(component.completed);
  if (extent === 'always' && completed !== undefined) {
    const other = created ?? completed;
    return { extent: 'done', start: Math.min(other, completed), end: Math.max(other, completed) };
  }
  if (extent === 'always' && created !== undefined)
    return { extent: 'open', start: created, end: Infinity };
  return { extent, start: -Infinity, end: Infinity };
};

/** The times that a VFREEBUSY tells of which does not say what it speaks of; of all others none. */
export const periodsOf = (
  { periods }: ComponentTimes,
  { extent }: Placed,
  placing: Placing,
): readonly Interval[] => {
  if (extent !== 'never') return [];
  return periods.map(({ start, end, duration }) => {
    const from = placing.momentOf(start);
    const lasting = duration ?? (end === undefined ? NOTHING : lastingTo(start, end, placing));
    const to = endOf(placing.zoneOf(start), start.wall, from, lasting);
    return { extent: 'span', start: from, end: to };
  });
};

/** At least as long as any instance. */
export const longest = (lasting: Lasting): number =>
  'exact' in lasting
    ? lasting.exact
    : Math.max(lasting.days === 0 ? 0 : (lasting.days + 2) * DAY, 0) +
      Math.max(lasting.milliseconds, 0);

/** The tables of RFC 4791 §9.9. `from` is part of the range, `to` is not; either may be infinite. */
export const overlaps = (
  extent: Extent,
  start: number,
  end: number,
  from: number,
  to: number,
): boolean => {
  switch (extent) {
    case 'span':
      return from < end && to > start;
    case 'published':
      return from <= end && to > start;
    case 'instant':
      return from <= start && to > start;
    case 'span or end':
      return from <= end && (to > start || to >= end);
    case 'task':
      return (from < end || from <= start) && (to > start || to >= end);
    case 'due':
      return from < end && to >= end;
    case 'done':
      return from <= end && to >= start;
    case 'open':
      return to > start;
    case 'always':
      return true;
    case 'never':
      return false;
  }
};

const NOTHING: Lasting = { exact: 0 };
const ONE_DAY: Lasting = { days: 1, milliseconds: 0 };
