import { createHash } from 'node:crypto';
import type { Revision } from '../../domain/kernel/event-store.ts';
import { type CollectionId, isUuid } from '../../domain/kernel/ids.ts';
import type { CollectionRow } from '../../projections/collection/rows.ts';
import { splitStream } from '../../domain/kernel/streams.ts';
import { accessTo, viewText } from '../../domain/rights/access.ts';
import type { Dialect } from '../services.ts';
import type { Viewer } from './resource.ts';

const PREFIX = 'urn:x-daybook:sync:';

/** Digest of a viewer's effective rights, 16 hex digits: when they change, older tokens are refused. */
export type ViewDigest = string & { readonly brand: 'ViewDigest' };

const viewOf = ({ asker }: Pick<Viewer, 'asker'>, row: CollectionRow): ViewDigest | undefined => {
  const access = accessTo(asker, row);
  return access && digestOf(viewText(access));
};

/** There are only as many as there are ways to see a collection. */
const digests = new Map<string, ViewDigest>();

const digestOf = (view: string): ViewDigest => {
  const known = digests.get(view);
  if (known !== undefined) return known;
  const digest = createHash('sha256').update(view).digest('hex').slice(0, 16) as ViewDigest;
  digests.set(view, digest);
  return digest;
};

/**
 * DAV:sync-token (RFC 6578 §4) and CS:getctag of a collection as one snapshot saw it:
 * `urn:x-daybook:sync:<incarnation>:<applied>:<view>` (docs/adr/0003). `at` replaces the revision
 * where an answer was cut short. In SOGo's dialect a number says the same.
 */
export const syncToken = (
  viewer: Pick<Viewer, 'asker'>,
  row: CollectionRow,
  dialect: Dialect,
  at: Revision = row.applied,
): string => {
  const view = viewOf(viewer, row) ?? '';
  return dialect === 'rfc'
    ? `${PREFIX}${incarnationOf(row)}:${at}:${view}`
    : numberOf(incarnationOf(row), at, view);
};

export type TokenReading =
  | { readonly kind: 'ok'; readonly since: Revision }
  /** Once ours, but the view has changed since, or it claims a revision that never was. */
  | { readonly kind: 'stale' }
  /** Not a token of this collection. */
  | { readonly kind: 'foreign' };

/** The parts of a token as it is written in the standards' dialect. */
const FORM = /^urn:x-daybook:sync:([0-9a-f-]{36}):(0|[1-9][0-9]{0,18}):([0-9a-f]{16})$/;

/** The revision a token claims, so that rows can be asked for before it is judged; `undefined`: no token. */
export const claimedRevision = (token: string, dialect: Dialect): Revision | undefined => {
  const revision = FORM.exec(inWords(token, dialect))?.[2];
  if (revision === undefined) return undefined;
  const claimed = BigInt(revision);
  return claimed < LARGEST ? claimed : LARGEST;
};

/** What read models can be asked for. */
const LARGEST = 2n ** 63n - 1n;

/**
 * Reads a token a client sent back, strictly: what `syncToken` did not write is refused. SOGo takes any
 * number where a collection has never held anything; its dialect does so too.
 */
export const readSyncToken = (
  token: string,
  viewer: Pick<Viewer, 'asker'>,
  row: CollectionRow,
  dialect: Dialect,
): TokenReading => {
  const words = inWords(token, dialect);
  if (words !== token && row.applied === 0n) return { kind: 'ok', since: 0n };
  const [, incarnation, revision, view] = FORM.exec(words) ?? [];
  if (incarnation === undefined || !isUuid(incarnation) || incarnation !== incarnationOf(row))
    return { kind: 'foreign' };
  const since = BigInt(revision ?? '0');
  return view === viewOf(viewer, row) && since <= row.applied
    ? { kind: 'ok', since }
    : { kind: 'stale' };
};

/** Streams are never reopened, so the collection's id names its incarnation. */
const incarnationOf = (row: CollectionRow): CollectionId =>
  splitStream(row.stream)[1] as CollectionId;

/*
 * SOGo's tokens are numbers, and there are programs that compute with them. The same three parts
 * make one: revision, incarnation and view behind one another, 64, 128 and 64 bits.
 */
const NUMBER = /^(?:0|[1-9][0-9]{0,76})$/;

const numberOf = (incarnation: CollectionId, at: Revision, view: string): string =>
  BigInt(
    `0x${at.toString(16)}${incarnation.replaceAll('-', '')}${view.padStart(16, '0')}`,
  ).toString();

/** A number in SOGo's dialect as the token it stands for; whatever else is left as it is. */
const inWords = (token: string, dialect: Dialect): string => {
  if (dialect === 'rfc' || !NUMBER.test(token)) return token;
  const hex = BigInt(token).toString(16).padStart(49, '0');
  const id = hex.slice(-48, -16);
  const incarnation = id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  return `${PREFIX}${incarnation}:${BigInt(`0x${hex.slice(0, -48)}`)}:${hex.slice(-16)}`;
};
