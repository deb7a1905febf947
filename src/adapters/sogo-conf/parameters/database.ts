import { tableUrl } from '../network-types.ts';
import { system } from '../row.ts';
import { bool, path, text } from '../scalar-types.ts';

/** Databases that SOGo keeps its tables in. */
export const databaseParameters = {
  SOGoProfileURL: system(tableUrl, "SOGo's table of preferences"),
  OCSFolderInfoURL: system(tableUrl, "SOGo's table of folders"),
  OCSSessionsFolderURL: system(tableUrl, "SOGo's table of web sessions"),
  OCSEMailAlarmsFolderURL: system(tableUrl, "SOGo's table of mail reminders"),
  OCSStoreURL: system(tableUrl, "SOGo's table of objects"),
  OCSAclURL: system(tableUrl, "SOGo's table of rights"),
  OCSCacheFolderURL: system(tableUrl, "SOGo's table of ActiveSync state"),
  MySQL4Encoding: system(text, 'character set of MySQL connections', 'utf8'),
  OCSAdminURL: system(tableUrl, "SOGo's table for administrators"),
  MySQL4SSLEnabled: system(bool, 'TLS to MySQL'),
  MySQL4SSLKeyPath: system(path, 'key of the TLS client'),
  MySQL4SSLCertPath: system(path, 'certificate of the TLS client'),
  MySQL4SSLCaPath: system(path, 'certificate authority of MySQL'),
};
