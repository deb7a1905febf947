import type { Checkpoints } from '../../domain/kernel/checkpoints.ts';
import type { Position } from '../../domain/kernel/event-store.ts';
import type { MailPlace, OpenWatchedMailbox } from '../../domain/mail/watched-mailbox.ts';
import { isPassing, nameOf, pause } from '../../projections/runtime/faults.ts';
import type { Log } from '../log.ts';
import type { TakeMail } from './taking.ts';

interface WatchingParts {
  /** Under which the place in the mailbox is kept: one for each mailbox. */
  readonly name: string;
  readonly open: OpenWatchedMailbox;
  readonly take: TakeMail;
  readonly checkpoints: Checkpoints;
  readonly node: string;
  readonly log: Log;
  /** Between looks whether another node has let go of it, in ms. */
  readonly every?: number;
}

/** Seconds after which a node that was killed is replaced. */
const LEASE = 15;
/** How often the lease is renewed, in ms. */
const RENEW = 3000;
/** Tries of a mail that fails for no reason that passes by itself. */
const TRIES = 5;
/** The longest pause before the server is tried again, in ms. */
const LONGEST = 60_000;

/**
 * Heeds what comes to one mailbox, on one node at a time, until closed. A mail is heeded again when a node dies before
 * it has noted that it was, which changes nothing.
 */
export const watchingMailbox = (parts: WatchingParts): { close(): Promise<void> } => {
  const { name, open, take, checkpoints, node, log, every = 2000 } = parts;
  const stop = new AbortController();
  const { signal } = stop;
  let failures = 0;

  const insist = async (octets: Uint8Array, place: MailPlace, held: AbortSignal) => {
    for (let attempt = 1; !held.aborted; attempt += 1) {
      try {
        const taken = await take(octets);
        if (taken.kind === 'heeded') log('mail-heeded', { place });
        return;
      } catch (error) {
        if (!isPassing(error) && attempt >= TRIES) {
          log('mail-passed-over', { place, cause: nameOf(error) });
          return;
        }
        await pause(Math.min(LONGEST, 100 * 2 ** attempt), held);
      }
    }
  };

  const follow = async (first: MailPlace | undefined): Promise<void> => {
    const lost = new AbortController();
    const held = AbortSignal.any([signal, lost.signal]);
    const keep = async (): Promise<void> => {
      while (!held.aborted) {
        await pause(RENEW, held);
        if (held.aborted) return;
        const mine = await checkpoints.hold(name, node, 'start', LEASE).catch(() => undefined);
        if (mine === undefined) lost.abort();
      }
    };
    const keeping = keep();
    try {
      const mailbox = await open();
      let at = first;
      try {
        log('mailbox-watched', {});
        while (!held.aborted) {
          for await (const { place, octets } of mailbox.after(at)) {
            if (octets !== undefined) await insist(octets, place, held);
            if (held.aborted) return;
            if (!(await checkpoints.move(name, node, position(place)))) return;
            at = place;
          }
          failures = 0;
          await mailbox.news(held);
        }
      } finally {
        await mailbox.close();
      }
    } finally {
      lost.abort();
      await keeping;
    }
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        const place = await checkpoints.hold(name, node, 'start', LEASE);
        if (place === undefined) await pause(every, signal);
        else await follow(place === 'start' ? undefined : placeOf(place));
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        // After the first time, whoever reads the log knows.
        if (failures <= 2) log('mailbox-trouble', { cause: causeOf(error) });
        await pause(Math.min(LONGEST, 500 * 2 ** failures), signal);
      }
    }
    await checkpoints.release(name, node).catch(() => undefined);
  };

  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
};

const causeOf = (error: unknown): string =>
  error instanceof Error && error.name === 'MailboxUnavailable' ? error.message : nameOf(error);

/** Checkpoints keep any text; this one is no position of the log. */
const position = (place: MailPlace): Position => place as string as Position;
const placeOf = (kept: Position): MailPlace => kept as string as MailPlace;
