import { system } from '../row.ts';
import { bool } from '../scalar-types.ts';

/** Traces. */
export const debugParameters = {
  SOGoDebugRequests: system(bool, 'trace requests', false),
  SOGoDebugLeaks: system(bool, 'trace objects', false),
  SOGoCrashOnSessionCreate: system(bool, 'abort on a session nobody asked for', false),
  SOGoUIxDebugEnabled: system(bool, 'web resources as they are written', false),
  SOGoTnefDecoderDebugEnabled: system(bool, 'trace winmail.dat', false),
  SOGoAPIDebugEnabled: system(bool, 'trace the REST interface', false),
  ImapDebugEnabled: system(bool, 'trace IMAP', false),
  LDAPDebugEnabled: system(bool, 'trace LDAP', false),
  PGDebugEnabled: system(bool, 'trace PostgreSQL', false),
  MySQL4DebugEnabled: system(bool, 'trace MySQL', false),
  SoDebugBaseURL: system(bool, 'trace URLs', false),
  WODontZipResponse: system(bool, 'do not compress answers', false),
};
