import type { Lookup } from './hierarchy.ts';

/** What a configuration says of the mail that the server writes. */
export interface MailPolicySettings {
  folderNotices(domain: string | undefined): boolean;
  folderNoticesAnywhere(): boolean;
  reminders(domain: string | undefined): boolean;
  remindersAnywhere(): boolean;
  rightsNotices(domain: string | undefined): boolean;
  rightsNoticesAnywhere(): boolean;
  readonly publicUrl: string | undefined;
  invitations(domain: string | undefined): boolean;
  mailDomain(domain: string | undefined): string;
  recoveryFrom(domain: string | undefined): string | undefined;
  from(domain: string | undefined): string | undefined;
}

/** @param domains the names of `domains` as they are now */
export const mailPolicy = (
  setting: Lookup,
  domains: () => readonly string[],
): MailPolicySettings => {
  const said =
    (
      name:
        | 'SOGoFoldersSendEMailNotifications'
        | 'SOGoACLsSendEMailNotifications'
        | 'SOGoAppointmentSendEMailNotifications',
    ) =>
    (domain: string | undefined): boolean =>
      setting(name, domain) && setting('SOGoMailingMechanism', domain) !== 'none';
  const folderNotices = said('SOGoFoldersSendEMailNotifications');
  const rightsNotices = said('SOGoACLsSendEMailNotifications');
  const reminders = (domain: string | undefined): boolean =>
    setting('SOGoEnableEMailAlarms') && setting('SOGoMailingMechanism', domain) !== 'none';
  return {
    reminders,
    remindersAnywhere: () => [undefined, ...domains()].some(reminders),
    folderNotices,
    folderNoticesAnywhere: () => [undefined, ...domains()].some(folderNotices),
    rightsNotices,
    rightsNoticesAnywhere: () => [undefined, ...domains()].some(rightsNotices),
    get publicUrl() {
      return setting('DaybookPublicURL')?.replace(/\/+$/, '');
    },
    invitations: said('SOGoAppointmentSendEMailNotifications'),
    mailDomain: (domain) => setting('SOGoMailDomain', domain),
    recoveryFrom: (domain) =>
      setting('SOGoPasswordRecoveryFrom', domain) ?? setting('DaybookMailFrom', domain),
    from: (domain) => setting('DaybookMailFrom', domain),
  };
};
