import { domainsSettings } from '../../adapters/sogo-conf/domains.ts';
import type { Settings } from '../../adapters/sogo-conf/settings.ts';
import { signInSettings } from '../../adapters/sogo-conf/sign-in.ts';
import type { DomainSettings } from '../domains.ts';
import type { SignInLimits } from '../sign-in/guard.ts';
import type { SubmissionLimits } from '../sign-in/submissions.ts';
import type { SessionTimes } from '../sign-in/web-sessions.ts';

/** Made once for each set of settings. */
const madeFrom = <Made>(settings: Settings, make: () => Made): (() => Made) => {
  let of: unknown;
  let made: Made | undefined;
  return () => {
    // Every reading of a file makes this list anew.
    if (of !== settings.domains || made === undefined) {
      of = settings.domains;
      made = make();
    }
    return made;
  };
};

/** Each reads what holds now, of settings that may be replaced. */
export const liveSignIn = (
  settings: Settings,
): { readonly limits: SignInLimits; readonly times: SessionTimes } => {
  const now = madeFrom(settings, () => signInSettings(settings.setting));
  return {
    limits: {
      get failures() {
        return now().limits.failures;
      },
      get requests() {
        return now().limits.requests;
      },
    },
    times: {
      get idle() {
        return now().times.idle;
      },
      get lifetime() {
        return now().times.lifetime;
      },
    },
  };
};

export const liveSubmissions = ({ setting }: Pick<Settings, 'setting'>): SubmissionLimits => {
  const limit = (count: number): SubmissionLimits['messages'] => ({
    count,
    interval: setting('SOGoMaximumSubmissionInterval'),
    block: setting('SOGoMessageSubmissionBlockInterval'),
  });
  return {
    get messages() {
      return limit(setting('SOGoMaximumMessageSubmissionCount'));
    },
    get recipients() {
      return limit(setting('SOGoMaximumRecipientCount'));
    },
  };
};

export const liveDomains = (settings: Settings): DomainSettings => {
  const now = madeFrom(settings, () => domainsSettings(settings.setting, settings.domains));
  return {
    get names() {
      return now().names;
    },
    get domainBased() {
      return now().domainBased;
    },
    get groups() {
      return now().groups;
    },
    get offered() {
      return now().offered;
    },
    get suffix() {
      return now().suffix;
    },
    get admitted() {
      return now().admitted;
    },
  };
};
