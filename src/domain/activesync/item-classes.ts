import { calendarClass } from './calendar/calendar.ts';
import { contactsClass } from './contacts/contacts.ts';
import type { ItemClass } from './item-class.ts';

/** The mapping of each class. */
export const itemClasses: Readonly<Record<'Calendar' | 'Contacts', ItemClass>> = {
  Calendar: calendarClass,
  Contacts: contactsClass,
};
