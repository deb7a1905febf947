import type { Lookup } from './hierarchy.ts';

/** What a configuration says of the mail that the server writes. */
export interface MailPolicySettings {
  folderNotices(domain: string | undefined): boolean;
  folderNoticesAnywhere(): boolean;
  mailDomain(domain: string | undefined): string;
  recoveryFrom(domain: string | undefined): string | undefined;
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
  return {
    folderNotices,
    folderNoticesAnywhere: () => [undefined, ...domains()].some(folderNotices),
    mailDomain: (domain) => setting('SOGoMailDomain', domain),
    recoveryFrom: (domain) =>
      setting('SOGoPasswordRecoveryFrom', domain) ?? setting('DaybookMailFrom', domain),
    from: (domain) => setting('DaybookMailFrom', domain),
  };
};
