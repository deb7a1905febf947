import type { Lookup } from './hierarchy.ts';
import { singleSignOnSettings } from './single-sign-on.ts';

/** Whether people of a domain may replace a forgotten password (SOGoPasswordRecoveryEnabled and -Domains), as it is now. */
export const recoverySettings = (setting: Lookup) => ({
  isOn: (domain: string | undefined): boolean => {
    const domains = setting('SOGoPasswordRecoveryDomains')?.map((each) => each.toLowerCase());
    const isDomainMeant =
      domains === undefined || (domain !== undefined && domains.includes(domain));
    return setting('SOGoPasswordRecoveryEnabled') && isDomainMeant;
  },
  isAnywhere: (): boolean =>
    setting('SOGoPasswordRecoveryEnabled') && setting('SOGoPasswordRecoveryDomains')?.length !== 0,
  /** Without a slash at its end. */
  publicUrl: (): string | undefined => singleSignOnSettings(setting).publicUrl,
});
