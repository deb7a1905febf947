import { createHash } from 'node:crypto';

/**
 * A UUID (RFC 9562 version 8) that follows from a purpose and a text, so that two nodes which need
 * the same id at the same moment arrive at it apart, and nobody reads the text out of it at sight.
 */
export const derivedId = (purpose: string, text: string): string => {
  const hex = createHash('sha256').update(`daybook ${purpose}\0${text}`).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
};
