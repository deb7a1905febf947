import {
  type EntryCondition,
  EVERYTHING,
  NOTHING,
  some,
} from '../../../domain/account/entry-condition.ts';
import type { MatchType } from '../../../domain/collection/collation.ts';
import { readHref } from '../path.ts';
import { caldav, calendarServer, dav, type Name } from '../xml/names.ts';
import { CALENDAR_USER_TYPE, userTypes } from './principal.ts';

const kinds = ['individual', 'group', 'location', 'thing'] as const;

const ofAddress = (text: string, match: MatchType): EntryCondition => {
  const segments = text.startsWith('/') ? readHref(text) : undefined;
  const login = segments?.at(-1);
  if (login !== undefined) return some([{ field: 'login', match: 'equals', text: login }]);
  const wanted = text.replace(/^mailto:/i, '');
  if (wanted === '') return EVERYTHING;
  return some([
    { field: 'mail', match, text: wanted },
    { field: 'login', match, text: wanted },
  ]);
};

/**
 * Which entries may have a property that compares as asked: perhaps more than have, and nobody by
 * properties that say nothing about people.
 */
export const principalCondition = (name: Name, match: MatchType, text: string): EntryCondition => {
  const inField = (...fields: readonly string[]): EntryCondition =>
    text === '' ? EVERYTHING : some(fields.map((field) => ({ field, match, text })));
  switch (name) {
    case dav('displayname'):
      return inField('displayname', 'cn', 'login');
    case calendarServer('first-name'):
      return inField('givenname');
    case calendarServer('last-name'):
      return inField('sn');
    case calendarServer('email-address-set'):
      return inField('mail');
    case caldav('calendar-user-address-set'):
    case dav('alternate-URI-set'):
    case dav('principal-URL'):
      return ofAddress(text, match);
    case CALENDAR_USER_TYPE:
      return some(
        kinds
          .filter((kind) => userTypes[kind].includes(text.toUpperCase()))
          .map((kind) => ({ kind })),
      );
    default:
      return NOTHING;
  }
};
