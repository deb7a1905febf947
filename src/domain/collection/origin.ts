import type { CollectionId, ResourceName } from '../kernel/ids.ts';

/** Where a member was before it was moved into its collection. */
export interface Origin {
  readonly collection: CollectionId;
  readonly name: ResourceName;
}

export const isSameOrigin = (one: Origin, other: Origin): boolean =>
  one.collection === other.collection && one.name === other.name;
