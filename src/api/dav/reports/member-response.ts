import type { MemberRow, TagRow } from '../../../projections/collection/rows.ts';
import type { Read } from '../objects/contents.ts';
import { asksForData } from '../objects/data.ts';
import { type PropertyRequest, propertyResponse } from '../properties/respond.ts';
import { type CollectionSubject, objectSubject } from '../properties/subject.ts';
import type { Markup } from '../xml/write.ts';

/** Whether a report's properties include its objects' data, so that rows must come with content. */
export const needsOctets = (asked: PropertyRequest): boolean =>
  (asked.kind === 'prop' && asksForData(asked.asked)) ||
  (asked.kind === 'allprop' && asksForData(asked.include));

/** `DAV:response` of a member without its data. */
export const memberResponse = (
  href: string,
  of: CollectionSubject,
  member: MemberRow | TagRow,
  asked: PropertyRequest,
): Markup => propertyResponse(href, objectSubject(of, member), asked);

/** `DAV:response` of a member with its data. */
export const filledResponse = (
  href: string,
  of: CollectionSubject,
  [member, held]: Read<MemberRow>,
  asked: PropertyRequest,
): Markup => propertyResponse(href, objectSubject(of, member, held), asked);
