import type { ScheduleTag } from '../../../domain/kernel/ids.ts';
import type { MemberRow } from '../../../projections/collection/rows.ts';
import { badRequest, refuse } from '../errors.ts';
import type { DavRequest } from '../tables.ts';

/**
 * If-Schedule-Tag-Match (RFC 6638 §8.3): one strong tag.
 * @throws DavError 400 when it is none, 412 when the object has another or is not there
 */
export const mustMatchTag = (
  { headers }: Pick<DavRequest, 'headers'>,
  member: Pick<MemberRow, 'scheduleTag'> | undefined,
): void => {
  const wanted = headers['if-schedule-tag-match'];
  if (wanted === undefined) return;
  const [, tag] = /^\s*"([\x21\x23-\x7e\x80-\xff]*)"\s*$/.exec(String(wanted)) ?? [];
  if (tag === undefined) throw badRequest('If-Schedule-Tag-Match must be one quoted tag.');
  if (member?.scheduleTag !== tag) throw refuse(412);
};

/** The header of answers about an object that others take part in (RFC 6638 §8.2). */
export const scheduleTagHeader = (
  tag: ScheduleTag | undefined,
): Readonly<Record<string, string>> => (tag === undefined ? {} : { 'schedule-tag': `"${tag}"` });
