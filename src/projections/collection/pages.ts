/** Pages as `Snapshot.members` gives them: read to the end, or returned. */
export type Pages<Row> = AsyncIterable<readonly Row[]>;

/** Ends pages that nobody will read, so that what they hold is given back. */
export const discard = async (pages: Pages<unknown> | undefined): Promise<void> => {
  await pages?.[Symbol.asyncIterator]().return?.();
};

export const inPages = <Row>(rows: readonly Row[], size: number): readonly (readonly Row[])[] =>
  Array.from({ length: Math.ceil(rows.length / size) }, (_, page) =>
    rows.slice(page * size, (page + 1) * size),
  );

/**
 * Pages changed one by one, and more at the end. Empty pages are left out. `return()` reaches the pages
 * beneath even before the first was asked for, which a generator's would not.
 */
export const changedPages = <Row>(
  pages: Pages<Row>,
  change: (page: readonly Row[]) => readonly Row[],
  more: () => readonly (readonly Row[])[],
): Pages<Row> => {
  const beneath = pages[Symbol.asyncIterator]();
  let rest: (readonly Row[])[] | undefined;
  const changed: AsyncIterableIterator<readonly Row[]> = {
    [Symbol.asyncIterator]: () => changed,
    async next() {
      while (rest === undefined) {
        const step = await beneath.next();
        if (step.done === true) {
          rest = [...more()];
          break;
        }
        const page = change(step.value);
        if (page.length > 0) return { done: false, value: page };
      }
      const page = rest.shift();
      return page === undefined ? { done: true, value: undefined } : { done: false, value: page };
    },
    async return() {
      rest = [];
      await beneath.return?.();
      return { done: true, value: undefined };
    },
  };
  return changed;
};
