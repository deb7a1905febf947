import type { Origin } from '../../domain/collection/origin.ts';
import type { CollectionId, ETag, ResourceName } from '../../domain/kernel/ids.ts';
import type { Origin as OriginBody } from './generated/messages.ts';

/** A message that is no event of its type, or an event that fits no message. Names the field, not its value. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** A field that has to be there; an empty string is there, an absent one is not. @throws Malformed */
export const present = <T>(field: string, value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Malformed(`lacks ${field}`);
  return value;
};

/** A field with one of a few known values. @throws Malformed */
export const oneOf = <const T extends string | number>(
  field: string,
  allowed: readonly T[],
  value: string | number | null | undefined,
): T => {
  const found = allowed.find((each) => each === present(field, value));
  if (found === undefined) throw new Malformed(`has an unknown ${field}`);
  return found;
};

/** The field of a change that may have replaced something. */
export const replacedBy = (etag: string | null | undefined): { readonly replaced?: ETag } =>
  typeof etag === 'string' ? { replaced: etag as ETag } : {};

/** The field of a member that was moved. @throws Malformed */
export const movedFrom = (body: OriginBody | null | undefined): { readonly movedFrom?: Origin } =>
  body === null || body === undefined
    ? {}
    : {
        movedFrom: {
          collection: present('collection', body.collection) as CollectionId,
          name: present('name', body.name) as ResourceName,
        },
      };

/** What protobuf's uint32 can hold; it would quietly cut anything else down to size. @throws Malformed */
export const uint32 = (field: string, value: number): number => {
  if (value >>> 0 !== value) throw new Malformed(`has a ${field} beyond 32 bits`);
  return value;
};

/**
 * The same message, all of whose strings are well-formed. protobufjs writes half a surrogate pair as
 * octets that its own reader then refuses: one such event would make its stream unreadable for ever.
 * @throws Malformed
 */
export const wellFormed = <Body extends object>(body: Body): Body => {
  for (const [field, value] of Object.entries(body) as [string, unknown][]) {
    if (typeof value === 'string') {
      if (!value.isWellFormed()) throw new Malformed(`has a ${field} that is not Unicode`);
    } else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
      wellFormed(value);
    }
  }
  return body;
};
