import { dictionary, list, texts } from '../compound-types.ts';
import { webUrl } from '../network-types.ts';
import { acting, domain, system, user } from '../row.ts';
import {
  bool,
  colour,
  dateFormat,
  folderFormat,
  hour,
  integer,
  oneOf,
  reminder,
  text,
} from '../scalar-types.ts';

const classification = oneOf('PUBLIC', 'CONFIDENTIAL', 'PRIVATE');

/** Calendars and categories. */
export const calendarParameters = {
  SOGoDefaultCalendar: user(
    oneOf('selected', 'personal', 'first'),
    'where new events go',
    'selected',
  ),
  SOGoDayStartTime: acting(user(hour, 'start of the working day', '08:00')),
  SOGoDayEndTime: acting(user(hour, 'end of the working day', '18:00')),
  SOGoFirstDayOfWeek: acting(
    user(integer(undefined, { max: 6 }), 'first day of the week, 0 is Sunday', 0),
  ),
  SOGoFirstWeekOfYear: user(
    oneOf('January1', 'First4DayWeek', 'FirstFullWeek'),
    'which week is the first of a year',
    'January1',
  ),
  SOGoTimeFormat: user(dateFormat, 'times', '%H:%M'),
  SOGoCalendarCategories: user(texts, 'categories of events'),
  SOGoCalendarCategoriesColors: user(dictionary(colour), 'their colours'),
  SOGoCalendarEventsDefaultClassification: user(
    classification,
    'CLASS of events without one',
    'PUBLIC',
  ),
  SOGoCalendarTasksDefaultClassification: user(
    classification,
    'CLASS of tasks without one',
    'PUBLIC',
  ),
  SOGoCalendarDefaultReminder: user(reminder, 'reminder of new events', 'NONE'),
  SOGoFreeBusyDefaultInterval: acting(
    domain(list(integer('days'), 2), 'days before and after today in freebusy.ifb', [7, 7]),
  ),
  SOGoBusyOffHours: acting(user(bool, 'busy outside the working day', false)),
  SOGoEnableEMailAlarms: acting(system(bool, 'reminders by mail', false)),
  SOGoSubscriptionFolderFormat: acting(
    domain(
      folderFormat,
      'name of a calendar of somebody else',
      '%{FolderName} (%{UserName} <%{Email}>)',
    ),
  ),
  SOGoContactsCategories: acting(user(texts, 'categories of contacts')),
  SOGoDisableOrganizerEventCheck: system(
    bool,
    "do not look for an invitation in the organizer's calendar",
    false,
  ),
  SOGoCalendarEnableJitsiLink: system(bool, 'offer links to Jitsi meetings', false),
  SOGoCalendarJitsiBaseUrl: domain(webUrl, 'the Jitsi server', 'https://meet.jit.si'),
  SOGoCalendarJitsiRoomPrefix: domain(text, "stands before a meeting's name", 'SOGo_meeting/'),
  SOGoCalendarWeekdays: user(
    list(oneOf('SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA')),
    'days of the week shown',
  ),
  SOGoCalendarShouldDisplayWeekend: user(bool, 'show weekends', true),
};
