import { createHash } from 'node:crypto';
import { masked } from '../domain/icalendar/masking.ts';
import type { Revision, StreamId } from '../domain/kernel/event-store.ts';
import type { ETag, Uid } from '../domain/kernel/ids.ts';
import type { BlobStore } from '../domain/kernel/ports.ts';
import {
  type Access,
  accessTo,
  type Asker,
  type Classes,
  levelOf,
  seesAll,
  type Sight,
  sightAt,
} from '../domain/rights/access.ts';
import type { Classification } from '../domain/rights/roles.ts';
import { discard, type Pages } from '../projections/collection/pages.ts';
import type {
  Change,
  CollectionRow,
  CollectionRows,
  Filled,
  MemberContent,
  MemberRow,
  Snapshot,
  TagRow,
  Taken,
  Tombstone,
} from '../projections/collection/rows.ts';
import { derivedId } from './derived-id.ts';

interface ViewingParts {
  readonly rows: CollectionRows;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly asker: Asker;
}

/** More than any collection has members. */
const MOST = 2 ** 31 - 2;

/**
 * Collections as somebody may see them, by the rights in the very rows that are read: without those that
 * are not for them, without objects that are hidden from them, and with others masked. Protocols read
 * through this and through nothing else, so that none can show too much.
 *
 * A masked object has a UID and an entity tag of its own, which follow from where it is and from the
 * revision of its last change, and from nothing that it holds.
 */
export const viewedBy = ({ rows, blobs, asker }: ViewingParts): CollectionRows => {
  const see = async <Row extends TagRow | Tombstone>(
    snapshot: Snapshot<Row> | undefined,
    show: (
      row: Row,
      access: Access,
      stream: StreamId,
    ) => Row | undefined | Promise<Row | undefined>,
    limit = Infinity,
  ): Promise<Snapshot<Row> | undefined> => {
    if (snapshot === undefined) return undefined;
    const { collection, members } = snapshot;
    const access = accessTo(asker, collection);
    if (access === undefined) {
      await discard(members);
      return undefined;
    }
    if (seesAll(access)) return snapshot;
    const shown = shownPages(members, (row) => show(row, access, collection.stream), limit);
    return { ...snapshot, collection: reduced(collection), members: shown };
  };

  const filled = (member: Filled, access: Access, stream: StreamId) =>
    seenWithContent(blobs, member, access, stream);

  return {
    ...(rows.headsIncluded === undefined ? {} : { headsIncluded: rows.headsIncluded }),
    async collections(streams) {
      const found = await rows.collections(streams);
      return new Map(
        [...found].flatMap(([stream, row]): [StreamId, CollectionRow][] => {
          const access = accessTo(asker, row);
          return access === undefined ? [] : [[stream, seesAll(access) ? row : reduced(row)]];
        }),
      );
    },
    async changes(stream, since, limit) {
      const first = await rows.changes(stream, since, limit);
      const access = first && accessTo(asker, first.collection);
      const isShort = access !== undefined && !seesAll(access) && limit < MOST;
      // What is hidden must not make a page look like the last one.
      if (isShort) await discard(first?.members);
      const snapshot = isShort ? await rows.changes(stream, since, MOST) : first;
      return see<Change>(snapshot, (change, to) => seenChange(change, to, stream, since), limit);
    },
    all: async (stream) => see(await rows.all(stream), seen),
    tags: async (stream) => see(await rows.tags(stream), seenTag),
    allFilled: async (stream) => see(await rows.allFilled(stream), filled),
    candidates: async (stream, narrowing) => see(await rows.candidates(stream, narrowing), filled),
    async taking(streams, range) {
      const found = await rows.taking(streams, range);
      return new Map(
        [...found].flatMap(([stream, taken]): [StreamId, Taken][] => {
          const access = accessTo(asker, taken.collection);
          if (access === undefined) return [];
          if (seesAll(access)) return [[stream, taken]];
          const { members, ...rest } = taken;
          const seen = members?.filter(({ classes }) => sightOf(access, classes) !== 'nothing');
          const collection = reduced(taken.collection);
          return [[stream, { ...rest, collection, ...(seen && { members: seen }) }]];
        }),
      );
    },
    named: async (stream, names) => see(await rows.named(stream, names), filled),
  };
};

/** A collection of which not all is seen does not tell when something in it was changed. */
const reduced = (row: CollectionRow): CollectionRow => ({ ...row, modifiedAt: row.createdAt });

