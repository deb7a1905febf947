import type { Lookup } from './hierarchy.ts';

/** The mailbox that is watched for invitations and answers. */
interface MailInSettings {
  readonly server: string;
  readonly user: string;
  readonly password: string;
  readonly mailbox: string;
}

/** `found` is `undefined` where the settings name no login, or no password of it. */
export const mailInSettings = (
  setting: Lookup,
): { readonly prover: string | undefined; readonly found: MailInSettings | undefined } => {
  const user = setting('DaybookMailInLogin');
  const password = setting('DaybookMailInPassword');
  const mailbox = setting('DaybookMailInFolder');
  return {
    prover: setting('DaybookMailInAuthentication'),
    found:
      user === undefined || password === undefined
        ? undefined
        : { server: setting('SOGoIMAPServer'), user, password, mailbox },
  };
};
