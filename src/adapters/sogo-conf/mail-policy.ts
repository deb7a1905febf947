import type { Lookup } from './hierarchy.ts';

/** What a configuration says of the mail that the server writes. */
export interface MailPolicySettings {
  folderNotices(domain: string | undefined): boolean;
  folderNoticesAnywhere(): boolean;
  reminders(domain: string | undefined): boolean;
  remindersAnywhere(): boolean;
  mailDomain(domain: string | undefined): string;
  from(domain: string | undefined): string | undefined;
}

/** @param domains the names of `domains` as they are now */
export const mailPolicy = (
  setting: Lookup,
  domains: () => readonly string[],
): MailPolicySettings => {
  const folderNotices = (domain: string | undefined): boolean =>
    setting('SOGoFoldersSendEMailNotifications', domain) &&
    setting('SOGoMailingMechanism', domain) !== 'none';
  const reminders = (domain: string | undefined): boolean =>
    setting('SOGoEnableEMailAlarms') && setting('SOGoMailingMechanism', domain) !== 'none';
  return {
    reminders,
    remindersAnywhere: () => [undefined, ...domains()].some(reminders),
    folderNotices,
    folderNoticesAnywhere: () => [undefined, ...domains()].some(folderNotices),
    mailDomain: (domain) => setting('SOGoMailDomain', domain),
    from: (domain) => setting('DaybookMailFrom', domain),
  };
};
