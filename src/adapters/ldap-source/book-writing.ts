import { Attribute, Change } from 'ldapts';
import type { Asking } from '../../domain/account/directory.ts';
import type {
  EntryContents,
  EntryWriting,
  Written,
  WritingRefusal,
} from '../../domain/account/entry-writing.ts';
import { cardContents } from '../../domain/vcard/card-contents.ts';
import { entryCard } from '../../domain/vcard/entry-card.ts';
import type { Attributes } from './attributes.ts';
import { entryWithId } from './book.ts';
import { attributesFor } from './contact.ts';
import { type Connection, DirectoryAnswer, RESULT } from './connection.ts';
import { childOf, splitDn } from './dn.ts';
import type { Entries } from './entries.ts';
import { entryOf, type Fields } from './entry.ts';
import type { Naming } from '../../domain/account/naming.ts';
import { readSchema, type Schema } from './schema.ts';

export interface WritingParts {
  readonly entries: Entries;
  readonly fields: Fields;
  readonly naming: Naming;
  /** Classes of new entries. */
  readonly objectClasses: readonly string[];
  shared<Result>(
    asking: Asking,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result>;
}

/** Without `objectClasses`: what most directories keep people as (RFC 2798). */
const USUAL = ['inetOrgPerson'];
/** How long a schema is remembered, in ms. */
const REMEMBERED = 600_000;

const refusals: ReadonlyMap<number, WritingRefusal> = new Map([
  [RESULT.insufficientAccessRights, 'not-allowed'],
  [RESULT.unwillingToPerform, 'not-allowed'],
  [RESULT.entryAlreadyExists, 'exists'],
  [RESULT.noSuchObject, 'not-found'],
  ...[
    RESULT.noSuchAttribute,
    RESULT.undefinedAttributeType,
    RESULT.inappropriateMatching,
    RESULT.constraintViolation,
    RESULT.attributeOrValueExists,
    RESULT.invalidAttributeSyntax,
    RESULT.invalidDnSyntax,
    RESULT.namingViolation,
    RESULT.objectClassViolation,
    RESULT.notAllowedOnNonLeaf,
    RESULT.notAllowedOnRdn,
    RESULT.objectClassModsProhibited,
  ].map((code) => [code, 'not-fitting'] as const),
]);

const DONE: Written = { done: true };

/** What the directory answered to a change. */
export const outcome = async (change: Promise<void>): Promise<Written> => {
  try {
    await change;
    return DONE;
  } catch (error) {
    const refused = error instanceof DirectoryAnswer ? refusals.get(error.result) : undefined;
    if (refused === undefined) throw error;
    return { refused };
  }
};

type Values = readonly string[] | readonly Uint8Array[];

export const attribute = (type: string, values: Values): Attribute =>
  new Attribute({
    type,
    values: values.map((value) => (typeof value === 'string' ? value : Buffer.from(value))) as
      | string[]
      | Buffer[],
  });

const isSame = (one: Values, other: Values): boolean =>
  one.length === other.length &&
  one.every((value, at) => {
    const against = other[at];
    return typeof value === 'string' || against === undefined || typeof against === 'string'
      ? value === against
      : Buffer.compare(value, against) === 0;
  });

/** The attribute that a contact field is written to: the first that it is read from. */
const targetOf = (field: string, { CNFieldName, MailFieldNames, mapping }: Fields): string => {
  if (field === 'cn') return CNFieldName;
  if (field === 'mail') return MailFieldNames[0] ?? 'mail';
  return attributesFor(field, mapping)[0] ?? field;
};

/** Values by attribute. proxyAddresses, which have a prefix, are never written. */
const valuesOf = (
  { contact, mails, photo }: EntryContents,
  fields: Fields,
): ReadonlyMap<string, Values> => {
  const values = new Map<string, Values>();
  for (const [field, value] of contact)
    if (field !== 'mail') values.set(targetOf(field, fields), [value]);
  const mail = targetOf('mail', fields);
  if (mails.length > 0 && mail.toLowerCase() !== 'proxyaddresses') values.set(mail, mails);
  if (photo !== undefined) {
    const named = attributesFor('jpegphoto', fields.mapping)[0] ?? 'jpegPhoto';
    values.set(fields.mapping.get('photo')?.[0] ?? named, [photo]);
  }
  return values;
};

export const ldapWriting = (parts: WritingParts): EntryWriting => {
  const { entries, fields, naming, shared } = parts;
  const objectClasses = parts.objectClasses.length > 0 ? parts.objectClasses : USUAL;
  let known: { readonly schema: Schema; readonly at: number } | undefined;

  const schemaOf = async (connection: Connection): Promise<Schema> => {
    if (known === undefined || Date.now() - known.at > REMEMBERED)
      known = { schema: await readSchema(connection), at: Date.now() };
    return known.schema;
  };

  /** Works on the entry of an id. */
  const onEntry = async (
    connection: Connection,
    id: string,
    { asker }: Asking,
    work: (entry: Attributes) => Promise<void>,
  ): Promise<Written> => {
    const base = entries.base(asker);
    const entry = base === undefined ? undefined : await entryWithId(connection, id, base, parts);
    return entry === undefined ? { refused: 'not-found' } : outcome(work(entry));
  };

  /** What the card says otherwise than the entry: the rest stays as it is, other values beside a shown one too. */
  const changesOf = (entry: Attributes, contents: EntryContents, schema: Schema): Change[] => {
    const before = valuesOf(cardContents(entryCard(entryOf(entry, fields, '', naming))), fields);
    const after = valuesOf(contents, fields);
    const inName = new Set(
      splitDn(entry.dn)?.rdn.map(({ attribute: name }) => name.toLowerCase()) ?? [],
    );
    const classes = entry.all('objectClass');
    const mailName = targetOf('mail', fields).toLowerCase();
    // Addresses that other attributes have are shown as well, and stay there.
    const elsewhere = new Set<string | Uint8Array>(
      fields.MailFieldNames.slice(1)
        .flatMap((name) => entry.all(name))
        .map((mail) => mail.replace(/^smtp:/i, '').trim()),
    );
    const needed = new Set(['sn', fields.CNFieldName.toLowerCase()]);
    return [...new Set([...before.keys(), ...after.keys()])].flatMap((name) => {
      const lower = name.toLowerCase();
      const values = after.get(name) ?? [];
      if (isSame(before.get(name) ?? [], values) || inName.has(lower)) return [];
      if (values.length === 0 && needed.has(lower)) return [];
      if (!schema.allows(classes, name)) return [];
      const kept = lower === mailName ? values.filter((mail) => !elsewhere.has(mail)) : values;
      return [new Change({ operation: 'replace', modification: attribute(name, kept as Values) })];
    });
  };

  return {
    add: (id, contents, asking) =>
      shared(asking, async (connection): Promise<Written> => {
        const base = entries.base(asking.asker);
        if (base === undefined) return { refused: 'not-found' };
        const schema = await schemaOf(connection);
        const values = new Map<string, Values>();
        const shown = contents.contact.get('displayname') ?? contents.contact.get('cn') ?? id;
        // What people have to have (RFC 4519 §3.12), whatever the card says.
        values.set('sn', [shown]);
        values.set(fields.CNFieldName, [shown]);
        for (const [name, each] of valuesOf(contents, fields)) values.set(name, each);
        for (const name of values.keys())
          if (name.toLowerCase() === fields.IDFieldName.toLowerCase()) values.delete(name);
        values.set(fields.IDFieldName, [id]);
        const given = [...values].filter(([name]) => schema.allows(objectClasses, name));
        return outcome(
          connection.add(childOf(base, fields.IDFieldName, id), [
            attribute('objectClass', objectClasses),
            ...given.map(([name, each]) => attribute(name, each)),
          ]),
        );
      }),
    replace: (id, contents, asking) =>
      shared(asking, async (connection) => {
        const schema = await schemaOf(connection);
        return onEntry(connection, id, asking, async (entry) => {
          const changes = changesOf(entry, contents, schema);
          if (changes.length > 0) await connection.modify(entry.dn, changes);
        });
      }),
    remove: (id, asking) =>
      shared(asking, (connection) =>
        onEntry(connection, id, asking, (entry) => connection.remove(entry.dn)),
      ),
  };
};
