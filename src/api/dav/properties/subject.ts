import type { HomeEntry } from '../../../domain/home/home.ts';
import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import type { CollectionRow, MemberRow, TagRow } from '../../../projections/collection/rows.ts';
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

/** What the members of a kind of collection are. */
export const objectPlaceOf = (kind: CollectionKind) =>
  kind === 'calendar' ? ('calendar-object' as const) : ('address-object' as const);

/** A member's subject; give `held` when the properties asked for include its data. */
export const objectSubject = (
  of: CollectionSubject,
  member: MemberRow | TagRow,
  held?: Held,
): ObjectSubject => ({
  place: objectPlaceOf(of.place),
  view: of.view,
  entry: of.entry,
  row: of.row,
  member,
  ...(held === undefined ? {} : { held }),
});
