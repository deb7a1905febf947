import type { IncomingHttpHeaders } from 'node:http';
import type { TagList } from '../../domain/collection/precondition.ts';
import type { Folder, ItemPath, Measure, PlainFile } from '../../domain/files/tree.ts';
import type { HomeEntry } from '../../domain/home/home.ts';
import type { PropertyChange } from '../../domain/home/properties.ts';
import type { Zone } from '../../domain/icalendar/zones/zone.ts';
import type { ZonesWanted } from '../../domain/icalendar/zones/references.ts';
import type { Preferences, PreferencesChange } from '../../domain/preferences/preferences.ts';
import type { SettingsChange } from '../../domain/preferences/settings.ts';
import type { Lock } from '../../domain/locks/lock.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Delegation } from '../../domain/rights/delegation.ts';
import type {
  CollectionRow,
  CollectionRows,
  MemberRow,
  TagRow,
} from '../../projections/collection/rows.ts';
import type { Dialect, Limits, Principal, Services } from '../services.ts';
import type { Resource, Viewer } from './resource.ts';
import type { Book } from '../books/book.ts';
import type { ExportForm } from './forms/exports.ts';
import type { Card } from '../books/card.ts';
import type { Known } from '../books/principals.ts';
import type { Answer } from './answer.ts';
import type { Shares, Told } from './invitations/shown.ts';
import type { Held } from './objects/contents.ts';
import type { Refusal } from './errors.ts';
import type { Path } from './path.ts';
import type { Preference } from './preferences.ts';
import type { XmlElement } from './xml/element.ts';
import type { Name } from './xml/names.ts';
import type { Markup } from './xml/write.ts';

/** The places that have properties. */
export const subjectPlaces = [
  'root',
  'principal',
  'known-principal',
  'calendar-proxy',
  'calendar-home',
  'addressbook-home',
  'calendar',
  'addressbook',
  'calendar-object',
  'address-object',
  'directory',
  'directory-card',
  'free-busy',
  'schedule-inbox',
  'schedule-outbox',
  'notifications',
  'notification',
  'calendar-export',
  'addressbook-export',
  'folder',
  'file',
] as const;

/** What a resource is, as far as methods, reports and properties care. */
export const places = [...subjectPlaces, 'vacant', 'unmapped', 'nothing'] as const;
export type Place = (typeof places)[number];

const placesOf: Readonly<
  Record<CollectionKind, Readonly<Record<'home' | 'collection' | 'object' | 'export', Place>>>
> = {
  calendar: {
    home: 'calendar-home',
    collection: 'calendar',
    object: 'calendar-object',
    export: 'calendar-export',
  },
  addressbook: {
    home: 'addressbook-home',
    collection: 'addressbook',
    object: 'address-object',
    export: 'addressbook-export',
  },
};

export const placeOf = (resource: Resource): Place => {
  switch (resource.kind) {
    case 'home':
      return placesOf[resource.of].home;
    case 'collection':
      return placesOf[resource.entry.kind].collection;
    case 'object':
    case 'export':
      return placesOf[resource.collection.entry.kind][resource.kind];
    default:
      return resource.kind;
  }
};

/** Everything a method or report is given. The body was read whole, within the method's bound. */
export interface DavRequest {
  /** Their `collections` show what whoever asks may see, and no more. */
  readonly services: Services;
  /** Collections as they are: to judge by, never to answer with. */
  readonly unveiled: CollectionRows;
  readonly tables: Tables;
  /** UUID; also the correlation id of what the request records. */
  readonly id: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly path: Path;
  readonly principal: Viewer;
  readonly resource: Resource;
  /** The directories that whoever asks has as address books. */
  readonly books: readonly Book[];
  /** Those of whoever asks, once a property needed them. */
  readonly preferences?: Preferences;
  /** Those that its answer may tell of, where it asks for them. */
  readonly locks?: readonly Lock[];
  /** Whether properties that name groups or their members are asked for. */
  readonly tellsOfGroups?: boolean;
  /** Empty when there was none. */
  readonly body: Uint8Array;
  /** What an `If` header demands of the requested object; it held when the request came. */
  readonly ifLists?: readonly TagList[];
  /** The envelope's say about this request; `at` is when it arrived. */
  readonly by: Provenance;
}

