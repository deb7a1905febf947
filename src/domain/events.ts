import type { AccountEvent } from './account/account.ts';
import type { GroupsEvent } from './account/groups.ts';
import type { LoginEvent } from './account/login.ts';
import type { AddressBookEvent } from './addressbook/addressbook.ts';
import type { CalendarEvent } from './calendar/calendar.ts';
import type { FilesEvent } from './files/changes.ts';
import type { HomeEvent } from './home/home.ts';
import type { InstallationEvent } from './installation/installation.ts';
import type { NotificationsEvent } from './notifications/notifications.ts';
import type { PreferencesEvent } from './preferences/preferences.ts';
import type { ProcessEvent } from './scheduling/process.ts';
import type { WebCalendarEvent } from './web-calendar/credentials.ts';

/** Everything that can happen; each has a message in a `.proto` beside its decider. */
export type DomainEvent =
  | AccountEvent
  | AddressBookEvent
  | CalendarEvent
  | FilesEvent
  | GroupsEvent
  | HomeEvent
  | InstallationEvent
  | LoginEvent
  | NotificationsEvent
  | PreferencesEvent
  | ProcessEvent
  | WebCalendarEvent;
