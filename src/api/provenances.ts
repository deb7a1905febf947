import { randomUUID } from 'node:crypto';
import type { Instant } from '../domain/kernel/ids.ts';
import type { Provenance } from '../domain/kernel/ports.ts';

/** What is done by Daybook itself, through one of its parts, at the moment of each call. */
export const provenances =
  (version: string, now: () => Instant) => (via: string) => (): Provenance => {
    const id = randomUUID();
    return {
      actor: 'system',
      via: `${via} daybook/${version}`,
      at: now(),
      correlationId: id,
      causationId: id,
    };
  };
