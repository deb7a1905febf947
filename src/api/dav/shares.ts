/** Octets of contents that one answer holds in memory together. */
export const SHARE = 2 * 1024 * 1024;

/**
 * Items in their order, in shares that weigh at most `SHARE` together. What is heavier than that is alone
 * with what weighs nothing.
 */
export function* inShares<Item>(
  items: readonly Item[],
  weightOf: (item: Item) => number,
): Generator<readonly Item[]> {
  let from = 0;
  let weight = 0;
  for (const [index, item] of items.entries()) {
    const more = weightOf(item);
    if (weight > 0 && weight + more > SHARE) {
      yield items.slice(from, index);
      from = index;
      weight = 0;
    }
    weight += more;
  }
  if (from < items.length) yield items.slice(from);
}
