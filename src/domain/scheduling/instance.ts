import type { Component } from '../calendar/calendar.ts';

/** Components that people are invited to. */
export type Scheduled = Extract<Component, 'VEVENT' | 'VTODO'>;

/** Orders what one sender says. */
export interface Stamp {
  readonly sequence: number;
  /** DTSTAMP in UTC, `20260105T090000Z`: compares as text. */
  readonly dtstamp: string;
}

/**
 * Which instance a component stands for: the moment of its RECURRENCE-ID in UTC, `20260105T080000Z`, whatever zone
 * it was written in; dates and floating times as if in UTC. '' is the series, or an object that does not recur.
 */
export type InstanceKey = string & { readonly brand: 'InstanceKey' };

/** The key of the series. */
export const SERIES = '' as InstanceKey;
