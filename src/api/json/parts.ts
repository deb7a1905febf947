import type { DomainSettings } from '../domains.ts';
import type { Log } from '../log.ts';
import type { Principal, Services } from '../services.ts';
import type { Way } from '../single-sign-on/way.ts';
import type { Admit } from '../sign-in/proven-names.ts';
import type { OwnAccess } from '../sign-in/own-access.ts';
import type { OwnPassword } from '../sign-in/own-password.ts';
import type { Recovery } from '../sign-in/recovery.ts';
import type { WebCalendars } from '../web-calendars/web-calendars.ts';
import type { Json } from './documents.ts';
import type { SessionTimes, WebSessions } from '../sign-in/web-sessions.ts';

/** What pages and their scripts stand on. */
export interface JsonParts {
  readonly sessions: WebSessions;
  readonly access: OwnAccess;
  readonly guard: Services['guard'];
  readonly times: SessionTimes;
  readonly password: OwnPassword;
  /** For who forgot it. */
  readonly recovery: Recovery;
  /** Whether people may change it here (SOGoPasswordChangeEnabled). */
  readonly passwordChange: boolean;
  readonly domains: Pick<DomainSettings, 'offered' | 'suffix'>;
  /** Whether changes need the session's token in a header (SOGoXSRFValidationEnabled). */
  readonly forgeryGuard: boolean;
  readonly webCalendars: WebCalendars;
  readonly services: Services;
  /** What `sogo.conf` says of the parameters that people may choose themselves, for somebody. */
  configured(principal: Principal): Readonly<Record<string, Json>>;
  readonly log: Log;
  /** Where people prove themselves instead, as it is now; `undefined`: here, with passwords. */
  way(): Way | undefined;
  /** Whom a trusted proxy has proven; `undefined`: no proxy's word is taken now. */
  byProxy(): Admit | undefined;
}
