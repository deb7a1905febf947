import type { StreamId } from '../../domain/kernel/event-store.ts';
import { PARTITIONS } from './writing.ts';

/** The stream's partition, 0 to 15: FNV-1a of its name. Places in the tables depend on it staying as it is. */
export const partitionOf = (stream: StreamId): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < stream.length; index += 1)
    hash = Math.imul(hash ^ stream.charCodeAt(index), 0x01000193);
  return ((hash ^ (hash >>> 16)) >>> 0) % PARTITIONS;
};
