import type { DeadProperties } from '../../domain/collection/dead-properties.ts';
import type { Content } from '../../domain/kernel/content.ts';
import type { BlobRef, ResourceName } from '../../domain/kernel/ids.ts';
import type {
  Candidate,
  CollectionRow,
  Filled,
  MemberRow,
  TagRow,
  Tombstone,
} from '../../projections/collection/rows.ts';
import { type Cells, classesFrom, COLUMNS, collectionFrom, formerlyFrom } from './cells.ts';

/** What a page is made of, as `m`. */
export const memberColumns =
  'm.name, m.revision, m.gone, m.uid, m.component, m.etag, m.size, m.created_at, m.modified_at, m.dead, m.classes, m.formerly, m.schedule_tag';
export const contentColumns = 'm.body, m.blob';

/**
 * The members of a page as one value, column by column: the driver takes a microsecond for each cell, and
 * the server as long for each array it makes. What people and programs chose is JSON; numbers, times and
 * words of ours need only a comma between them. Null where there is no member.
 */
export const membersAsJson = (withContents: boolean, judged = false): string =>
  `case when count(*) > 0 then json_build_object(${tags},
    'uids', json_agg(m.uid),
    'sizes', string_agg(coalesce(m.size::text, ''), ','),
    'createdAt', string_agg(coalesce(m.created_at, ''), ','),
    'modifiedAt', string_agg(coalesce(m.modified_at, ''), ','),
    'gone', string_agg(case when m.gone then '-' else '+' end, ''),
    'scheduleTags', json_object_agg(m.name, m.schedule_tag) filter (where m.schedule_tag is not null)${
      withContents
        ? `,
    'lengths', string_agg(coalesce(octet_length(m.body)::text, ''), ','),
    'blobs', json_object_agg(m.name, m.blob) filter (where m.blob is not null)`
        : ''
    }${judged ? ", 'certain', string_agg(case when m.inside then '+' else '-' end, '')" : ''}) end`;

const tags = `
    'names', json_agg(m.name), 'etags', json_agg(m.etag),
    'revisions', string_agg(m.revision::text, ','),
    'components', string_agg(coalesce(m.component, ''), ','),
    'classes', string_agg(coalesce(m.classes, '-'), ';'),
    'formerly', json_object_agg(m.name, m.formerly::text) filter (where m.formerly <> '{}'),
    'dead', json_object_agg(m.name, m.dead) filter (where m.dead is not null)`;

/** As `membersAsJson`, with what `TagRow` has. */
export const tagsAsJson = `case when count(*) > 0 then json_build_object(${tags}) end`;

/** The texts of their contents, one after the other with nothing between them; `lengths` divides them. */
export const bodies = "string_agg(m.body, '')";

/** Members as `tagsAsJson` gives them. */
interface TagsJson {
  readonly names: readonly string[];
  /** With null where a tombstone stands. */
  readonly etags: readonly string[];
  /** Joined by commas, empty where a tombstone stands. */
  readonly revisions: string;
  readonly components: string;
  /** Joined by semicolons; a hyphen where there are none to have. */
  readonly classes: string;
  /** By name; null where there are none. */
  readonly formerly: Readonly<Record<string, string>> | null;
  readonly dead: Readonly<Record<string, string>> | null;
}

/** Members as `membersAsJson` gives them. */
export interface MembersJson extends TagsJson {
  readonly uids: readonly string[];
  readonly sizes: string;
  readonly createdAt: string;
  readonly modifiedAt: string;
  /** A character for each. */
  readonly gone: string;
  /** By name; null where there are none. */
  readonly scheduleTags: Readonly<Record<string, string>> | null;
  readonly blobs?: Readonly<Record<string, string>> | null;
  /** Octets of each text; empty where there is none. */
  readonly lengths?: string;
  /** A character for each candidate. */
  readonly certain?: string;
}

/** A page of members as it came. */
export interface Page {
  readonly members: MembersJson;
  readonly bodies: Cells[number] | undefined;
}

/** One row: the collection's columns, the head of its stream if the log was asked, members; their texts. */
export const pageFrom = ([text, bodies]: Cells): {
  readonly collection: CollectionRow;
  readonly head: { readonly head?: bigint };
  readonly members: Page | undefined;
} => {
  const cells = JSON.parse(String(text)) as readonly unknown[];
  const [head, members] = cells.slice(COLUMNS) as [string | null, MembersJson | null];
  return {
    collection: collectionFrom(cells as Cells),
    head: head === null ? {} : { head: BigInt(head) },
    members: members === null ? undefined : { members, bodies },
  };
};

/** The live members of a page, in the order of their keys. */
export const membersFrom = ({ members }: Page): readonly MemberRow[] =>
  members.names.map(memberIn(members));

/** Members and tombstones. */
export const changesFrom = ({ members }: Page): readonly (MemberRow | Tombstone)[] => {
  const [member, tombstone] = [memberIn(members), tombstoneIn(members)];
  return members.names.map((name, at) => tombstone(name, at) ?? member(name, at));
};

