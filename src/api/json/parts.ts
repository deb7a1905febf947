import type { Log } from '../log.ts';
import type { Services } from '../services.ts';
import type { Way } from '../single-sign-on/way.ts';
import type { Admit } from '../sign-in/admitting.ts';
import type { OwnAccess } from '../sign-in/own-access.ts';
import type { SessionTimes, WebSessions } from '../sign-in/web-sessions.ts';

/** What pages and their scripts stand on. */
export interface JsonParts {
  readonly sessions: WebSessions;
  readonly access: OwnAccess;
  readonly guard: Services['guard'];
  readonly times: SessionTimes;
  /** Whether changes need the session's token in a header (SOGoXSRFValidationEnabled). */
  readonly forgeryGuard: boolean;
  readonly log: Log;
  /** Where people prove themselves instead; absent: here, with passwords. */
  readonly way?: Way | undefined;
  /** Whom a trusted proxy has proven; absent: no proxy's word is taken. */
  readonly byProxy?: Admit | undefined;
}
