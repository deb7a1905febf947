import { createHash } from 'node:crypto';

/** The ServerId of an item: it follows from its name, is as long for all, and the same on every device. */
export const itemIdOf = (name: string): string =>
  createHash('sha256').update(`daybook item\0${name}`).digest('hex').slice(0, 32);
