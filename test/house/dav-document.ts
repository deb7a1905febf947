import { objectForms } from '../../src/api/dav/forms/object-forms.ts';
import type { Tables } from '../../src/api/dav/tables.ts';
import { type Name, namespaces, splitName } from '../../src/api/dav/xml/names.ts';
import { type Section, sections } from './dav-sections.ts';

const HEAD = `# CalDAV and CardDAV: what is served

Made from the tables that the server runs on (\`src/api/dav/assembly.ts\`) and from \`test/house/dav-sections.ts\`;
\`npx vitest run test/house -u\` makes it anew. What is not listed is not there.

Paths are SOGo's: \`/SOGo/dav/USER/\` is principal and home, with calendars below \`Calendar/\` and address books
below \`Contacts/\`. \`Calendar/ID.ics\` and \`Contacts/ID.vcf\` are a whole collection as one file, to be read only; so is
\`ID.xml\` in either, as xCal or xCard.

**Forms.** Objects are served as they were stored unless another form is asked for: with Accept in GET, or with
\`content-type\` and \`version\` of \`calendar-data\` and \`address-data\` in reports. All forms have the object's one ETag.

FORMS

\`ID.ics\` is also given as \`application/calendar+json\` and \`application/calendar+xml\`, \`ID.vcf\` in one version of
\`text/vcard\` and as \`application/vcard+xml\`. What is done for single clients: [workarounds.md](workarounds.md).

**Contact lists.** SOGo's lists (\`BEGIN:VLIST\`, usually named \`ID.vlf\`), groups of vCard 4.0 (\`KIND:group\` with \`MEMBER\`)
and Apple's in vCard 3.0 (\`X-ADDRESSBOOKSERVER-KIND\`, \`X-ADDRESSBOOKSERVER-MEMBER\`) are kept as they come, and each is
given as the others: [contact lists](contact-lists.md).

**Moving.** COPY and MOVE work on objects, within and between one's own collections of one kind. An object keeps
its UID, so a copy beside its original is refused with \`no-uid-conflict\`. A MOVE between two collections stores
first and deletes then: cut short in between, the object is there twice and never lost, and the same request
again finishes. Collections are neither copied nor moved: 403, which RFC 4918 §9.8 leaves to the server.

**Principals.** Whoever asks finds themselves, and people, groups and resources of the directories that are address books
([global address books](../administration/global-address-books.md)): \`/SOGo/dav/LOGIN/\`, and \`/SOGo/dav/@ID/\` for groups.

**Directories** are address books without sync tokens and getctag, because they do not tell when they changed. Where they
are to be searched (\`listRequiresDot\`), PROPFIND shows none of their cards.
`;

const prefixes: Readonly<Record<string, string>> = {
  [namespaces.dav]: 'D',
  [namespaces.caldav]: 'C',
  [namespaces.carddav]: 'CR',
  [namespaces.calendarServer]: 'CS',
  [namespaces.apple]: 'A',
  [namespaces.inverse]: 'I',
};

const short = (name: Name): string => {
  const [space, local] = splitName(name);
  return `${prefixes[space] ?? space}:${local}`;
};

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows]
    .map((cells) =>
      `| ${cells.join(' | ')} |`.replaceAll('| --- ', '|---').replaceAll('--- |', '---|'),
    )
    .join('\n');

const byName = (one: readonly string[], other: readonly string[]): number =>
  (one[0] ?? '') < (other[0] ?? '') ? -1 : 1;

/** Every section that rows cite, as `RFC 4918 §9.1`, with the rows' names. */
const citations = (tables: Tables): ReadonlyMap<string, readonly string[]> => {
  const cited = new Map<string, string[]>();
  const rows = [
    ...tables.methods.map(({ name, source }) => [name, source] as const),
    ...[...tables.reports, ...tables.properties].map(
      ({ name, source }) => [short(name), source] as const,
    ),
  ];
  for (const [name, source] of rows)
    for (const [, rfc = '', section = ''] of source.matchAll(/(RFC \d+) §(\d+(?:\.\d+)*)/g)) {
      const names = cited.get(`${rfc} §${section}`) ?? [];
      if (!names.includes(name)) names.push(name);
      cited.set(`${rfc} §${section}`, names);
    }
  return cited;
};

