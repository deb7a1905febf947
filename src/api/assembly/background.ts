import type { AddressBookEvent } from '../../domain/addressbook/addressbook.ts';
import type { CalendarEvent } from '../../domain/calendar/calendar.ts';
import type { HomeEvent } from '../../domain/home/home.ts';
import { type WebCalendarEvent, webCalendar } from '../../domain/web-calendar/credentials.ts';
import { strayBlobs, sweeping } from '../blob-sweep.ts';
import { startMailing } from '../mail/mailing.ts';
import { startReminders } from '../reminders/start.ts';
import type { Services } from '../services.ts';
import { reacting } from '../mail/reacting.ts';
import { submissionsWithin } from '../sign-in/submissions.ts';
import { webCalendars } from '../web-calendars/web-calendars.ts';
import { watchingMailbox } from '../mail-in/watching.ts';
import type { Ground } from './ground.ts';
import { takeMailOn } from './mail-in.ts';
import type { People } from './people.ts';
import type { AssembledScheduling } from './scheduling.ts';

/** What a server does beside answering requests; a command beside a server leaves it to that. */
export const startBackground = (
  ground: Ground,
  people: People,
  services: Services & { readonly scheduling: AssembledScheduling },
) => {
  const { foundation, store, codecFor, handle, runtime, troubled } = ground;
  const { guest, codec, blobs, rows, log } = foundation;

  const web = webCalendars({
    ...{ services, store, ...foundation.feeds, all: rows.homes.webCalendars },
    watch: runtime.watch,
    codec: codecFor<WebCalendarEvent>(),
    handle: handle('webcalendar', webCalendar),
    report: troubled('web-calendar-trouble'),
  });
  const swept = { store, codec, blobs, holding: rows.holding };
  const sweep = guest ? undefined : sweeping({ ...swept, log });
  const looking = guest ? undefined : web.start();
  const mailing = guest
    ? undefined
    : startMailing({
        foundation: foundation.mail,
        ...{ store, log, node: foundation.nodeId, meter: foundation.meter, seen: ground.seen },
        codec: codecFor<HomeEvent>(),
        collectionCodec: codecFor<CalendarEvent | AddressBookEvent>(),
        services,
        domains: people.domains,
        settled: services.scheduling.mailSettled,
        counts: people.access.counts,
        accounts: rows.accounts,
        language: async (person) => (await people.preferencesOf(person)).language,
      });

  services.scheduling.onMail(() => mailing?.wake());
  const reminders = guest
    ? undefined
    : startReminders({
        ...{ services, store, log, node: foundation.nodeId, meter: foundation.meter },
        ...{ jobs: foundation.jobs, accounts: rows.accounts, domains: people.domains },
        ...{ outbox: foundation.mail.outbox, policy: foundation.mail.policy },
        checkpoints: foundation.mail.checkpoints,
        codec: codecFor<CalendarEvent>(),
        submissions: submissionsWithin(foundation.mail.limits, people.access.counts),
        wake: () => mailing?.wake(),
        now: Date.now,
      });

  const { watched, checkpoints } = foundation.mail;
  const mailbox =
    guest || watched === undefined
      ? undefined
      : watchingMailbox({
          ...{ ...watched, checkpoints, log, node: foundation.nodeId },
          take: takeMailOn(ground, services),
        });

  const scheduling = guest
    ? undefined
    : reacting({
        ...{ store, log, node: foundation.nodeId },
        checkpoints: foundation.mail.checkpoints,
        reaction: services.scheduling.reaction,
      });

  return {
    webCalendars: web,
    strayBlobs: async (signal: AbortSignal): Promise<number> =>
      (await strayBlobs(swept, signal)).strays.length,
    /** Lets go of what may still write. */
    async close(): Promise<void> {
      await mailbox?.close();
      await reminders?.close();
      await Promise.all([looking?.close(), mailing?.close(), scheduling?.close()]);
      await services.scheduling.close();
      await people.recovery.close();
      await people.access.close();
      await ground.tidying.close();
      await sweep?.close();
    },
  };
};
