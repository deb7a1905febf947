import { calendarClass } from './calendar/calendar.ts';
import type { ItemClass, ItemClassName } from './item-class.ts';

/** The mapping of each class. */
export const itemClasses: Readonly<Record<'Calendar', ItemClass>> = {
  Calendar: calendarClass,
};
