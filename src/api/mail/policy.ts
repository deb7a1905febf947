/** What the configuration says of the mail that the server writes; each may say something else a moment later. */
export interface MailPolicy {
  /** SOGoFoldersSendEMailNotifications, where mail is sent at all. */
  folderNotices(domain: string | undefined): boolean;
  /** Whether that holds in any domain. */
  folderNoticesAnywhere(): boolean;
  /** SOGoEnableEMailAlarms, where mail is sent at all. */
  reminders(domain: string | undefined): boolean;
  remindersAnywhere(): boolean;
  /** SOGoACLsSendEMailNotifications, where mail is sent at all. */
  rightsNotices(domain: string | undefined): boolean;
  /** Whether that holds in any domain. */
  rightsNoticesAnywhere(): boolean;
  /** DaybookPublicURL, without a slash at its end; `undefined`: nobody said where people know this server. */
  readonly publicUrl: string | undefined;
  /** SOGoAppointmentSendEMailNotifications, where mail is sent at all. */
  invitations(domain: string | undefined): boolean;
  /** SOGoMailDomain. */
  mailDomain(domain: string | undefined): string;
  /** Whom mail about forgotten passwords comes from: SOGoPasswordRecoveryFrom, else DaybookMailFrom. */
  recoveryFrom(domain: string | undefined): string | undefined;
  /** DaybookMailFrom. */
  from(domain: string | undefined): string | undefined;
}
