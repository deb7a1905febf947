import { randomBytes } from 'node:crypto';
import type { CollectionId, Instant } from '../../domain/kernel/ids.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import { type Grants, linkGrantee } from '../../domain/rights/grants.ts';
import {
  hasEnded,
  LABEL_LIMIT,
  type LinkIn,
  linksIn,
  linkViews,
  rolesOfLink,
} from '../../domain/rights/links.ts';
import type { ChangeRights } from '../../domain/rights/rights.ts';
import { SHARE_ROOT } from './plugin.ts';
import { newToken } from './token.ts';

/** Days that a link holds where nobody says how long. */
const DAYS = 365;
const MOST_DAYS = 36_500;
const DAY = 86_400_000;

/** What somebody wants of a link, as they wrote it. */
export interface WantedLink {
  readonly view: string | undefined;
  /** Days, or `never`. */
  readonly days: string | undefined;
  readonly label: string | undefined;
}

interface Collection {
  readonly collection: CollectionId;
  readonly kind: CollectionKind;
  readonly grants: Grants;
}

interface MadeLink {
  readonly link: LinkIn;
  /** The one time that it is known. */
  readonly path: string;
  /** What it takes: links that have ended make room. */
  readonly changes: ChangeRights['changes'];
}

/** A new link for a collection; a text says why there is none. Nothing is recorded yet. */
export const linkFor = (
  { collection, kind, grants }: Collection,
  { view = 'full', days = String(DAYS), label = '' }: WantedLink,
  now: Instant,
): MadeLink | string => {
  const shown = linkViews.find((one) => one === view);
  const roles = shown && rolesOfLink(kind, shown);
  if (shown === undefined || roles === undefined)
    return kind === 'calendar'
      ? `the view of a calendar is ${linkViews.join(' or ')}`
      : 'the view of an address book is full';
  const isNever = days === 'never';
  const count = /^[1-9]\d{0,4}$/.test(days) ? Number(days) : 0;
  if (!isNever && (count === 0 || count > MOST_DAYS))
    return `a link holds 1 to ${MOST_DAYS} days, or never ends`;
  const name = label.trim();
  if (name.length > LABEL_LIMIT || /\p{Cc}/u.test(name) || !name.isWellFormed())
    return `what a link is for is said in at most ${LABEL_LIMIT} characters`;
  const until = new Date(Date.parse(now) + count * DAY).toISOString() as Instant;
  const { token, digest } = newToken(collection);
  const link = {
    ...{ link: randomBytes(6).toString('hex'), digest, label: name },
    ...(isNever ? {} : { until }),
  };
  const grantee = linkGrantee(link);
  const ended = linksIn(grants).filter((one) => hasEnded(one, now));
  return {
    link: { ...link, grantee, view: shown },
    path: `${SHARE_ROOT}/${token}${endings[kind]}`,
    changes: [
      ...ended.map((one) => ({ of: one.grantee, roles: undefined })),
      { of: grantee, roles },
    ],
  };
};

const endings = { calendar: '.ics', addressbook: '.vcf' } as const;

/** A link as it is told: without anything that its secret could be told by. */
export const toldLink = ({ link, view, until, label }: LinkIn, now: Instant) => ({
  link,
  view,
  label,
  until: until ?? null,
  ended: hasEnded({ ...(until === undefined ? {} : { until }) }, now),
});

/** What it takes to revoke a link; `undefined` where there is none of the name. */
export const revocation = (grants: Grants, link: string): ChangeRights['changes'] | undefined => {
  const found = linksIn(grants).find((one) => one.link === link);
  return found && [{ of: found.grantee, roles: undefined }];
};
