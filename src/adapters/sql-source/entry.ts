import { contactFields, withShownName } from '../../domain/account/contact-fields.ts';
import type { DirectoryEntry, EntryKind } from '../../domain/account/directory.ts';
import { loginOf, type Naming } from '../../domain/account/naming.ts';
import type { ModuleName } from '../../domain/account/user-source.ts';
import type { Row } from './database.ts';

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

type Cell = (column: string | undefined) => string | undefined;

const byName = (row: Row): ReadonlyMap<string, unknown> =>
  new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));

/** Columns by their names in any case, as unquoted names are. */
const cellsOf = (row: Row): Cell => {
  const cells = byName(row);
  return (column) => {
    const value = column === undefined ? undefined : cells.get(column.toLowerCase());
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      return undefined;
    const text = String(value).trim();
    return text === '' ? undefined : text;
  };
};

/** What one column says, if it does. */
export const textIn = (row: Row, column: string): string | undefined => cellsOf(row)(column);

/** A column of octets, as the driver has it or, for PostgreSQL's bytea, as JSON has it. */
const octetsIn = (row: Row, column: string): Uint8Array | undefined => {
  const value = byName(row).get(column);
  if (value instanceof Uint8Array) return value.length === 0 ? undefined : value;
  return typeof value === 'string' && /^\\x(?:[0-9a-f]{2})+$/.test(value)
    ? Buffer.from(value.slice(2), 'hex')
    : undefined;
};

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
  row: Row,
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
    photo: octetsIn(row, 'jpegphoto') ?? octetsIn(row, 'photo'),
  };
};
