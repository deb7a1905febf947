import type { DirectoryEntry, EntryKind } from '../../domain/account/directory.ts';
import { loginOf, type Naming } from '../../domain/account/naming.ts';
import type { ModuleName, SourceUser } from '../../domain/account/user-source.ts';
import type { Attributes } from './attributes.ts';
import { contactAttributes, contactOf, type Mapping, photoAttributes } from './contact.ts';
import { splitDn } from './dn.ts';

/** What a module asks of people: attributes and the value that each has to have. */
export type ModulesConstraints = ReadonlyMap<ModuleName, ReadonlyMap<string, string>>;

/** Which attributes mean what, by the keys of the guide. */
export interface Fields {
  readonly CNFieldName: string;
  readonly IDFieldName: string;
  readonly UIDFieldName: string;
  readonly MailFieldNames: readonly string[];
  readonly IMAPHostFieldName: string | undefined;
  readonly IMAPLoginFieldName: string | undefined;
  readonly SieveHostFieldName: string | undefined;
  readonly KindFieldName: string | undefined;
  readonly MultipleBookingsFieldName: string | undefined;
  readonly SOGoLDAPContactInfoAttribute: string;
  readonly ModulesConstraints: ModulesConstraints;
  readonly GroupObjectClasses: readonly string[];
  readonly mapping: Mapping;
}

const named = (names: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(names.filter((name) => name !== undefined)),
];

const constrained = ({ ModulesConstraints }: Fields): readonly string[] =>
  [...ModulesConstraints.values()].flatMap((constraints) => [...constraints.keys()]);

/** What is asked for when somebody logs in: no photos, no certificates. */
export const userAttributes = (fields: Fields): readonly string[] =>
  named([
    'objectClass',
    fields.UIDFieldName,
    fields.CNFieldName,
    'displayName',
    ...fields.MailFieldNames,
    ...constrained(fields),
  ]);

/** What is asked for when an entry is to be shown. */
export const entryAttributes = (fields: Fields, isWithPhoto: boolean): readonly string[] =>
  named([
    ...userAttributes(fields),
    fields.IDFieldName,
    fields.IMAPHostFieldName,
    fields.IMAPLoginFieldName,
    fields.SieveHostFieldName,
    fields.KindFieldName,
    fields.MultipleBookingsFieldName,
    fields.SOGoLDAPContactInfoAttribute,
    ...contactAttributes(fields.mapping),
    ...(isWithPhoto ? photoAttributes(fields.mapping) : []),
  ]);

/** Addresses in the order of the fields, without `smtp:` in front, as proxyAddresses has them. */
const mailsOf = (attributes: Attributes, { MailFieldNames }: Fields): readonly string[] => [
  ...new Set(
    MailFieldNames.flatMap((name) => {
      const values = attributes.all(name).map((value) => value.trim());
      if (name.toLowerCase() !== 'proxyaddresses') return values;
      const smtp = values.filter((value) => !/^(?!smtp:)[\w.-]+:/i.test(value));
      // The one to write to is marked by capital letters.
      const first = smtp.filter((value) => value.startsWith('SMTP:'));
      return [...first, ...smtp].map((value) => value.replace(/^smtp:/i, ''));
    }).filter((value) => value !== ''),
  ),
];

const barredOf = (attributes: Attributes, constraints: ModulesConstraints): ModuleName[] =>
  [...constraints]
    .filter(([, wanted]) =>
      [...wanted].some(
        ([name, value]) =>
          !attributes.all(name).some((each) => each.toLowerCase() === value.toLowerCase()),
      ),
    )
    .map(([module]) => module);

/** Of several logins the one in the entry's own name, so that it stays the same. */
const uidOf = (attributes: Attributes, { UIDFieldName }: Fields): string | undefined => {
  const uids = attributes
    .all(UIDFieldName)
    .map((uid) => uid.trim())
    .filter((uid) => uid !== '');
  const inName = splitDn(attributes.dn)?.rdn.find(
    ({ attribute }) => attribute.toLowerCase() === UIDFieldName.toLowerCase(),
  );
  return uids.find((uid) => uid === inName?.value) ?? uids[0];
};

