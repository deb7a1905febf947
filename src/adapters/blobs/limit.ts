import { BlobTooLarge } from './faults.ts';

/** Octets that one blob may have: 25 MiB. */
export const BLOB_LIMIT = 25 * 1024 * 1024;

/** @throws BlobTooLarge */
export const checkSize = ({ length }: Uint8Array): void => {
  if (length > BLOB_LIMIT) throw new BlobTooLarge(length, BLOB_LIMIT);
};
