import { activesyncParameters } from './parameters/activesync.ts';
import { authenticationParameters } from './parameters/authentication.ts';
import { calendarParameters } from './parameters/calendar.ts';
import { databaseParameters } from './parameters/database.ts';
import { daybookParameters } from './parameters/daybook.ts';
import { debugParameters } from './parameters/debug.ts';
import { generalParameters } from './parameters/general.ts';
import { mailParameters } from './parameters/mail.ts';
import { processParameters } from './parameters/process.ts';
import { sieveParameters } from './parameters/sieve.ts';
import { singleSignOnParameters } from './parameters/single-sign-on.ts';
import { webParameters } from './parameters/web.ts';
import { webmailParameters } from './parameters/webmail.ts';
import type { Row } from './row.ts';
import type { Value } from './value-type.ts';

/** The parameters by what they are about; keys of a user source are in its own tables. */
export const areas = {
  Daybook: daybookParameters,
  'The server': processParameters,
  General: generalParameters,
  'Logging in': authenticationParameters,
  'Single sign-on': singleSignOnParameters,
  "SOGo's tables": databaseParameters,
  Calendars: calendarParameters,
  Mail: mailParameters,
  'Filters and vacation replies': sieveParameters,
  Webmail: webmailParameters,
  'The web interface': webParameters,
  ActiveSync: activesyncParameters,
  Traces: debugParameters,
};

/** Everything that may stand at the root of `sogo.conf`, by name. */
export const parameters = {
  ...daybookParameters,
  ...processParameters,
  ...generalParameters,
  ...authenticationParameters,
  ...singleSignOnParameters,
  ...databaseParameters,
  ...calendarParameters,
  ...mailParameters,
  ...sieveParameters,
  ...webmailParameters,
  ...webParameters,
  ...activesyncParameters,
  ...debugParameters,
};

export type ParameterName = keyof typeof parameters;

/** What a parameter is worth, set or not. */
export type ParameterValue<Name extends ParameterName> =
  (typeof parameters)[Name] extends Row<infer Read extends Value, infer Fallback>
    ? Read | Fallback
    : never;

/** Names that SOGo had before, and what they are called now; `undefined` for what is no more. */
export const renamed: Readonly<Record<string, ParameterName | undefined>> = {
  SOGoMailMessageCheck: 'SOGoRefreshViewCheck',
  SOGoMailPollingIntervals: 'SOGoRefreshViewIntervals',
  SOGoForceIMAPLoginWithEmail: 'SOGoForceExternalLoginWithEmail',
  SOGoGoogleAuthenticatorEnabled: 'SOGoTOTPEnabled',
  SOGoCalendarDefaultCategoryColor: undefined,
};
