import { createHash } from 'node:crypto';
import { notFound } from '../errors.ts';
import { below } from '../href.ts';
import type { DavRequest, Subject, View } from '../tables.ts';
import { toldTo } from './told.ts';

/** As `Listed` of `listing.ts`. */
interface Listed {
  readonly href: string;
  readonly subject: Subject;
}

/** What somebody is told, or one of it. @throws DavError 404 */
export const notificationsIn = async (
  request: DavRequest,
  view: View,
  members: boolean,
): Promise<readonly (readonly Listed[])[]> => {
  const { resource, path } = request;
  const told = await toldTo(request);
  if (resource.kind === 'notification') {
    const found = told.find(({ name }) => name === resource.name);
    if (found === undefined) throw notFound();
    return [[{ href: path.raw, subject: { place: 'notification', view, told: found } }]];
  }
  const digest = createHash('sha256').update(told.map(({ name, etag }) => name + etag).join());
  const tag = digest.digest('base64url').slice(0, 22);
  const all: Listed = { href: path.raw, subject: { place: 'notifications', view, tag } };
  if (!members) return [[all]];
  return [
    [all],
    told.map((one) => ({
      href: below(path.raw, one.name),
      subject: { place: 'notification', view, told: one },
    })),
  ];
};
