import type { Limit } from '../../domain/account/counters.ts';
import type { Lookup } from './hierarchy.ts';

/** What a configuration says of signing in. */
export interface SignInSettings {
  readonly limits: { readonly failures: Limit; readonly requests: Limit };
  /** Seconds. */
  readonly times: { readonly idle: number; readonly lifetime: number };
}

export const signInSettings = (setting: Lookup): SignInSettings => ({
  limits: {
    failures: {
      count: setting('SOGoMaximumFailedLoginCount'),
      interval: setting('SOGoMaximumFailedLoginInterval'),
      block: setting('SOGoFailedLoginBlockInterval'),
    },
    requests: {
      count: setting('SOGoMaximumRequestCount'),
      interval: setting('SOGoMaximumRequestInterval'),
      block: setting('SOGoRequestBlockInterval'),
    },
  },
  times: {
    idle: setting('DaybookSessionIdleTime') * 60,
    lifetime: setting('DaybookSessionLifetime') * 60,
  },
});
