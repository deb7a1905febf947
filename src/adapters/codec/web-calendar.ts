import type { WebCalendarEvent } from '../../domain/web-calendar/credentials.ts';
import { present } from './fields.ts';
import { messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

const { webcalendar } = messages;

export const webCalendarSchemas: Schemas<WebCalendarEvent> = {
  WebCalendarCredentialsSet: schema({
    message: webcalendar.WebCalendarCredentialsSet,
    write: ({ username, password }) => ({ username, password }),
    read: ({ username, password }) => ({
      type: 'WebCalendarCredentialsSet',
      username: present('username', username),
      password: present('password', password),
    }),
  }),
  WebCalendarCredentialsForgotten: schema({
    message: webcalendar.WebCalendarCredentialsForgotten,
    write: () => ({}),
    read: () => ({ type: 'WebCalendarCredentialsForgotten' }),
  }),
};
