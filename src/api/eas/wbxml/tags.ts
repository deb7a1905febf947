import { type Version, isAtLeast, versions } from '../../../domain/activesync/version.ts';
import { codePages } from './code-pages.ts';

/** Where a tag stands, and since and until when it is one; an old one is read only. */
export interface Tag {
  readonly name: string;
  readonly page: number;
  readonly token: number;
  readonly since: Version;
  readonly until: Version;
  readonly isOld: boolean;
}

/** Versions before ours count as the first of ours. */
const ours = (version: string | undefined, otherwise: Version): Version =>
  version === undefined || version === ''
    ? otherwise
    : (versions.find((one) => one === version) ?? '12.1');

const tagFrom = (page: number, namespace: string, entry: string): Tag => {
  const [token = '', name = '', when = ''] = entry.trim().split(' ');
  const [since, until] = when.split('-');
  return {
    name: `${namespace}:${name}`,
    page,
    token: Number.parseInt(token, 16),
    since: when === 'old' ? '12.1' : ours(since, '12.1'),
    until: ours(until, '16.1'),
    isOld: when === 'old',
  };
};

/** Every tag of every page. */
export const tags: readonly Tag[] = codePages.flatMap(({ page, namespace, tags: entries }) =>
  entries
    .split(',')
    .filter((entry) => entry.trim() !== '')
    .map((entry) => tagFrom(page, namespace, entry)),
);

const placed = new Map(tags.map((tag) => [tag.page * 64 + tag.token, tag.name]));
const named = new Map(tags.filter(({ isOld }) => !isOld).map((tag) => [tag.name, tag]));

/**
 * Some clients were built from a table in which three tags of the page Find stand lower: what has no
 * other meaning there is read as what they mean.
 */
for (const [token, name] of [
  [0x1a, 'find:MaxPictures'],
  [0x1b, 'find:MaxSize'],
  [0x1c, 'find:Picture'],
] as const) {
  const place = 25 * 64 + token;
  if (!placed.has(place)) placed.set(place, name);
}

/** The name of a token on a page; one that is unknown gets a name that no tag has. */
export const tagAt = (page: number, token: number): string =>
  placed.get(page * 64 + token) ?? `unknown:${page}-${token}`;

/** A tag that may be written. */
export const tagNamed = (name: string): Tag | undefined => named.get(name);

/** Whether a version has a tag. */
export const isTagOf = (version: Version, { since, until }: Tag): boolean =>
  isAtLeast(version, since) && isAtLeast(until, version);
