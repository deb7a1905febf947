import { hostOrUrl, url } from '../network-types.ts';
import { acting, domain, starting, system, user } from '../row.ts';
import { bool, integer, mechanism, oneOf, path, secret, text } from '../scalar-types.ts';

/** Mail servers. */
export const mailParameters = {
  SOGoMaximumMessageSizeLimit: system(integer('KiB'), 'the largest message to send; 0: any', 0),
  SOGoMailingMechanism: acting(
    domain(oneOf('sendmail', 'smtp', 'none'), 'how mail leaves', 'sendmail'),
  ),
  SOGoSMTPServer: acting(domain(hostOrUrl('smtp', 'smtps'), 'the mail relay', 'smtp://localhost')),
  SOGoSMTPAuthenticationType: acting(domain(mechanism, 'how the master user logs in at the relay')),
  WOSendMail: acting(system(path, 'the sendmail program', '/usr/lib/sendmail')),
  SOGoForceExternalLoginWithEmail: domain(
    bool,
    'people log in at mail servers with their address',
    false,
  ),
  SOGoDraftsFolderName: user(text, 'mailbox of drafts', 'Drafts'),
  SOGoSentFolderName: user(text, 'mailbox of sent messages', 'Sent'),
  SOGoTrashFolderName: user(text, 'mailbox of deleted messages', 'Trash'),
  SOGoJunkFolderName: user(text, 'mailbox of junk', 'Junk'),
  SOGoIMAPCASServiceName: domain(text, "the mail server's name for CAS"),
  SOGoIMAPServer: starting(domain(hostOrUrl('imap', 'imaps'), 'the IMAP server', 'localhost')),
  SOGoSieveServer: domain(url('sieve', 'sieves'), 'the ManageSieve server; unset: beside IMAP'),
  SOGoSieveFolderEncoding: system(
    oneOf('UTF-7', 'UTF-8'),
    'how filters write names of mailboxes',
    'UTF-7',
  ),
  SOGoMailShowSubscribedFoldersOnly: user(bool, 'show subscribed mailboxes only', false),
  SOGoIMAPAclStyle: domain(oneOf('rfc4314', 'rfc2086'), 'letters of IMAP rights', 'rfc4314'),
  SOGoIMAPAclConformsToIMAPExt: domain(
    bool,
    'the IMAP server lists identifiers of its own, to be hidden',
    false,
  ),
  SOGoMailSpoolPath: domain(path, 'drafts being written', '/var/spool/sogo'),
  NGMimeBuildMimeTempDirectory: system(path, 'messages being built', '/tmp'),
  NGImap4DisableIMAP4Pooling: system(bool, 'a new IMAP connection for each request', true),
  NGImap4ConnectionStringSeparator: system(text, 'separator of mailbox names', '/'),
  NGImap4AuthMechanism: system(mechanism, 'SASL mechanism towards IMAP; unset: LOGIN'),
  NGImap4ConnectionGroupIdPrefix: domain(text, 'stands before groups in IMAP rights', '$'),
  SOGoMailDisableXForward: domain(bool, 'do not tell the relay the client address', false),
  SOGoSMTPMasterUserEnabled: acting(domain(bool, "one login for the server's own mail", false)),
  SOGoSMTPMasterUserUsername: acting(domain(text, 'that login')),
  SOGoSMTPMasterUserPassword: acting(domain(secret, 'its password')),
  SOGoTemplatesFolderName: user(text, 'mailbox of templates', 'Templates'),
};
