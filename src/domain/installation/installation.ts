import { domainPair } from '../account/visibility.ts';
import { accept, type Decider, reject } from '../kernel/decision.ts';

interface TwoDomains {
  /** In small letters, the lesser first. */
  readonly one: string;
  readonly other: string;
}

export interface InstallationCommand {
  readonly type: 'RevealDomains' | 'HideDomains';
  /** As typed, in any order. */
  readonly domains: readonly [string, string];
}

export type InstallationEvent =
  | ({ readonly type: 'DomainsRevealed' } & TwoDomains)
  | ({ readonly type: 'DomainsHidden' } & TwoDomains);

export type InstallationRejection =
  | { readonly kind: 'UnusableDomain'; readonly domain: string }
  /** People of one domain always see each other. */
  | { readonly kind: 'SameDomain' };

export interface InstallationState {
  /** What was said last of two domains, by `domainPair`: whether they see each other. */
  readonly said: Map<string, boolean>;
}

/** The longest name that DNS has (RFC 1035 §2.3.4). */
const LENGTH = 253;

const isDomain = (name: string): boolean =>
  name.length <= LENGTH && /^[^\p{C}\p{Z}@/\\]+$/u.test(name);

/** What holds for all of an installation and can be changed while it runs. One stream in all. */
export const installation: Decider<
  InstallationCommand,
  InstallationState,
  InstallationEvent,
  InstallationRejection
> = {
  initial: () => ({ said: new Map() }),
  decide({ type, domains }, { said }) {
    const names = domains.map((name) => name.trim().toLowerCase());
    const unusable = names.find((name) => !isDomain(name));
    if (unusable !== undefined) return reject({ kind: 'UnusableDomain', domain: unusable });
    const [one = '', other = ''] = names.toSorted((a, b) => (a < b ? -1 : 1));
    if (one === other) return reject({ kind: 'SameDomain' });
    const revealed = type === 'RevealDomains';
    // Said even where the configuration says so too: that may change.
    if (said.get(domainPair(one, other)) === revealed) return accept();
    return accept({ type: revealed ? 'DomainsRevealed' : 'DomainsHidden', one, other });
  },
  evolve(state, { type, one, other }) {
    state.said.set(domainPair(one, other), type === 'DomainsRevealed');
    return state;
  },
};