/** Live members with their contents. */
export const filledFrom = (page: Page): readonly Filled[] => {
  const [member, content] = [memberIn(page.members), contentIn(page)];
  return page.members.names.map((name, at) => {
    const row = member(name, at);
    return { ...row, content: content(row, at) };
  });
};

/** Candidates with their contents. */
export const candidatesFrom = (page: Page): readonly Candidate[] => {
  const { certain } = page.members;
  return filledFrom(page).map((row, at) => ({ ...row, certain: certain?.[at] === '+' }));
};

/** Members with their contents, and tombstones. */
export const filledChangesFrom = (page: Page): readonly (Filled | Tombstone)[] => {
  const [member, content] = [memberIn(page.members), contentIn(page)];
  const tombstone = tombstoneIn(page.members);
  return page.members.names.map((name, at) => {
    const row = tombstone(name, at) ?? member(name, at);
    return 'gone' in row ? row : { ...row, content: content(row, at) };
  });
};

const memberIn = (members: MembersJson): ((name: string, at: number) => MemberRow) => {
  const { uids, etags } = members;
  const revisions = members.revisions.split(',');
  const components = members.components.split(',');
  const sizes = members.sizes.split(',');
  const createdAt = members.createdAt.split(',');
  const modifiedAt = members.modifiedAt.split(',');
  const scheduleTags = byName(members.scheduleTags);
  const complete = completing(members);
  return (name, at) => {
    const scheduleTag = scheduleTags?.get(name);
    return complete(
      {
        name,
        uid: uids[at],
        component: components[at],
        etag: etags[at],
        size: Number(sizes[at]),
        revision: BigInt(revisions[at] ?? ''),
        createdAt: createdAt[at],
        modifiedAt: modifiedAt[at],
        ...(scheduleTag === undefined ? {} : { scheduleTag }),
      } as MemberRow,
      at,
    );
  };
};

/** The live members of a page that has no more than tags. */
export const tagsFrom = ({ members }: { readonly members: TagsJson }): readonly TagRow[] => {
  const { names, etags } = members;
  const revisions = members.revisions.split(',');
  const components = members.components.split(',');
  const complete = completing(members);
  return names.map((name, at) =>
    complete(
      {
        name,
        component: components[at],
        etag: etags[at],
        revision: BigInt(revisions[at] ?? ''),
      } as TagRow,
      at,
    ),
  );
};

/** Adds what few members have, or none. */
const completing = (members: TagsJson) => {
  const dead = byName(members.dead);
  const formerly = byName(members.formerly);
  const classes = members.classes.split(';');
  return <Row extends TagRow>(row: Row, at: number): Row => {
    const text = classes[at];
    if (text !== '-') Object.assign(row, classesFrom(text));
    if (dead === undefined && formerly === undefined) return row;
    const kept = dead?.get(row.name);
    return {
      ...row,
      ...formerlyFrom(formerly?.get(row.name)),
      ...(kept === undefined ? {} : { dead: deadFrom(kept) }),
    };
  };
};

const deadFrom = (text: string): DeadProperties =>
  new Map(JSON.parse(text) as readonly (readonly [string, string])[]);

/** What stands for a tombstone where these can be among the rows; else `undefined`. */
const tombstoneIn = ({
  gone,
  revisions,
  formerly,
}: MembersJson): ((name: string, at: number) => Tombstone | undefined) => {
  const last = revisions.split(',');
  const past = byName(formerly);
  return (name, at) =>
    gone[at] === '-'
      ? {
          name: name as ResourceName,
          revision: BigInt(last[at] ?? ''),
          gone: true,
          ...formerlyFrom(past?.get(name)),
        }
      : undefined;
};

/** Contents, each asked for once and in order. */
const contentIn = ({ members, bodies }: Page): ((row: MemberRow, at: number) => Content) => {
  const blobs = byName(members.blobs);
  const lengths = (members.lengths ?? '').split(',').map(Number);
  const next = divided(typeof bodies === 'string' ? bodies : '', lengths);
  return ({ name, size }, at) => {
    const ref = blobs?.get(name) as BlobRef | undefined;
    return ref === undefined ? next(lengths[at] ?? 0) : { kind: 'blob', ref, size };
  };
};

/** Divides texts that stand one after the other, in their turn. */
const divided = (text: string, lengths: readonly number[]): ((octets: number) => Content) => {
  let from = 0;
  // As many characters as octets: nothing but ASCII, and nothing need be encoded to be divided.
  if (lengths.reduce((sum, length) => sum + length, 0) === text.length)
    return (length) => {
      from += length;
      return textContent(text.slice(from - length, from));
    };
  const octets = Buffer.from(text);
  return (length) => {
    from += length;
    return { kind: 'inline', octets: octets.subarray(from - length, from) };
  };
};

export const textContent = (text: string): Content => {
  let octets: Uint8Array | undefined;
  return {
    kind: 'inline',
    text,
    get octets() {
      octets ??= Buffer.from(text);
      return octets;
    },
  };
};

/** A map, because names are anything, those of what every object inherits too. */
const byName = (
  values: Readonly<Record<string, string>> | null | undefined,
): ReadonlyMap<string, string> | undefined =>
  values ? new Map(Object.entries(values)) : undefined;
