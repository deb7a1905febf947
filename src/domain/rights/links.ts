import type { Instant } from '../kernel/ids.ts';
import type { CollectionKind } from '../kernel/streams.ts';
import { type Grantee, granteeParts, type Grants, type ShareLink } from './grants.ts';
import type { Role } from './roles.ts';

/** What is seen by a link: all, or of calendars when something is. */
export const linkViews = ['full', 'date-and-time'] as const;
export type LinkView = (typeof linkViews)[number];

/** Characters of what a link is for. */
export const LABEL_LIMIT = 100;

/** The roles a link has; `undefined` where there is no such view: cards have no date and time. */
export const rolesOfLink = (kind: CollectionKind, view: LinkView): readonly Role[] | undefined => {
  if (kind === 'addressbook') return view === 'full' ? ['ObjectViewer'] : undefined;
  return view === 'full'
    ? ['PublicViewer', 'ConfidentialViewer', 'PrivateViewer']
    : ['PublicDAndTViewer', 'ConfidentialDAndTViewer', 'PrivateDAndTViewer'];
};

/** A link of a collection, as its owner sees it. */
export interface LinkIn extends ShareLink {
  readonly grantee: Grantee;
  readonly view: LinkView;
}

/** The links of a collection. */
export const linksIn = (grants: Grants): readonly LinkIn[] =>
  [...grants].flatMap(([grantee, roles]): readonly LinkIn[] => {
    const parts = granteeParts(grantee);
    if (parts.kind !== 'link') return [];
    const { kind: _, ...link } = parts;
    const view = roles.some((role) => role.endsWith('DAndTViewer')) ? 'date-and-time' : 'full';
    return [{ ...link, grantee, view }];
  });

/** Whether a link has ended. Instants of one form compare as texts. */
export const hasEnded = ({ until }: Pick<ShareLink, 'until'>, now: Instant): boolean =>
  until !== undefined && until <= now;
