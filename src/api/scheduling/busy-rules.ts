/** What the configuration says of somebody's free and busy time, where they said nothing themselves. */
export interface BusyRules {
  /** Whether people without any right in their calendars are told when they are busy (DaybookFreeBusy). */
  readonly toldToAll: boolean;
  /** SOGoBusyOffHours. */
  readonly offHours: boolean;
  /** SOGoDayStartTime, SOGoDayEndTime: `08:00`. */
  readonly dayStart: string;
  readonly dayEnd: string;
}
