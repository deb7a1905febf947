import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimedMail, MailOutcome } from '../../domain/mail/outbox.ts';
import type { Log } from '../log.ts';
import type { Services } from '../services.ts';
import { statuses } from './delivering.ts';
import type { SchedulingProcess } from './process.ts';

interface SettlingParts {
  readonly personWith: Services['sharing']['personWith'];
  readonly settle: SchedulingProcess['settle'];
  readonly log: Log;
}

/** Another node may be about to record that it wrote the mail. */
const TRIES = 3;
const APART = 500;

/**
 * Notes what became of mail about scheduled objects. When that cannot be done the object goes on saying that the mail
 * is on its way: the mail itself was settled before.
 */
export const settlingMails =
  ({ personWith, settle, log }: SettlingParts) =>
  async ({ key, mail }: ClaimedMail, outcome: MailOutcome): Promise<void> => {
    const { about } = mail;
    if (about === undefined) return;
    const status = outcome.kind === 'sent' ? statuses.sent : statuses.undelivered;
    const { account, uid, event, correlationId } = about;
    try {
      const owner = await personWith(account);
      if (owner === undefined) return;
      const cause = { event, correlationId, at: mail.date };
      for (let attempt = 1; attempt <= TRIES; attempt += 1) {
        if (await settle(owner, uid, key, status, cause)) return;
        if (attempt < TRIES) await sleep(APART);
      }
    } catch (error) {
      log('scheduling-later', { cause: error instanceof Error ? error.name : typeof error });
    }
  };
