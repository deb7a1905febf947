import {
  type IdentityProvider,
  ProviderUnavailable,
} from '../../domain/account/identity-provider.ts';

interface Wrapped {
  /** The name of settings. */
  readonly by: string;
  readonly what: string;
}

const wrapped = (by: string, what: string): string =>
  JSON.stringify({ by, what } satisfies Wrapped);

const unwrapped = (text: string): Wrapped | undefined => {
  try {
    const { by, what } = JSON.parse(text) as Partial<Record<string, unknown>>;
    return typeof by === 'string' && typeof what === 'string' ? { by, what } : undefined;
  } catch {
    return undefined;
  }
};

interface ByDomainParts {
  /** By the names of their settings. */
  readonly providers: ReadonlyMap<string, IdentityProvider>;
  /** Which settings are those of a domain; `undefined`: its people have passwords. */
  providerOf(domain: string | undefined): string | undefined;
}

/**
 * Several providers of OpenID Connect as one: a browser goes to that of its person's domain, and what it takes along
 * says which that was. Each is asked only about what it said itself.
 */
export const openIdByDomain = ({ providers, providerOf }: ByDomainParts): IdentityProvider => {
  const found = (text: string): ({ readonly provider: IdentityProvider } & Wrapped) | undefined => {
    const known = unwrapped(text);
    const provider = known && providers.get(known.by);
    return known && provider && { ...known, provider };
  };
  const keyOf = (by: string, key: string): string => `${by} ${key}`;

  return {
    kind: 'openid',
    async begin(origin, domain) {
      const by = providerOf(domain) ?? '';
      const provider = providers.get(by);
      if (provider === undefined) throw new Error('people of this domain have passwords');
      const { location, memory } = await provider.begin(origin, domain);
      return { location, memory: wrapped(by, memory) };
    },
    async finish({ memory, ...answer }) {
      const known = found(memory);
      if (known === undefined)
        return { outcome: 'unbelievable', why: 'begun at a provider that is gone' };
      const { by, what, provider } = known;
      const outcome = await provider.finish({ ...answer, memory: what });
      if (outcome.outcome !== 'proven') return outcome;
      return {
        ...outcome,
        by,
        keys: outcome.keys.map((key) => keyOf(by, key)),
        keepsake: wrapped(by, outcome.keepsake),
      };
    },
    async end(keepsake, after) {
      const known = found(keepsake);
      return known?.provider.end(known.what, after);
    },
    async check(keepsake) {
      const known = found(keepsake);
      if (known === undefined) return { state: 'over' };
      const { by, what, provider } = known;
      const still = (await provider.check?.(what)) ?? { state: 'holds' };
      return still.state === 'holds' && still.keepsake !== undefined
        ? { ...still, keepsake: wrapped(by, still.keepsake) }
        : still;
    },
    async ended(message) {
      let trouble: ProviderUnavailable | undefined;
      for (const [by, provider] of providers)
        try {
          const keys = await provider.ended(message);
          if (keys !== undefined) return keys.map((key) => keyOf(by, key));
        } catch (error) {
          if (!(error instanceof ProviderUnavailable)) throw error;
          // Another may have sent it.
          trouble = error;
        }
      if (trouble !== undefined) throw trouble;
      return undefined;
    },
  };
};
