import type { HomeEntry } from '../../../domain/home/home.ts';
import type { CollectionRow, MemberRow } from '../../../projections/collection/rows.ts';
import type { Held } from '../objects/contents.ts';
import type { Subject, View } from '../tables.ts';

export type CollectionSubject = Extract<Subject, { readonly place: 'calendar' | 'addressbook' }>;
export type ObjectSubject = Extract<
  Subject,
  { readonly place: 'calendar-object' | 'address-object' }
>;

export const collectionSubject = (
  view: View,
  entry: HomeEntry,
  row: CollectionRow,
): CollectionSubject => ({ place: entry.kind, view, entry, row });

/** A member's subject; give `held` when the properties asked for include its data. */
export const objectSubject = (
  of: CollectionSubject,
  member: MemberRow,
  held?: Held,
): ObjectSubject => ({
  place: of.place === 'calendar' ? 'calendar-object' : 'address-object',
  view: of.view,
  entry: of.entry,
  row: of.row,
  member,
  ...(held === undefined ? {} : { held }),
});
