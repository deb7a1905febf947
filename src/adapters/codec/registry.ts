import type { DomainEvent } from '../../domain/events.ts';
import { accountSchemas } from './account.ts';
import { addressBookSchemas } from './addressbook.ts';
import { calendarSchemas } from './calendar.ts';
import { filesSchemas } from './files.ts';
import { groupsSchemas } from './groups.ts';
import { homeSchemas } from './home.ts';
import { installationSchemas } from './installation.ts';
import { notificationsSchemas } from './notifications.ts';
import { preferencesSchemas } from './preferences.ts';
import { rightsSchemas } from './rights.ts';
import { schedulingSchemas } from './scheduling.ts';
import { webCalendarSchemas } from './web-calendar.ts';
import type { Schemas } from './schemas.ts';

/** Every event type and every version of it. */
export type Registry = Schemas<DomainEvent>;

export const eventRegistry: Registry = {
  ...accountSchemas,
  ...addressBookSchemas,
  ...calendarSchemas,
  ...filesSchemas,
  ...groupsSchemas,
  ...homeSchemas,
  ...installationSchemas,
  ...notificationsSchemas,
  ...preferencesSchemas,
  ...rightsSchemas,
  ...schedulingSchemas,
  ...webCalendarSchemas,
};
