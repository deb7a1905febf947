import { afterEach, describe, expect, it } from 'vitest';
import { type SharedCounts, sharedCounts } from '../../src/api/sign-in/shared-counts.ts';
import { submissionsWithin } from '../../src/api/sign-in/submissions.ts';
import type { Counted } from '../../src/domain/account/counters.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';

const ada = 'a' as AccountId;
const bob = 'b' as AccountId;
const limit = (count: number) => ({ count, interval: 60, block: 300 });

describe('submission of messages (SOGo guide, message submission)', () => {
  const told: Counted[] = [];
  let counts: SharedCounts | undefined;
  afterEach(async () => {
    await counts?.close();
    told.length = 0;
  });
  const within = (messages: number, recipients: number) => {
    counts = sharedCounts({
      counters: {
        add: async (counted) => void told.push(...counted),
        blocked: async () => new Map(),
      },
      report: () => undefined,
    });
    return submissionsWithin({ messages: limit(messages), recipients: limit(recipients) }, counts);
  };

  it('is refused after so many messages, for the time that is left', () => {
    const { submit } = within(3, 0);
    for (let sent = 0; sent < 3; sent += 1) expect(submit(ada, 50)).toBeUndefined();
    expect(submit(ada, 1)).toEqual({ refused: 'blocked', seconds: 300 });
    expect(submit(bob, 1)).toBeUndefined();
  });

  it('is refused after so many recipients of all messages together', () => {
    const { submit } = within(0, 10);
    expect(submit(ada, 6)).toBeUndefined();
    expect(submit(ada, 6)).toBeUndefined();
    expect(submit(ada, 1)).toEqual({ refused: 'blocked', seconds: 300 });
  });

  it('is refused for a message with more recipients than anybody may have, which does not count', () => {
    const { submit } = within(1, 10);
    expect(submit(ada, 11)).toEqual({ refused: 'recipients', most: 10 });
    expect(submit(ada, 10)).toBeUndefined();
  });

  it('is not limited where the limits are 0', () => {
    const { submit } = within(0, 0);
    for (let sent = 0; sent < 1000; sent += 1) expect(submit(ada, 1000)).toBeUndefined();
  });

  it('is counted on all nodes together', async () => {
    const { submit } = within(3, 10);
    submit(ada, 4);
    submit(ada, 4);
    await counts?.close();
    expect(told.map(({ times }) => times)).toEqual([2, 8]);
  });
});
