import { tableUrl } from '../network-types.ts';
import { acting, needless, system } from '../row.ts';
import { bool, path, text } from '../scalar-types.ts';

/** Databases that SOGo keeps its tables in. */
export const databaseParameters = {
  SOGoProfileURL: system(tableUrl, "SOGo's table of preferences"),
  OCSFolderInfoURL: system(tableUrl, "SOGo's table of folders"),
  OCSSessionsFolderURL: needless(
    system(tableUrl, "SOGo's table of web sessions"),
    'sessions are in its own database',
  ),
  OCSEMailAlarmsFolderURL: system(tableUrl, "SOGo's table of mail reminders"),
  OCSStoreURL: system(tableUrl, "SOGo's table of objects"),
  OCSAclURL: system(tableUrl, "SOGo's table of rights"),
  OCSCacheFolderURL: system(tableUrl, "SOGo's table of ActiveSync state"),
  MySQL4Encoding: system(text, 'character set of MySQL connections', 'utf8'),
  OCSAdminURL: system(tableUrl, "SOGo's table for administrators"),
  MySQL4SSLEnabled: acting(system(bool, 'TLS to the MySQL of user sources')),
  MySQL4SSLKeyPath: acting(system(path, 'key of the TLS client')),
  MySQL4SSLCertPath: acting(system(path, 'certificate of the TLS client')),
  MySQL4SSLCaPath: acting(system(path, "its certificate authority, instead of Node's own")),
};
