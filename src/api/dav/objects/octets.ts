import { createHash } from 'node:crypto';
import { type Content, INLINE_LIMIT } from '../../../domain/kernel/content.ts';
import type { AccountId, ETag } from '../../../domain/kernel/ids.ts';
import type { BlobStore } from '../../../domain/kernel/ports.ts';
import { DavError } from '../errors.ts';

/** Strong entity tag of exactly these octets: 132 bits of their SHA-256, in base64url. */
export const etagOf = (octets: Uint8Array): ETag =>
  createHash('sha256').update(octets).digest('base64url').slice(0, 22) as ETag;

/** Octets as an event carries them; those too long for one are in the blob store when this answers. */
export const contentOf = async (
  blobs: BlobStore,
  owner: AccountId,
  octets: Uint8Array,
): Promise<Content> =>
  octets.length <= INLINE_LIMIT
    ? { kind: 'inline', octets }
    : { kind: 'blob', ref: await blobs.put(owner, octets), size: octets.length };

/**
 * A change that is to refer to content which was just stored. A blob that it came to nothing with goes
 * again: refused, or not recorded, because the same octets are there. It stays where the change failed
 * in any other way, for then nobody knows what the log has; and where `held`, asked after the change,
 * says that its place holds it all the same: an append that was repeated may look like a refusal. Then,
 * and where this process ends in between, `sweeping` asks the log later.
 */
export const orRemoved = async <Result>(
  blobs: BlobStore,
  content: Content,
  change: Promise<Result>,
  isRecorded: (result: Result) => boolean,
  held: () => Promise<Content | undefined>,
): Promise<Result> => {
  const remove = async (): Promise<void> => {
    if (content.kind !== 'blob') return;
    const now = await held();
    if (now?.kind !== 'blob' || now.ref !== content.ref) await blobs.remove(content.ref);
  };
  // The change is over, and its answer the same whether this succeeds.
  const tidied = (): Promise<void> => remove().catch(() => undefined);
  try {
    const result = await change;
    if (!isRecorded(result)) await tidied();
    else if (content.kind === 'blob') await blobs.keep([content.ref]).catch(() => undefined);
    return result;
  } catch (error) {
    if (error instanceof DavError) await tidied();
    throw error;
  }
};

/** An object whose octets the blob store does not have although its collection says it is there. */
export class ContentMissing extends Error {
  override readonly name = 'ContentMissing';
  readonly code = 'content-missing';
  constructor(content: Content) {
    super(content.kind === 'blob' ? `blob ${content.ref} is missing` : 'octets are missing');
  }
}

/**
 * The octets of a member.
 * @throws ContentMissing. Never answered as 404: clients would delete their copy, maybe the last.
 */
export const octetsOf = async (blobs: BlobStore, content: Content): Promise<Uint8Array> => {
  if (content.kind === 'inline') return content.octets;
  const octets = await blobs.get(content.ref);
  if (octets === undefined) throw new ContentMissing(content);
  return octets;
};
