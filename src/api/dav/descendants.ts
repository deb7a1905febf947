import { DavError } from './errors.ts';
import { type Listed, listing } from './listing.ts';
import { readHref } from './path.ts';
import { resolve } from './resolve.ts';
import type { DavRequest, Subject } from './tables.ts';

/** What an href is to whoever asks; `undefined` for whatever is not there or not theirs, all alike. */
export const subjectAt = async (
  request: DavRequest,
  href: string,
): Promise<Subject | undefined> => {
  const there = await requestAt(request, href);
  if (there === undefined) return undefined;
  try {
    for await (const [listed] of listing(there, false)) return listed?.subject;
  } catch (error) {
    if (!(error instanceof DavError)) throw error;
  }
  return undefined;
};

const requestAt = async (request: DavRequest, href: string): Promise<DavRequest | undefined> => {
  const segments = readHref(href);
  if (segments === undefined) return undefined;
  const path = { raw: href, segments };
  const { services, principal } = request;
  return { ...request, path, resource: await resolve(services, principal, path) };
};

/** The requested resource and everything below it, in pages. @throws DavError 404 as `listing` does. */
export async function* descendants(request: DavRequest): AsyncGenerator<readonly Listed[]> {
  const collections: Listed[] = [];
  let first = true;
  for await (const page of listing(request, true)) {
    yield page;
    if (!first)
      collections.push(
        // A directory has nobody's resources in it, and may have very many.
        ...page.filter(
          ({ subject }) => !('member' in subject || 'file' in subject || 'book' in subject),
        ),
      );
    first = false;
  }
  for (const { href } of collections) {
    const there = await requestAt(request, href);
    if (there !== undefined) yield* below(there);
  }
}

/** Without the resource itself, which its parent's page has. A collection that goes meanwhile is passed over. */
async function* below(request: DavRequest): AsyncGenerator<readonly Listed[]> {
  const pages = descendants(request);
  try {
    const own = await pages.next();
    if (own.done !== true) yield* pages;
  } catch (error) {
    if (!(error instanceof DavError)) throw error;
  }
}
