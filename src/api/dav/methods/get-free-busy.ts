import { freeBusyText } from '../../../domain/icalendar/free-busy.ts';
import { addressesOf, busyTimeOf } from '../../scheduling/busy.ts';
import { type Answer, empty } from '../answer.ts';
import { notFound } from '../errors.ts';
import { tooMuchBusyTime } from '../objects/busy.ts';
import type { DavRequest, Method } from '../tables.ts';

const DAY = 86_400_000;

/**
 * `/SOGo/dav/USER/freebusy.ifb`: when its owner is busy in all calendars that count (RFC 6638 §9.1), from
 * some days ago until some days from now, as one VFREEBUSY (RFC 5545 §3.6.4). Whole days in UTC.
 */
const handle = async (request: DavRequest): Promise<Answer> => {
  const { resource, services, method, by } = request;
  if (resource.kind !== 'free-busy') throw notFound();
  const headers = { 'content-type': 'text/calendar; charset=utf-8; component=VFREEBUSY' };
  if (method === 'HEAD') return empty(200, headers);
  const { principal } = resource;
  const [before, after] = services.freeBusyDays(principal);
  const now = Date.parse(by.at);
  const today = now - (now % DAY);
  const range = { from: today - before * DAY, to: today + (after + 1) * DAY };
  const asked = { person: principal, addresses: addressesOf(principal) };
  const [told] = await busyTimeOf(request, [asked], range);
  if (told === undefined || !('times' in told))
    throw told?.untold === 'too-much' ? tooMuchBusyTime() : notFound();
  const uid = `freebusy-${principal.account}`;
  return { status: 200, headers, body: freeBusyText(told.times, range, { uid, now }) };
};

const row = { on: ['free-busy'], body: 'none', handle } as const;

export const getFreeBusy: Method = { name: 'GET', source: 'RFC 9110 §9.3.1', ...row };
export const headFreeBusy: Method = { name: 'HEAD', source: 'RFC 9110 §9.3.2', ...row };
