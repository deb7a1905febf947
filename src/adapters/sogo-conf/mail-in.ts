import type { Lookup } from './hierarchy.ts';

/** The mailbox that is watched for invitations and answers. */
interface MailInSettings {
  readonly server: string;
  readonly user: string;
  readonly password: string;
  readonly mailbox: string;
}

/** @returns `undefined` where the settings name no login, or no password of it. */
export const mailInSettings = (setting: Lookup): MailInSettings | undefined => {
  const user = setting('DaybookMailInLogin');
  const password = setting('DaybookMailInPassword');
  if (user === undefined || password === undefined) return undefined;
  return {
    server: setting('SOGoIMAPServer'),
    user,
    password,
    mailbox: setting('DaybookMailInFolder'),
  };
};
