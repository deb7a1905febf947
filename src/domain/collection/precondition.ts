import type { ETag } from '../kernel/ids.ts';

/** Conditions of a request on one member; those it does not make are absent. */
export interface Precondition {
  /** If-Match and If-None-Match (RFC 9110 §13.1.1, §13.1.2). */
  readonly ifMatch?: '*' | readonly ETag[];
  readonly ifNoneMatch?: '*' | readonly ETag[];
  /** The lists of an `If` header (RFC 4918 §10.4): one of them has to hold whole. */
  readonly anyOf?: readonly TagList[];
}

/** Entity tags the member has to have, or with `not` must not have. */
export type TagList = readonly { readonly tag: ETag; readonly not: boolean }[];

export const unconditional: Precondition = {};

/** Whether a change may go on, given the member's current entity tag (`undefined`: there is none). */
export const holds = (when: Precondition, current: ETag | undefined): boolean => {
  const { ifMatch, ifNoneMatch, anyOf } = when;
  if (ifMatch !== undefined && !matches(ifMatch, current)) return false;
  if (anyOf !== undefined && !anyOf.some((list) => holdsWhole(list, current))) return false;
  return ifNoneMatch === undefined || !matches(ifNoneMatch, current);
};

const matches = (tags: '*' | readonly ETag[], current: ETag | undefined): boolean =>
  current !== undefined && (tags === '*' || tags.includes(current));

const holdsWhole = (list: TagList, current: ETag | undefined): boolean =>
  list.every(({ tag, not }) => (tag === current) !== not);
