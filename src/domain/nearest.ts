/** The known name nearest to a mistyped one, when it is near enough to be meant. */
export const nearest = (typed: string, known: readonly string[]): string | undefined => {
  const ranked = known
    .map((name) => ({ name, distance: distance(typed, name) }))
    .sort((one, other) => one.distance - other.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= Math.max(1, typed.length / 3)
    ? best.name
    : undefined;
};

/** Levenshtein's edit distance. */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= other.length; j += 1)
      current[j] = Math.min(
        (row[j] ?? 0) + 1,
        (current[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1),
      );
    row = current;
  }
  return row[other.length] ?? 0;
};