const classesOf = (attributes: Attributes): ReadonlySet<string> =>
  new Set(attributes.all('objectClass').map((name) => name.toLowerCase()));

export const isGroup = (attributes: Attributes, { GroupObjectClasses }: Fields): boolean => {
  const classes = classesOf(attributes);
  return GroupObjectClasses.some((name) => classes.has(name.toLowerCase()));
};

const kindOf = (attributes: Attributes, fields: Fields): EntryKind => {
  if (isGroup(attributes, fields)) return 'group';
  const { KindFieldName } = fields;
  const kind = KindFieldName === undefined ? undefined : attributes.first(KindFieldName);
  switch (kind?.toLowerCase()) {
    case 'group':
      return 'group';
    case 'location':
      return 'location';
    case 'thing':
      return 'thing';
    default:
      return classesOf(attributes).has('calendarresource') ? 'thing' : 'individual';
  }
};

const bookingsOf = (attributes: Attributes, fields: Fields): number | undefined => {
  const { KindFieldName, MultipleBookingsFieldName: name } = fields;
  const kind = KindFieldName === undefined ? undefined : attributes.first(KindFieldName);
  const isResource =
    ['group', 'location', 'thing'].includes(kind?.toLowerCase() ?? '') ||
    classesOf(attributes).has('calendarresource');
  if (!isResource) return undefined;
  const bookings = Number(name === undefined ? undefined : attributes.first(name));
  return Number.isSafeInteger(bookings) && bookings >= -1 ? bookings : 0;
};

/** The person of an entry; `undefined` when it has no login. */
export const userOf = (
  attributes: Attributes,
  fields: Fields,
  source: string,
  naming: Naming,
): SourceUser | undefined => {
  const uid = uidOf(attributes, fields);
  const login = uid === undefined ? undefined : loginOf(uid, undefined, naming);
  if (login === undefined) return undefined;
  const barred = barredOf(attributes, fields.ModulesConstraints);
  return {
    source,
    login,
    ...(naming.domain === undefined ? {} : { domain: naming.domain }),
    displayName: attributes.first(fields.CNFieldName) ?? attributes.first('displayName') ?? '',
    mail: mailsOf(attributes, fields)[0] ?? '',
    ...(barred.length === 0 ? {} : { barred }),
  };
};

/** What names an entry: IDFieldName, or what stands in its own name where it has none. */
export const idOf = (attributes: Attributes, { IDFieldName }: Fields): string => {
  const [{ value: rdn = '' } = {}] = splitDn(attributes.dn)?.rdn ?? [];
  return attributes.first(IDFieldName) ?? rdn;
};

export const entryOf = (
  attributes: Attributes,
  fields: Fields,
  source: string,
  naming: Naming,
): DirectoryEntry => {
  const uid = uidOf(attributes, fields);
  const read = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : attributes.first(name);
  const contact = contactOf(attributes, fields.mapping);
  return {
    source,
    id: idOf(attributes, fields),
    login: uid === undefined ? undefined : loginOf(uid, undefined, naming),
    ...(naming.domain === undefined ? {} : { domain: naming.domain }),
    displayName: attributes.first(fields.CNFieldName) ?? contact.get('displayname') ?? '',
    mails: mailsOf(attributes, fields),
    kind: kindOf(attributes, fields),
    bookings: bookingsOf(attributes, fields),
    barred: barredOf(attributes, fields.ModulesConstraints),
    imapHost: read(fields.IMAPHostFieldName),
    imapLogin: read(fields.IMAPLoginFieldName) ?? uid,
    sieveHost: read(fields.SieveHostFieldName),
    info: attributes.first(fields.SOGoLDAPContactInfoAttribute),
    contact,
    photo: photoAttributes(fields.mapping)
      .map((name) => attributes.octets(name))
      .find((octets) => octets !== undefined),
  };
};
