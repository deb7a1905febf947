import type { PropertyChange } from '../../../domain/home/properties.ts';
import type { Site } from '../methods/make.ts';
import type { DavRequest } from '../tables.ts';
import { mustBeDone } from './change.ts';

/**
 * Makes an address book in the directory of whoever asks, where the configuration has a place for it (abOU);
 * false where it has none, so that it becomes one of Daybook's own. It keeps its name and nothing else.
 * @throws DavError when the directory refuses
 */
export const madeInDirectory = async (
  request: DavRequest,
  { of, segment }: Site,
  { displayName }: PropertyChange,
): Promise<boolean> => {
  if (of !== 'addressbook') return false;
  const { services, principal } = request;
  const written = await services.directories.makeOwn(principal, segment, displayName ?? '');
  if (written === undefined) return false;
  mustBeDone(request, written);
  return true;
};
