/** A form that can be had, as an Accept header would name it. */
export interface Offer {
  /** Media type, lower case. */
  readonly type: string;
  /** Absent: no version in particular, so that a range which names one does not fit. */
  readonly version?: string;
}

/** One media range of an Accept header. */
interface Range {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/** Ranges that are read; what comes after them is passed over. */
const RANGES = 50;

/**
 * The offer that an Accept header likes best (RFC 9110 §12.5.1): the most exact range that fits one says
 * how much, and of equals the first offer is taken. `undefined` when none is acceptable. Other parameters
 * than `version`, as `charset`, are not compared; what is malformed is passed over.
 */
export const preferredOffer = <Given extends Offer>(
  accept: string,
  offers: readonly Given[],
): Given | undefined => {
  const ranges = rangesOf(accept);
  let best: { readonly offer: Given; readonly quality: number } | undefined;
  for (const offer of offers) {
    const quality = qualityOf(offer, ranges);
    if (quality > (best?.quality ?? 0)) best = { offer, quality };
  }
  return best?.offer;
};

/** Whether an Accept header names one of some media types, whatever its parameters. */
export const names = (accept: string, types: ReadonlySet<string>): boolean =>
  rangesOf(accept).some(({ type, quality }) => types.has(type) && quality > 0);

const rangesOf = (accept: string): readonly Range[] =>
  accept
    .toLowerCase()
    .split(',', RANGES)
    .map((range) => {
      const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
      const valueOf = (name: string): string | undefined =>
        parameters
          .find((parameter) => parameter.split('=', 1)[0]?.trim() === name)
          ?.replace(/^[^=]*=\s*"?([^"]*)"?$/, '$1');
      const quality = Number(valueOf('q') ?? 1);
      return {
        type: aliases.get(type) ?? type,
        version: valueOf('version'),
        quality: quality >= 0 && quality <= 1 ? quality : 0,
      };
    });

/** Names that vCard had before RFC 6350 §10.1. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['text/x-vcard', 'text/vcard'],
  ['text/directory', 'text/vcard'],
]);

const qualityOf = ({ type, version }: Offer, ranges: readonly Range[]): number => {
  let found = { exactness: 0, quality: 0 };
  for (const range of ranges) {
    const exactness = exactnessOf(range, type, version);
    if (exactness > found.exactness) found = { exactness, quality: range.quality };
  }
  return found.quality;
};

const exactnessOf = (range: Range, type: string, version: string | undefined): number => {
  if (range.type === type) {
    if (range.version === undefined) return 3;
    return range.version === version ? 4 : 0;
  }
  if (range.type === `${type.split('/', 1)[0]}/*`) return 2;
  return range.type === '*/*' ? 1 : 0;
};
