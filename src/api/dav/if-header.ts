import type { ETag } from '../../domain/kernel/ids.ts';
import { badRequest } from './errors.ts';

/** One condition of an `If` header (RFC 4918 §10.4.2): a state token, or an entity tag. */
export type IfCondition = { readonly not: boolean } & (
  | { readonly token: string }
  | { readonly tag: ETag; readonly weak: boolean }
);

/** Conditions that have to hold together. */
export interface IfList {
  /** URI of the resource they are about, as written; `undefined`: the request's own. */
  readonly resource: string | undefined;
  readonly conditions: readonly IfCondition[];
}

/**
 * Reads an `If` header whole: lists without tags, or tagged lists, never both (RFC 4918 §10.4.2).
 * @throws DavError 400 for anything else.
 */
export const readIfHeader = (header: string): readonly IfList[] => {
  const lists: IfList[] = [];
  const scanner = scannerOf(header);
  const tagged = scanner.next(RESOURCE, true) !== undefined;
  while (!scanner.done()) {
    const resource = tagged ? scanner.next(RESOURCE) : undefined;
    if (tagged && resource === undefined) throw malformed();
    const before = lists.length;
    while (scanner.next(OPEN) !== undefined)
      lists.push({ resource, conditions: conditionsFrom(scanner) });
    if (lists.length === before) throw malformed();
  }
  if (lists.length === 0) throw malformed();
  return lists;
};

const conditionsFrom = (scanner: Scanner): readonly IfCondition[] => {
  const conditions: IfCondition[] = [];
  while (scanner.next(CLOSE) === undefined) {
    const not = scanner.next(NOT) !== undefined;
    const token = scanner.next(RESOURCE);
    if (token !== undefined) {
      conditions.push({ not, token });
      continue;
    }
    const written = scanner.next(TAG);
    if (written === undefined) throw malformed();
    const weak = written.startsWith('W/');
    conditions.push({ not, weak, tag: written.slice(weak ? 3 : 1, -1) as ETag });
  }
  if (conditions.length === 0) throw malformed();
  return conditions;
};

interface Scanner {
  /** The pattern's group (or '') if it stands here; then, unless peeking, goes past it and white space. */
  next(pattern: RegExp, peek?: boolean): string | undefined;
  done(): boolean;
}

const scannerOf = (text: string): Scanner => {
  let at = text.length - text.trimStart().length;
  return {
    next(pattern, peek = false) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match === null) return undefined;
      if (!peek) at = pattern.lastIndex;
      return match[1] ?? '';
    },
    done: () => at === text.length,
  };
};

/** A Coded-URL or Resource-Tag; RFC 3986 leaves neither brackets nor blanks to URIs. */
const RESOURCE = /<([^<>\s]+)>[ \t]*/y;
const OPEN = /\([ \t]*/y;
const CLOSE = /\)[ \t]*/y;
const NOT = /not(?=[ \t<[])[ \t]*/iy;
const TAG = /\[[ \t]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*\][ \t]*/y;

const malformed = () => badRequest('If must be lists of state tokens and entity tags.');