/** One row of the method table: OPTIONS, `Allow` and dispatch all read it. */
export interface Method {
  /** `PROPFIND`. Several rows may share a name when they stand on different places. */
  readonly name: string;
  /** RFC and section. */
  readonly source: string;
  readonly on: readonly Place[];
  /** Which of `services.limits` bounds the body; `none` refuses any with 415 (RFC 4918 §8.4). */
  readonly body: 'none' | 'xml' | 'resource';
  /** Tokens for the `DAV` header that this row earns. */
  readonly compliance?: readonly string[];
  /** What it honours of the `Prefer` header (RFC 8144). */
  readonly preferences?: readonly Preference[];
  handle(request: DavRequest): Promise<Answer>;
  /**
   * What to do on other places: answer, throw a DavError, or give `undefined` for the usual 404 where
   * nothing is and 405 where something is. Not counted in `Allow`.
   */
  elsewhere?(request: DavRequest): Promise<Answer | undefined>;
}

/** One row of the report table (RFC 3253 §3.6): REPORT and `supported-report-set` read it. */
export interface Report {
  /** Root element of the request body. */
  readonly name: Name;
  readonly source: string;
  readonly on: readonly Place[];
  readonly compliance?: readonly string[];
  handle(request: DavRequest, body: XmlElement): Promise<Answer>;
}

/** From whose eyes and under which rules properties are read. One object a request. */
export interface View {
  /** Whoever asks. */
  readonly viewer: Viewer;
  /** In whose tree the requested resource is. */
  readonly whose: Principal;
  /** People that are told of: owners of collections that are not of that tree, and who has rights in some. */
  readonly owners?: ReadonlyMap<AccountId, Principal>;
  /** With whom calendars are shared, where a request may ask for it. */
  readonly shares?: ReadonlyMap<StreamId, Shares>;
  readonly limits: Limits;
  readonly dialect: Dialect;
  /** The directories that the viewer has as address books. */
  readonly books: readonly Book[];
  readonly tables: Tables;
  /** The viewer's, where one of the properties asked for needs them. */
  readonly preferences?: Preferences;
  /** Locks that the answer may tell of, where it is asked for them. */
  readonly locks?: readonly Lock[];
  /** Whether properties that are not there are left out (RFC 8144 §2.1). */
  readonly minimal: boolean;
  /** Whether time zones are wanted in calendar data, where the client says so (RFC 7809 §7.1). */
  readonly zones: ZonesWanted | undefined;
  /** Whose days and floating times a query means; otherwise the calendar's. */
  readonly floating?: Zone;
}

interface Seen<Place extends string> {
  readonly place: Place;
  readonly view: View;
}

interface OfCollection {
  readonly entry: HomeEntry;
  readonly row: CollectionRow;
}

interface OfMember extends OfCollection {
  /** With its tag alone, where no more is asked for. */
  readonly member: MemberRow | TagRow;
  /** The member's content, where a report loaded it; PROPFIND never does. */
  readonly held?: Held;
}

interface OfBook {
  readonly book: Book;
}

interface OfCard extends OfBook {
  readonly card: Card;
  /** Whether it is a report's, which may show the card itself; PROPFIND never does. */
  readonly isReported: boolean;
}

interface OfSelf {
  /** hrefs; absent where nobody asked for them. */
  readonly groups?: readonly string[] | 'away';
  /** For whom they act. */
  readonly delegators?: Readonly<Record<Delegation, readonly string[]>>;
}

interface OfProxy {
  readonly of: Delegation;
  /** hrefs; absent where nobody asked for them, or nobody who may. */
  readonly members?: readonly string[];
}

/** hrefs of groups and members are absent where nobody asked for them. */
interface OfKnown {
  readonly known: Known;
  readonly members?: readonly string[];
  readonly groups?: readonly string[];
}

interface OfInbox {
  /** Calendars of its owner whose events take time. */
  readonly counted: readonly HomeEntry[];
}

interface OfExport {
  /** What is sent where a request has no wish. */
  readonly form: ExportForm;
}

interface OfNotifications {
  /** Another when they are others. */
  readonly tag: string;
}

interface OfNotification {
  readonly told: Told;
}

