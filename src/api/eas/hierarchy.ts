import { createHash, randomBytes } from 'node:crypto';
import type { HierarchyRow, SentHierarchy } from '../../domain/activesync/ledger.ts';
import { RevisionConflict } from '../../domain/kernel/event-store.ts';
import type { EasRequest } from './table.ts';

/** How often a row is read again that another request of the same device has changed. */
const ATTEMPTS = 5;

/** What a device knows, by the SyncKey that it sends. */
export type Known =
  /** What was sent under the key. `isLast`: and nothing since. */
  | { readonly base: SentHierarchy; readonly isLast: boolean; readonly row: HierarchyRow }
  /** It begins. */
  | { readonly base: undefined; readonly row: HierarchyRow | undefined };

/** What stands behind a key: the last two, or nothing for '0'; `undefined` where it is none of these. */
const knownBy = (key: string, row: HierarchyRow | undefined): Known | undefined => {
  if (key === '0') return { base: undefined, row };
  if (row === undefined) return undefined;
  if (key === row.sent.key) return { base: row.sent, isLast: true, row };
  return key === row.before?.key ? { base: row.before, isLast: false, row } : undefined;
};

/**
 * Does one step with the list of folders that a device knows, and keeps what it leads to; `step` answers what to keep,
 * if anything. When another request of the device came in between it is done anew, so it must bear that.
 * @returns undefined for a key that is none of the last two
 */
export const stepFrom = async <Result>(
  { parts, principal, device }: Pick<EasRequest, 'parts' | 'principal' | 'device'>,
  key: string,
  step: (
    known: Known,
  ) => Promise<{ readonly result: Result; readonly keep?: Omit<HierarchyRow, 'generation'> }>,
): Promise<Result | undefined> => {
  const { ledger } = parts;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const row = await ledger.hierarchy(principal.account, device.id);
    const known = knownBy(key, row);
    if (known === undefined) return undefined;
    const { result, keep } = await step(known);
    if (keep === undefined) return result;
    const generation = (row?.generation ?? 0) + 1;
    if (await ledger.keepHierarchy(principal.account, device.id, { ...keep, generation }))
      return result;
  }
  throw new RevisionConflict(`home-${principal.account}`, 'no-stream');
};

/** A key that nobody can guess to be another's, and that says nothing. */
export const newKey = (row: HierarchyRow | undefined): string =>
  `${(row?.generation ?? 0) + 1}-${randomBytes(6).toString('hex')}`;

/** Names a request by all that it asks for. */
export const requestDigest = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
