import { contactFields, withShownName } from '../../domain/account/contact-fields.ts';
import type { DirectoryEntry, EntryKind } from '../../domain/account/directory.ts';
import { loginOf, type Naming } from '../../domain/account/naming.ts';
import type { ModuleName } from '../../domain/account/user-source.ts';

/** Which columns mean what, by the keys of the guide; `undefined`: none does. */
export interface Columns {
  readonly mailColumns: readonly string[];
  readonly searchColumns: readonly string[];
  readonly domainColumn: string | undefined;
  readonly imapHostColumn: string | undefined;
  readonly imapLoginColumn: string;
  readonly sieveHostColumn: string | undefined;
  readonly kindColumn: string | undefined;
  readonly bookingsColumn: string | undefined;
  /** What a module asks of people: columns and the value that each has to have. */
  readonly constraints: ReadonlyMap<ModuleName, ReadonlyMap<string, string>>;
}

/** One row, as `to_jsonb` has it: columns by name. */
export type EntryRow = Readonly<Record<string, unknown>>;

type Cell = (column: string | undefined) => string | undefined;

/** Columns by their names in any case, as unquoted names are. */
const cellsOf = (row: EntryRow): Cell => {
  const cells = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
  return (column) => {
    const value = column === undefined ? undefined : cells.get(column.toLowerCase());
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      return undefined;
    const text = String(value).trim();
    return text === '' ? undefined : text;
  };
};

/** A bytea, as JSON has it. */
const octetsOf = (text: string | undefined): Uint8Array | undefined =>
  text !== undefined && /^\\x(?:[0-9a-f]{2})+$/.test(text)
    ? Buffer.from(text.slice(2), 'hex')
    : undefined;

const kindOf = (kind: string | undefined): EntryKind => {
  switch (kind?.toLowerCase()) {
    case 'group':
      return 'group';
    case 'location':
      return 'location';
    case 'thing':
      return 'thing';
    default:
      return 'individual';
  }
};

const bookingsOf = (kind: EntryKind, bookings: string | undefined): number | undefined => {
  if (kind === 'individual') return undefined;
  const count = Number(bookings);
  return Number.isSafeInteger(count) && count >= -1 ? count : 0;
};

/** The modules that a row does not have what they ask for. */
const barredBy = (constraints: Columns['constraints'], cell: Cell): readonly ModuleName[] =>
  [...constraints]
    .filter(([, wanted]) =>
      [...wanted].some(([column, value]) => cell(column)?.toLowerCase() !== value.toLowerCase()),
    )
    .map(([module]) => module);

export const entryOf = (
  row: EntryRow,
  columns: Columns,
  source: string,
  naming: Naming,
): DirectoryEntry => {
  const cell = cellsOf(row);
  const uid = cell('c_uid');
  const rowDomain = cell(columns.domainColumn)?.toLowerCase();
  const domain = rowDomain ?? naming.domain;
  const kind = kindOf(cell(columns.kindColumn));
  const contact = new Map<string, string>();
  for (const field of contactFields) {
    const value = cell(field) ?? (field === 'cn' ? cell('c_cn') : undefined);
    if (value !== undefined) contact.set(field, value);
  }
  const mails = ['mail', ...columns.mailColumns].flatMap(
    (column) => cell(column)?.split(/\s+/) ?? [],
  );
  return {
    source,
    id: cell('c_name') ?? uid ?? '',
    login: uid === undefined ? undefined : loginOf(uid, rowDomain, naming),
    ...(domain === undefined ? {} : { domain }),
    displayName: cell('c_cn') ?? '',
    mails: [...new Set(mails)],
    kind,
    bookings: bookingsOf(kind, cell(columns.bookingsColumn)),
    barred: barredBy(columns.constraints, cell),
    imapHost: cell(columns.imapHostColumn),
    imapLogin: cell(columns.imapLoginColumn) ?? uid,
    sieveHost: cell(columns.sieveHostColumn),
    info: cell('c_info') ?? cell('description'),
    contact: withShownName(contact),
    photo: octetsOf(cell('jpegphoto') ?? cell('photo')),
  };
};
