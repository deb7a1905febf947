import type { BlobRef } from './ids.ts';

/** Octets up to this many travel inside the event; longer ones go to the blob store (docs/adr/0001). */
export const INLINE_LIMIT = 65_536;

/** What the client sent, verbatim. */
export type Content =
  | {
      readonly kind: 'inline';
      readonly octets: Uint8Array;
      /** The same as text, where somebody has it at hand: the octets are its UTF-8. */
      readonly text?: string;
    }
  | { readonly kind: 'blob'; readonly ref: BlobRef; readonly size: number };

/** Length in octets. */
export const sizeOf = (content: Content): number =>
  content.kind === 'inline' ? content.octets.length : content.size;
