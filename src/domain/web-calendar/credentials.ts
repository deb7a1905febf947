import { accept, type Decider, reject } from '../kernel/decision.ts';
import type { FeedCredentials } from './fetching.ts';

/** Characters of either. */
const CREDENTIALS_LIMIT = 500;

export type WebCalendarCommand =
  | ({ readonly type: 'SetWebCalendarCredentials' } & FeedCredentials)
  | { readonly type: 'ForgetWebCalendarCredentials' };

export type WebCalendarEvent =
  | ({ readonly type: 'WebCalendarCredentialsSet' } & FeedCredentials)
  | { readonly type: 'WebCalendarCredentialsForgotten' };

export type WebCalendarRejection = { readonly kind: 'CredentialsTooLong' };

export interface WebCalendarState {
  readonly credentials?: FeedCredentials;
}

/**
 * What a web calendar's feed wants to be told before it answers. A stream of its own beside the calendar's, because it
 * is no business of those the calendar is shared with, and is in no table: it is read from the log when it is needed.
 */
export const webCalendar: Decider<
  WebCalendarCommand,
  WebCalendarState,
  WebCalendarEvent,
  WebCalendarRejection
> = {
  initial: () => ({}),
  decide(command, { credentials }) {
    if (command.type === 'ForgetWebCalendarCredentials')
      return credentials === undefined
        ? accept()
        : accept({ type: 'WebCalendarCredentialsForgotten' });
    const { username, password } = command;
    if (username.length > CREDENTIALS_LIMIT || password.length > CREDENTIALS_LIMIT)
      return reject({ kind: 'CredentialsTooLong' });
    if (credentials?.username === username && credentials.password === password) return accept();
    return accept({ type: 'WebCalendarCredentialsSet', username, password });
  },
  evolve: (_, event) =>
    event.type === 'WebCalendarCredentialsSet'
      ? { credentials: { username: event.username, password: event.password } }
      : {},
};
