import { type Lock, type LockPlace, locksOn } from '../../../domain/locks/lock.ts';
import { collectionStream } from '../../../domain/kernel/streams.ts';
import { hrefElement } from '../href.ts';
import type { PropertyRequest } from '../properties/respond.ts';
import { type DavRequest, type Property, property } from '../tables.ts';
import { dav } from '../xml/names.ts';
import { element, join, kept, type Markup, nothing, textElement } from '../xml/write.ts';
import { lockable, placeOfSubject, treesOf } from './place.ts';

const LOCKDISCOVERY = dav('lockdiscovery');
const WRITE = element(dav('locktype'), element(dav('write')));
const scopes = {
  exclusive: element(dav('lockscope'), element(dav('exclusive'))),
  shared: element(dav('lockscope'), element(dav('shared'))),
} as const;

/** `DAV:activelock` for each lock (RFC 4918 §14.1). */
const activeLocks = (locks: readonly Lock[]): Markup =>
  join(
    locks.map(({ scope, depth, owner, secondsLeft, token, root }) =>
      element(
        dav('activelock'),
        WRITE,
        scopes[scope],
        textElement(dav('depth'), depth),
        owner === '' ? nothing : element(dav('owner'), kept(owner)),
        textElement(dav('timeout'), `Second-${secondsLeft}`),
        element(dav('locktoken'), hrefElement(token)),
        element(dav('lockroot'), hrefElement(root)),
      ),
    ),
  );

/** A request with the locks that its answer may tell of, where it asks for them. */
export const withLocks = async (
  request: DavRequest,
  asked: PropertyRequest,
): Promise<DavRequest> => {
  const isAsked =
    asked.kind === 'prop'
      ? asked.asked.some(({ name }) => name === LOCKDISCOVERY)
      : asked.kind === 'allprop';
  if (!isAsked) return request;
  const { services, resource } = request;
  const below =
    resource.kind === 'home' ? (await services.home(resource.principal.account)).entries : [];
  const streams = below.map(({ kind, collection }) => ({
    kind,
    stream: collectionStream(kind, collection),
  }));
  const trees = treesOf(resource, streams);
  return { ...request, locks: trees.length === 0 ? [] : await services.locks.held(trees) };
};

const holding = (held: readonly Lock[], place: LockPlace | undefined): readonly Lock[] =>
  place === undefined
    ? []
    : locksOn(
        held.filter((lock) => lock.place.tree === place.tree),
        place,
      );

export const lockProperties: readonly Property[] = [
  property({
    name: LOCKDISCOVERY,
    source: 'RFC 4918 §15.8',
    on: lockable,
    allprop: true,
    read: (subject) => {
      const { locks } = subject.view;
      // Whoever sees an object's times alone does not learn who works on it.
      if (locks === undefined || ('member' in subject && subject.member.masked === true))
        return nothing;
      const at = 'at' in subject ? subject.at : undefined;
      return activeLocks(holding(locks, placeOfSubject(subject, at)));
    },
  }),
  property({
    name: dav('supportedlock'),
    source: 'RFC 4918 §15.10',
    on: lockable,
    allprop: true,
    read: () =>
      join(
        (['exclusive', 'shared'] as const).map((scope) =>
          element(dav('lockentry'), scopes[scope], WRITE),
        ),
      ),
  }),
];

/** What LOCK answers (RFC 4918 §9.10.1). */
export const discoveryOf = (locks: readonly Lock[]): Markup =>
  element(LOCKDISCOVERY, activeLocks(locks));
