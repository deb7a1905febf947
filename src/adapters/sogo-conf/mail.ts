import type { Lookup } from './hierarchy.ts';

/** How mail leaves and whom it comes from, as a configuration has it for a domain. */
export interface MailSettings {
  readonly mechanism: 'smtp' | 'sendmail' | 'none';
  readonly server: string;
  readonly program: string;
  readonly login?: { readonly user: string; readonly password: string; readonly method: string };
}

/** The relay's login is the master user's: the passwords of people are not kept. */
export const mailSettings = (setting: Lookup, domain: string | undefined): MailSettings => {
  const method = setting('SOGoSMTPAuthenticationType', domain)?.toUpperCase();
  const user = setting('SOGoSMTPMasterUserUsername', domain);
  const password = setting('SOGoSMTPMasterUserPassword', domain);
  const known =
    setting('SOGoSMTPMasterUserEnabled', domain) &&
    method !== undefined &&
    user !== undefined &&
    password !== undefined;
  return {
    mechanism: setting('SOGoMailingMechanism', domain),
    server: setting('SOGoSMTPServer', domain),
    program: setting('WOSendMail', domain),
    ...(known && { login: { user, password, method } }),
  };
};
