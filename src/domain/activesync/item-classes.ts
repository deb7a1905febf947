import { calendarClass } from './calendar/calendar.ts';
import { contactsClass } from './contacts/contacts.ts';
import type { ItemClass, ItemClassName } from './item-class.ts';
import { notesClass } from './notes.ts';
import { tasksClass } from './tasks/tasks.ts';

/** The mapping of each class. */
export const itemClasses: Readonly<Record<ItemClassName, ItemClass>> = {
  Calendar: calendarClass,
  Contacts: contactsClass,
  Tasks: tasksClass,
  Notes: notesClass,
};
