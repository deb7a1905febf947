import type { BlobRef } from '../../domain/kernel/ids.ts';

/** Longer than any blob may be; nothing was stored. */
export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge';
  readonly code = 'blob-too-large';
  constructor(octets: number, limit: number) {
    super(`${octets} octets are more than the ${limit} that a blob may have`);
  }
}

/** What is stored under a reference is not what was sealed there. */
export class BlobTampered extends Error {
  override readonly name = 'BlobTampered';
  readonly code = 'blob-tampered';
  constructor(ref: BlobRef) {
    super(`blob ${ref} does not open with its key`);
  }
}
