import { multistatus } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { tellingOfGroups } from '../directory/principal.ts';
import { complianceOf } from '../dispatch.ts';
import { tellsFeatures } from '../workarounds.ts';
import { refuse } from '../errors.ts';
import { listing } from '../listing.ts';
import { withLocks } from '../locks/discovery.ts';
import { appliedHeaders, prefers } from '../preferences.ts';
import { propfindOf } from '../properties/request.ts';
import { propertyResponse, type PropertyRequest, rowsFor } from '../properties/respond.ts';
import { type DavRequest, type Method, subjectPlaces } from '../tables.ts';
import { isAtHome } from '../resource.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { dav } from '../xml/names.ts';
import { inPieces, type Markup } from '../xml/write.ts';

/**
 * PROPFIND. Depth infinity is refused, and so is its absence, which means the same (RFC 4918 §9.1):
 * answering a listing that was asked for in full with the resource alone would tell the client that
 * everything in it is gone.
 */
export const propfind: Method = {
  name: 'PROPFIND',
  source: 'RFC 4918 §9.1',
  on: subjectPlaces,
  body: 'xml',
  preferences: ['return=minimal', 'depth-noroot'],
  async handle(request) {
    // SOGo lists what is directly within.
    const unsaid = request.services.dialect === 'sogo' ? '1' : 'infinity';
    const depth = depthOf(request.headers, unsaid);
    const asked = propfindOf(xmlBodyOf(request, dav('propfind')));
    if (depth === 'infinity') throw refuse(403, dav('propfind-finite-depth'));
    const members = depth === '1';
    const noRoot = members && prefers(request.headers, 'depth-noroot');
    const applied = noRoot
      ? (['return=minimal', 'depth-noroot'] as const)
      : (['return=minimal'] as const);
    const answering = await withLocks(
      await withPreferences(
        tellingOfGroups(request, asked.kind === 'prop' ? asked.asked.map(({ name }) => name) : []),
        asked,
      ),
      asked,
    );
    return multistatus(responses(answering, asked, members, noRoot), {
      // See `featuresInPropfind` of workarounds.ts.
      ...(tellsFeatures(request.services.dialect, request.headers)
        ? { dav: complianceOf(request.tables) }
        : {}),
      ...appliedHeaders(request.headers, ...applied),
    });
  },
};

/** Loads preferences where the properties asked for say so; where all are asked for, too. */
const withPreferences = async (
  request: DavRequest,
  asked: PropertyRequest,
): Promise<DavRequest> => {
  const { tables, resource, services, principal } = request;
  if (resource.kind !== 'home' || !isAtHome(resource, principal)) return request;
  const needing = [...rowsFor(tables, `${resource.of}-home`).values()].filter(
    ({ needsPreferences }) => needsPreferences,
  );
  const isAsked =
    asked.kind !== 'prop' ||
    asked.asked.some(({ name }) => needing.some((row) => row.name === name));
  return needing.length === 0 || !isAsked
    ? request
    : { ...request, preferences: await services.preferencesOf(principal) };
};

async function* responses(
  request: DavRequest,
  asked: PropertyRequest,
  members: boolean,
  noRoot: boolean,
): AsyncGenerator<Markup> {
  // The first page is the resource itself.
  let left = noRoot;
  for await (const page of listing(request, members, asked)) {
    if (!left) yield* inPieces(page, ({ href, subject }) => propertyResponse(href, subject, asked));
    left = false;
  }
}