interface OfFolder {
  /** Where it is among the files. */
  readonly at: ItemPath;
  /** Last path segment. */
  readonly name: string;
  readonly folder: Folder;
  /** Of all the account's files. */
  readonly total: Measure;
}

interface OfFile {
  readonly at: ItemPath;
  readonly name: string;
  readonly file: PlainFile;
}

/** A resource whose properties are read, with all rows they need already loaded: reading asks nobody. */
export type Subject =
  | Seen<'root'>
  | (Seen<'principal'> & OfSelf)
  | (Seen<'known-principal'> & OfKnown)
  | (Seen<'calendar-proxy'> & OfProxy)
  | Seen<'calendar-home'>
  | Seen<'addressbook-home'>
  | Seen<'free-busy'>
  | (Seen<'schedule-inbox'> & OfInbox)
  | Seen<'schedule-outbox'>
  | (Seen<'notifications'> & OfNotifications)
  | (Seen<'notification'> & OfNotification)
  | (Seen<'calendar-export'> & OfExport)
  | (Seen<'addressbook-export'> & OfExport)
  | (Seen<'calendar'> & OfCollection)
  | (Seen<'addressbook'> & OfCollection)
  | (Seen<'calendar-object'> & OfMember)
  | (Seen<'address-object'> & OfMember)
  | (Seen<'directory'> & OfBook)
  | (Seen<'directory-card'> & OfCard)
  | (Seen<'folder'> & OfFolder)
  | (Seen<'file'> & OfFile);

export type Reading = Markup | Refusal | undefined;

/** One row of the property table: PROPFIND, PROPPATCH, MKCALENDAR and reports read it. */
export interface Property {
  readonly name: Name;
  /** RFC and section, or whose extension it is. */
  readonly source: string;
  readonly on: readonly Subject['place'][];
  /** Whether `allprop` includes it (RFC 4918 §9.1 leaves most out). */
  readonly allprop: boolean;
  /**
   * The property's content (not its element); `undefined`: it has no value here, so 404. A refusal stands
   * for this property alone.
   * `asked`: the property's element of the request, where a report's carries parameters (`calendar-data`).
   */
  read(subject: Subject, asked?: XmlElement): Reading;
  /** Absent: protected. `undefined` removes the property. 400: malformed, and the request with it. */
  patch?(value: XmlElement | undefined): PropertyChange | Refusal;
  /** The same where the property is a preference of its owner. 400: malformed, and the request with it. */
  prefer?(value: XmlElement | undefined): PreferencesChange | Refusal;
  /** The same where it is one of its owner's settings. */
  settle?(value: XmlElement | undefined): { readonly settings: SettingsChange } | Refusal;
  /** Whether `read` looks at no more of an object than its tag. */
  readonly needsTagAlone?: boolean;
  /** Whether `read` looks at the view's preferences. */
  readonly needsPreferences?: boolean;
  /** Why the parameters a report asks with cannot be followed; asked before anything is read. */
  check?(asked: XmlElement): Refusal | undefined;
  /** Attributes of the property's element in the answer to a report that asks with parameters. */
  attributes?(asked: XmlElement): Readonly<Record<string, string>> | undefined;
}

/** A row as it is written down: `read` is only given subjects of the places it stands on. */
export interface PropertyRow<On extends Subject['place']>
  extends Pick<
    Property,
    | 'name'
    | 'source'
    | 'allprop'
    | 'patch'
    | 'prefer'
    | 'settle'
    | 'needsTagAlone'
    | 'needsPreferences'
    | 'check'
    | 'attributes'
  > {
  readonly on: readonly On[];
  read(subject: SubjectAt<On>, asked?: XmlElement): Reading;
}

export type SubjectAt<On extends Subject['place']> = Extract<Subject, { readonly place: On }>;

/** A row for the table. */
export const property = <On extends Subject['place']>(row: PropertyRow<On>): Property => {
  const stands = (subject: Subject): subject is SubjectAt<On> =>
    row.on.some((place) => place === subject.place);
  return {
    ...row,
    read: (subject, asked) => (stands(subject) ? row.read(subject, asked) : undefined),
  };
};

export interface Tables {
  readonly methods: readonly Method[];
  readonly reports: readonly Report[];
  readonly properties: readonly Property[];
}
