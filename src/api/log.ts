import { type DestinationStream, type LevelWithSilent, pino } from 'pino';

/**
 * Everything the server ever logs, by code: how grave it is and what it says. Closed on purpose: an
 * operator can read docs/operations/log.md once and know every line. Fields never hold what people
 * wrote, nor passwords.
 */
export const catalogue = {
  'parameter-not-in-effect': [
    'warn',
    'the configuration sets a parameter that has no effect in this version',
  ],
  'configuration-doubtful': [
    'warn',
    'the configuration says something that does not count, or not as it may be meant',
  ],
  'configuration-reloaded': ['info', 'the configuration was read again and is in force'],
  'configuration-refused': [
    'error',
    'the configuration was read again and cannot be used: the old one stays in force',
  ],
  'restart-needed': [
    'warn',
    'a parameter was changed that is looked at only when the program starts',
  ],
  'data-directory-chosen': [
    'warn',
    "PostgreSQL's user may not enter ./data, so another directory is used; --data names your own",
  ],
  'account-made': ['info', 'first start: an account was made'],
  'server-listening': ['info', 'listening'],
  'server-ready': ['info', 'projections have caught up; ready'],
  'server-stopping': ['info', 'stopping: finishing what is under way'],
  'server-stopped': ['info', 'stopped'],
  'server-stopped-late': [
    'warn',
    'stopped without an answer of the database: what was acknowledged is kept, leases run out',
  ],
  'server-failed': ['fatal', 'cannot go on'],
  request: ['info', 'request answered'],
  'request-failed': ['error', 'a request met a fault'],
  'embedded-creating': ['info', 'first start: creating the embedded PostgreSQL data directory'],
  'embedded-starting': ['info', 'starting the embedded PostgreSQL'],
  'embedded-waiting': [
    'info',
    'waiting for the embedded PostgreSQL; after a crash it recovers first',
  ],
  'embedded-ready': ['info', 'the embedded PostgreSQL is ready'],
  'embedded-lost': ['error', 'the embedded PostgreSQL died; starting it again'],
  'embedded-retrying': ['error', 'the embedded PostgreSQL did not start; trying again'],
  'embedded-left': ['info', 'the embedded PostgreSQL runs on: another process uses it'],
  'embedded-stopped': ['info', 'the embedded PostgreSQL is stopped'],
  'embedded-stuck': ['error', 'the embedded PostgreSQL does not stop'],
  'store-trouble': ['warn', 'the event store had trouble and got over it'],
  'append-retried': [
    'warn',
    'nobody said what became of an append; asking again with the same ids',
  ],
  'read-retried': ['warn', 'a read of the event store failed; asking again'],
  'subscription-resumed': ['warn', 'the event store ended a subscription; resumed where it was'],
  'foreign-event-skipped': ['debug', 'the log holds an event that is not ours; skipped'],
  'database-trouble': ['warn', 'a database connection was lost; a new one is made when needed'],
  'user-source-trouble': ['warn', 'a user source did not answer; its people may be refused'],
  'sign-in-failed': ['info', 'somebody was not let in; fail2ban can count these by address'],
  'sign-in-unbelievable': [
    'info',
    'an answer of an identity provider was not believed: not asked for by this browser, forged, too old, or used before',
  ],
  'sign-in-unknown': [
    'info',
    'an identity provider proved somebody whom no user source and no account knows',
  ],
  'sign-out-heard': ['info', 'an identity provider said that somebody signed out there'],
  'identity-provider-trouble': ['warn', 'the identity provider did not answer, or not sensibly'],
  'identity-provider-step': ['info', 'a step of OpenID Connect (SOGoOpenIDDebugEnabled)'],
  'recovery-mailed': ['info', 'a link to a new password was mailed (SOGoPasswordRecoveryEnabled)'],
  'recovery-trouble': [
    'warn',
    'a link to a new password could not be mailed; the person asks again',
  ],
  'password-recovered': ['info', 'a forgotten password was replaced'],
  'app-password-needed': [
    'info',
    'a right password was refused: its account has a second factor, and the program needs an app password',
  ],
  'sign-in-state-trouble': [
    'warn',
    'counts of sign-ins or last uses of app passwords could not be kept',
  ],
  'erasure-trouble': [
    'warn',
    'what an erased account left could not be removed yet; it is tried again',
  ],
  'blobs-swept': ['info', 'large bodies that no event refers to were removed'],
  'blob-sweep-trouble': [
    'warn',
    'large bodies that no event refers to could not be looked for; it is tried again',
  ],
  'web-calendar-trouble': [
    'warn',
    'a web calendar could not be looked at or changed; it is tried again',
  ],
  'outbox-trouble': [
    'warn',
    'mail could not be looked after for a moment; it waits, and is sent later',
  ],
  'mail-delayed': ['info', 'a message could not be sent yet; it is tried again'],
  'mail-given-up': [
    'warn',
    'a message was refused, or could not be sent for days; it is not tried again',
  ],
  'mail-held-back': [
    'warn',
    'a message was not written: its account caused too many, or too many wait already',
  ],
  'scheduling-later': [
    'warn',
    'people could not be told of a change in a calendar at once; it is tried again',
  ],
  'jobs-trouble': [
    'warn',
    'what is to be done at a time could not be looked after for a moment; it is done later',
  ],
  'job-delayed': ['info', 'something that was due could not be done yet; it is tried again'],
  'job-given-up': ['error', 'something that was due could not be done; it is not tried again'],
  'reminders-dropped': [
    'warn',
    'reminders came too late to be of use, of events that are over for a day, or too many at once: they are not sent',
  ],
  'reminders-unworkable': [
    'warn',
    'the reminders of an object cannot be worked out, its rule being too laborious; none are sent',
  ],
  'reaction-passed-over': [
    'error',
    'what should follow from an event could not be done; the event is passed over',
  ],
  'mailbox-watched': [
    'info',
    'waiting for invitations and answers in a mailbox (DaybookMailInLogin)',
  ],
  'mailbox-trouble': ['warn', 'the mailbox cannot be reached; tried again until it can'],
  'mail-heeded': ['info', 'an invitation or answer came by mail and was heeded'],
  'mail-passed-over': ['error', 'a mail could not be heeded; it is passed over'],

  'activesync-item-skipped': [
    'warn',
    'a device failed to take an item again and again; it is left out until it changes',
  ],
  'activesync-trace': [
    'info',
    'what a device asked or was answered: people’s words, without mails and passwords (SOGoEASDebugEnabled)',
  ],
  'stream-parked': [
    'error',
    'an event cannot be projected; its stream is served from the log until it can',
  ],
  'projection-waiting': ['warn', 'a projection waits for the database'],
  'leases-lost': ['info', 'another node took over partitions of a projection'],
  'projection-rebuilt': ['info', 'a projection was rebuilt'],
  'subscription-restarted': ['warn', "the log's subscription failed; started again"],
} as const satisfies Readonly<Record<string, readonly [LevelWithSilent, string]>>;

export type LogCode = keyof typeof catalogue;

/** Writes one line of the catalogue; `fields` say where, never what people wrote. */
export type Log = (code: LogCode, fields?: Readonly<Record<string, unknown>>) => void;

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** JSON lines. `level` below `info` or above is taken from `DAYBOOK_LOG_LEVEL`; nonsense means `info`. */
export const logTo = (destination: DestinationStream, level: string | undefined): Log => {
  const logger = pino(
    {
      level: level !== undefined && LEVELS.includes(level) ? level : 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      messageKey: 'message',
    },
    destination,
  );
  return (code, fields = {}) => {
    const [grave, message] = catalogue[code];
    logger[grave]({ code, ...fields }, message);
  };
};

/** Logs what was thrown under a code: what it is called, and nothing that it says. */
export const troublesTo =
  (log: Log) =>
  (code: LogCode) =>
  (trouble: unknown): void =>
    log(code, { cause: trouble instanceof Error ? trouble.name : typeof trouble });
