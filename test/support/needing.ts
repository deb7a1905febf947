import { existsSync } from 'node:fs';
import { describe, it } from 'vitest';

/** A file that a Debian package brings. */
export interface Needed {
  readonly file: string;
  readonly from: string;
}

/**
 * Tests with real programs of Debian, clients and servers; where one is not installed, one test that is skipped and says what
 * to do about it.
 */
export const describeWith = (title: string, needed: readonly Needed[], tests: () => void): void => {
  const missing = needed.filter(({ file }) => !existsSync(file)).map(({ from }) => from);
  describe(title, () => {
    if (missing.length === 0) {
      tests();
      return;
    }
    const why = `not installed; as root: apt-get install ${missing.join(' ')}`;
    // oxlint-disable-next-line vitest/expect-expect -- nothing to expect: said, not run
    it(`needs ${missing.join(', ')}`, ({ skip }) => skip(why));
  });
};