const inSections = (one: string, other: string): number => {
  const [a, b] = [one, other].map((section) => section.split('.').map(Number));
  for (let at = 0; at < 4; at += 1) {
    const difference = (a?.[at] ?? -1) - (b?.[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
};

/** Sections that are listed without a state although no row cites them. */
export const unfounded = (tables: Tables): readonly string[] => {
  const cited = citations(tables);
  return Object.entries(sections).flatMap(([rfc, listed]) =>
    listed
      .filter(
        ([section, , state]) => state === undefined && !cited.has(`${numberOf(rfc)} §${section}`),
      )
      .map(([section]) => `${rfc} §${section}`),
  );
};

const numberOf = (rfc: string): string => /^RFC \d+/.exec(rfc)?.[0] ?? rfc;

const sectionTables = (tables: Tables): string => {
  const cited = citations(tables);
  const unlisted = new Set([...cited.keys()].map((key) => key.replace(/ §.*/, '')));
  for (const rfc of Object.keys(sections)) unlisted.delete(numberOf(rfc));
  const all: readonly (readonly [string, readonly Section[]])[] = [
    ...Object.entries(sections),
    ...[...unlisted].map((rfc) => [rfc, []] as const),
  ];
  return all
    .map(([rfc, listed]) => {
      const key = (section: string) => `${numberOf(rfc)} §${section}`;
      const known = new Map(listed.map((entry) => [entry[0], entry]));
      const numbers = [...cited.keys()]
        .filter((each) => each.startsWith(`${numberOf(rfc)} §`))
        .map((each) => each.slice(each.indexOf('§') + 1));
      const rows = [...new Set([...known.keys(), ...numbers])]
        .toSorted(inSections)
        .map((section) => {
          const names = cited.get(key(section));
          const [, about = names?.join(', ') ?? '', state = 'yes', note = ''] = known.get(
            section,
          ) ?? [section];
          const isNo = state === 'no' && names !== undefined;
          const by = names === undefined ? '' : names.map((name) => `\`${name}\``).join(', ');
          return [
            `§${section}`,
            about,
            isNo ? 'yes' : state,
            [by, isNo ? '' : note].filter((part) => part !== '').join('; '),
          ];
        });
      return `### ${rfc}\n\n${table(['section', 'about', 'state', 'by what, and how'], rows)}\n`;
    })
    .join('\n');
};

const forms = (): string =>
  table(
    ['objects of', 'media type', 'version'],
    Object.entries(objectForms).flatMap(([kind, all]) =>
      all.map(({ type, version }) => [kind, `\`${type}\``, version]),
    ),
  );

/** `docs/protocols/dav.md` as it has to be. */
export const davDocument = (tables: Tables): string => {
  const methods = tables.methods.map(({ name, on, source, preferences = [] }) => [
    name,
    on.join(', '),
    source,
    preferences.join(', '),
  ]);
  const reports = tables.reports.map(({ name, on, source }) => [
    short(name),
    on.join(', '),
    source,
  ]);
  const properties = tables.properties.map((row) => [
    short(row.name),
    row.on.join(', '),
    row.source,
    row.allprop ? 'yes' : 'no',
    row.patch === undefined && row.prefer === undefined && row.settle === undefined ? 'no' : 'yes',
  ]);
  return [
    HEAD.replace('FORMS', forms()),
    `Prefixes: ${Object.entries(prefixes)
      .map(([space, prefix]) => `\`${prefix}\` is \`${space}\``)
      .join(', ')}.\n`,
    `## Methods\n\n${table(['method', 'on', 'source', 'Prefer'], methods.toSorted(byName))}\n`,
    `## Reports\n\n${table(['report', 'on', 'source'], reports.toSorted(byName))}\n`,
    `## Properties\n\n${table(['property', 'on', 'source', 'in allprop', 'can be changed'], properties.toSorted(byName))}\n`,
    `## Sections\n\n${sectionTables(tables)}`,
  ].join('\n');
};
