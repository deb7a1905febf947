import {
  type ClaimedMail,
  GIVE_UP_AFTER,
  type MailOutcome,
  type Outbox,
  untilNextTry,
} from '../../domain/mail/outbox.ts';
import type { SendMail, SendOutcome } from '../../domain/mail/transport.ts';
import { pause } from '../../projections/runtime/faults.ts';
import { inRounds } from '../in-rounds.ts';
import type { Log } from '../log.ts';
import type { Meter } from '../metrics/meter.ts';

interface WorkingOffParts {
  readonly outbox: Outbox;
  readonly send: SendMail;
  /** The same after a restart, and no other process's. */
  readonly node: string;
  /** Told of what was sent, or was given up. */
  settled?(mail: ClaimedMail, outcome: MailOutcome): Promise<void>;
  readonly log: Log;
  readonly meter: Meter;
  /** Between looks for messages that are due, in ms. */
  readonly every?: number;
  /** How long a message under way may take when this is closed, in ms. */
  readonly grace?: number;
}

/** Sends what waits in the outbox when it is due, some messages at a time, until it is closed. Nodes share the work. */
export interface WorkingOff {
  /** Looks now: something was put. */
  wake(): void;
  /** Begins no more messages, and waits a moment for those under way. */
  close(): Promise<void>;
}

const TOGETHER = 4;

/** What a try means for a message that was put so many seconds ago. */
export const outcomeOf = (tried: SendOutcome, attempt: number, age: number): MailOutcome => {
  if (tried.kind === 'sent') return tried;
  const { trouble, status } = tried;
  const seconds = untilNextTry(attempt);
  return tried.passing && age + seconds < GIVE_UP_AFTER
    ? { kind: 'later', seconds, trouble, status }
    : { kind: 'failed', trouble, status };
};

export const workingOff = (parts: WorkingOffParts): WorkingOff => {
  const { outbox, send, node, log, meter, every = 5000, grace = 3000 } = parts;
  const attend = async (claimed: ClaimedMail): Promise<void> => {
    const age = (Date.now() - Date.parse(claimed.putAt)) / 1000;
    const outcome = outcomeOf(await send(claimed.mail), claimed.attempt, age);
    await outbox.settle(claimed, outcome);
    meter.count('daybook_mails_total', outcome.kind);
    if (outcome.kind !== 'later') await parts.settled?.(claimed, outcome);
    if (outcome.kind === 'sent') return;
    const { key, attempt } = claimed;
    const { trouble: cause, status } = outcome;
    const code = outcome.kind === 'later' ? 'mail-delayed' : 'mail-given-up';
    log(code, { key, attempt, cause, ...(status !== undefined && { status }) });
  };

  const rounds = inRounds<ClaimedMail>({
    begin: () => outbox.giveBack(node),
    claim: () => outbox.claim(node, TOGETHER),
    attend,
    tidy: outbox.tidy,
    trouble: (error) =>
      log('outbox-trouble', { cause: error instanceof Error ? error.name : typeof error }),
    every,
  });
  return {
    wake: rounds.wake,
    async close() {
      const late = new AbortController();
      await Promise.race([rounds.stop(), pause(grace, late.signal)]);
      late.abort();
    },
  };
};
