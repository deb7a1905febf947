import type { Limit } from '../../domain/account/counters.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { SharedCounts } from './shared-counts.ts';

/** What one person may send; a count of 0 is no limit. */
export interface SubmissionLimits {
  /** SOGoMaximumMessageSubmissionCount. */
  readonly messages: Limit;
  /** SOGoMaximumRecipientCount: recipients of all messages together. */
  readonly recipients: Limit;
}

/** Why a message is not taken. */
export type SubmissionRefusal =
  /** Too much was sent; nothing more is taken for so many seconds. */
  | { readonly refused: 'blocked'; readonly seconds: number }
  /** No message may have so many; it was not counted. */
  | { readonly refused: 'recipients'; readonly most: number };

/** Keeps one person from flooding others with mail. All nodes count together. */
export interface Submissions {
  /** Asked once for each message before it is sent, and counts it unless it is refused. */
  submit(account: AccountId, recipients: number): SubmissionRefusal | undefined;
}

/** The message that reaches a limit is sent; the next one is refused (SOGo guide, message submission). */
export const submissionsWithin = (
  limits: SubmissionLimits,
  counts: Pick<SharedCounts, 'count' | 'blocked'>,
): Submissions => ({
  submit(account, recipients) {
    const { messages, recipients: most } = limits;
    const [sent, addressed] = [`submissions ${account}`, `recipients ${account}`];
    const seconds = Math.max(counts.blocked(sent) ?? 0, counts.blocked(addressed) ?? 0);
    if (seconds > 0) return { refused: 'blocked', seconds };
    if (most.count > 0 && recipients > most.count)
      return { refused: 'recipients', most: most.count };
    counts.count(sent, messages);
    counts.count(addressed, most, recipients);
    return undefined;
  },
});
