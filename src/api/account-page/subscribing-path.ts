import type { CollectionKind } from '../../domain/kernel/streams.ts';

/** Where the page is on which one subscribes to a collection of somebody else's. */
export const SUBSCRIBING = '/subscribe';

/** That page's path, for one collection. */
export const subscribingPath = (kind: CollectionKind, owner: string, segment: string): string =>
  `/SOGo/account${SUBSCRIBING}?${new URLSearchParams({ kind, owner, id: segment }).toString()}`;
