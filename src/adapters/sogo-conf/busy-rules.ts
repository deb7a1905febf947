import type { Lookup } from './hierarchy.ts';

interface BusyRules {
  readonly toldToAll: boolean;
  readonly offHours: boolean;
  readonly dayStart: string;
  readonly dayEnd: string;
}

/** What a configuration says of when people of a domain are busy, as it is now. */
export const busyRules = (setting: Lookup, domain: string | undefined): BusyRules => ({
  toldToAll: setting('DaybookFreeBusy', domain) === 'everybody',
  offHours: setting('SOGoBusyOffHours', domain),
  dayStart: setting('SOGoDayStartTime', domain),
  dayEnd: setting('SOGoDayEndTime', domain),
});
