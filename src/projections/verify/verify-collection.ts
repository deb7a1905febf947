import type { DomainEvent } from '../../domain/events.ts';
import { classesOf } from '../../domain/calendar/calendar.ts';
import { type Content, sizeOf } from '../../domain/kernel/content.ts';
import type { BlobRef } from '../../domain/kernel/ids.ts';
import type { Erased } from '../../domain/kernel/ports.ts';
import { filled, overRow, tombstone } from '../collection/overlay.ts';
import { collectionProjection } from '../collection/projection.ts';
import type { Filled, Tombstone } from '../collection/rows.ts';
import type { Audits } from './audit.ts';
import { type Difference, differences, rowDifferences } from './finding.ts';
import type { Comparison } from './verify.ts';

/** A member or tombstone without its name, content as a digest. */
type Print = { readonly [column: string]: unknown };

/** Content as a short text that is the same for the same octets kept in the same way. */
const digest = async (content: Content): Promise<BlobRef> => {
  if (content.kind === 'blob') return content.ref;
  const hash = await crypto.subtle.digest('SHA-256', Uint8Array.from(content.octets));
  const hex = Array.from(new Uint8Array(hash), (octet) => octet.toString(16).padStart(2, '0'));
  return `sha256 ${hex.join('')}` as BlobRef;
};

/** An event whose content is its digest, so that a whole collection can be kept in memory. */
const light = async (event: DomainEvent | Erased): Promise<DomainEvent | Erased> => {
  if (event.type !== 'CalendarObjectStored' && event.type !== 'AddressObjectStored') return event;
  const ref = await digest(event.content);
  const size = sizeOf(event.content);
  const content = { kind: 'blob', ref, size } as const;
  if (event.type === 'AddressObjectStored') return { ...event, content };
  // What the digest cannot tell any more.
  const classes = classesOf(event.facts, event.content);
  return { ...event, facts: { ...event.facts, classes }, content };
};

const printOf = async (row: Filled | Tombstone): Promise<Print> => {
  if ('gone' in row) return { revision: row.revision, formerly: row.formerly };
  const { name: _name, content, ...rest } = row;
  return { ...rest, content: await digest(content) };
};

const split = async (
  rows: Iterable<Filled | Tombstone>,
  members: Map<string, Print>,
  tombstones: Map<string, Print>,
): Promise<void> => {
  const all = [...rows];
  const prints = await Promise.all(all.map(printOf));
  for (const [index, row] of all.entries()) {
    const print = prints[index];
    if (print !== undefined) ('gone' in row ? tombstones : members).set(row.name, print);
  }
};

/** Collections: the row, members with everything that is served of them, tombstones. */
export const verifyCollections = (audit: Audits['collection']): Comparison => ({
  name: 'collection',
  categories: collectionProjection.categories,
  streams: audit.streams,
  parked: audit.parked,
  applied: audit.applied,
  async compare(stream, fold) {
    const snapshot = await audit.everything(stream);
    // Only streams whose first event was erased have an applied revision and no row.
    const applied = snapshot?.collection.applied ?? (await audit.applied(stream));
    const found = { members: new Map<string, Print>(), tombstones: new Map<string, Print>() };
    for await (const page of snapshot?.members ?? [])
      await split(page, found.members, found.tombstones);
    const delta = await fold(collectionProjection, applied, light);
    const expected = { members: new Map<string, Print>(), tombstones: new Map<string, Print>() };
    const kept = [...delta.members.values()].flatMap((member) =>
      'gone' in member ? tombstone(member) : (filled(member) ?? []),
    );
    await split(kept, expected.members, expected.tombstones);
    const row = overRow(stream, undefined, { delta, applied });
    const differ: readonly Difference[] = [
      ...rowDifferences(row, snapshot?.collection),
      ...differences('member', expected.members, found.members),
      ...differences('tombstone', expected.tombstones, found.tombstones),
    ];
    return { applied, differences: differ };
  },
});