const sightOf = (access: Access, classes: Classes | undefined): Sight =>
  sightAt(levelOf(access, classes ?? []));

/** A member as it is listed by its tag; `undefined` where it is hidden. */
const seenTag = (member: TagRow, access: Access, stream: StreamId): TagRow | undefined => {
  const { formerly: _past, ...row } = member;
  const sight = sightOf(access, member.classes);
  if (sight === 'nothing') return undefined;
  return sight === 'whole' ? row : maskedTag(row, stream);
};

/** What the tail of the log adds to rows has contents with it, whether they were asked for or not. */
const maskedTag = <Row extends TagRow & Partial<MemberContent>>(
  member: Row,
  stream: StreamId,
): Omit<Row, 'content' | 'dead' | 'scheduleTag'> => {
  const { dead: _dead, scheduleTag: _tag, content: _content, ...row } = member;
  const tag = createHash('sha256').update(`${stream} ${member.revision} date-and-time`);
  return { ...row, etag: tag.digest('base64url').slice(0, 22) as ETag, masked: true };
};

/** A member as it is listed; `undefined` where it is hidden. */
const seen = (member: MemberRow, access: Access, stream: StreamId): MemberRow | undefined => {
  const { formerly: _past, ...row } = member;
  const sight = sightOf(access, member.classes);
  if (sight === 'nothing') return undefined;
  return sight === 'whole' ? row : maskedRow(row, stream);
};

const maskedRow = <Row extends MemberRow>(member: Row, stream: StreamId): Omit<Row, 'content'> =>
  ({
    ...maskedTag(member, stream),
    uid: derivedId('masked object', `${stream} ${member.name}`) as Uid,
    createdAt: member.modifiedAt,
  }) as unknown as Omit<Row, 'content'>;

const seenWithContent = async (
  blobs: Pick<BlobStore, 'get'>,
  member: Filled,
  access: Access,
  stream: StreamId,
): Promise<Filled | undefined> => {
  const { formerly: _past, ...row } = member;
  const sight = sightOf(access, member.classes);
  if (sight === 'nothing') return undefined;
  if (sight === 'whole') return row;
  const { content } = member;
  const whole = content.kind === 'inline' ? content.octets : await blobs.get(content.ref);
  const shown = maskedRow(row, stream);
  const text = whole && masked(utf8.decode(whole), member.classes ?? [], shown.uid);
  if (text === undefined) return undefined;
  const octets = Buffer.from(text);
  return { ...shown, size: octets.length, content: { kind: 'inline', octets } };
};

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * What a change is to somebody who does not see all: what they see now; gone, where they saw it at or after
 * `since` and do not now; nothing otherwise.
 */
const seenChange = (
  change: Change,
  access: Access,
  stream: StreamId,
  since: Revision,
): Change | undefined => {
  if (!('gone' in change)) {
    const now = seen(change, access, stream);
    if (now !== undefined) return now;
  }
  const { name, revision, formerly = [] } = change;
  const wasSeen = [...formerly].some(
    ([classes, until]) => until > since && sightOf(access, classesOf(classes)) !== 'nothing',
  );
  // Cards have no classification: who sees one sees all, and is not here; nobody else sees any.
  return wasSeen ? { name, revision, gone: true } : undefined;
};

const classesOf = (text: string): Classes =>
  text === '' ? [] : (text.split(',') as Classification[]);

/** Pages as they are shown, empty ones left out; at most `limit` rows. `return()` reaches what is beneath. */
const shownPages = <Row>(
  pages: Pages<Row>,
  show: (row: Row) => Row | undefined | Promise<Row | undefined>,
  limit: number,
): Pages<Row> => {
  const beneath = pages[Symbol.asyncIterator]();
  let left = limit;
  const end = async (): Promise<{ done: true; value: undefined }> => {
    left = 0;
    await beneath.return?.();
    return { done: true, value: undefined };
  };
  const shown: AsyncIterableIterator<readonly Row[]> = {
    [Symbol.asyncIterator]: () => shown,
    async next() {
      while (left > 0) {
        const step = await beneath.next();
        if (step.done === true) return { done: true, value: undefined };
        const page: Row[] = [];
        for (const row of step.value) {
          const one = await show(row);
          if (one !== undefined && page.length < left) page.push(one);
        }
        left -= page.length;
        if (page.length > 0) return { done: false, value: page };
      }
      return end();
    },
    return: end,
  };
  return shown;
};
