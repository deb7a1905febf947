/** Ways to prove oneself elsewhere, by SOGo's names (SOGoAuthenticationType). */
export type ProviderKind = 'openid' | 'cas' | 'saml2';

/** Where a browser is to go to prove itself, and what it has to bring back besides the answer. */
export interface Departure {
  readonly location: string;
  /** For this browser alone, and for `finish`: what makes an answer that belongs to another browser useless. */
  readonly memory: string;
}

/** What a browser came back with. */
export interface Return {
  /** Where people know this server: `https://HOST`. */
  readonly origin: string;
  readonly query: URLSearchParams;
  /** What `begin` gave this browser. */
  readonly memory: string;
}

/** Somebody whom the provider proved. */
export interface Proven {
  readonly outcome: 'proven';
  /** What the provider calls him: a login, or an address that a user source knows. */
  readonly name: string;
  /** Which of several providers proved it, by the settings that name it; absent: there is one. */
  readonly by?: string;
  /** What the provider may name this sign-in by when it ends it. */
  readonly keys: readonly string[];
  /** What the provider will want to see again, secret: kept sealed with the session. */
  readonly keepsake: string;
}

export type SignOnOutcome =
  | Proven
  /** The provider said no, or the person did. */
  | { readonly outcome: 'denied' }
  /** The answer is not one to what was asked here, not the provider's, too old, or was used. `why` is for the log: words of ours. */
  | { readonly outcome: 'unbelievable'; readonly why: string };

/** What became of a sign-in since it was proven. */
export type StillProven =
  | { readonly state: 'holds'; readonly keepsake?: string }
  | { readonly state: 'over' }
  /** The provider does not answer: it holds for now. */
  | { readonly state: 'unknown' };

/**
 * A provider that people prove themselves at with a browser, which comes back with an answer.
 * All but `end` throw `ProviderUnavailable` where the provider does not answer, or not sensibly.
 */
export interface IdentityProvider {
  readonly kind: ProviderKind;
  /** @param domain whose people they are of, where that is known before they have proven themselves */
  begin(origin: string, domain?: string): Promise<Departure>;
  finish(answer: Return): Promise<SignOnOutcome>;
  /** Where to send a browser so that the provider's own session ends; `undefined`: nowhere. */
  end(keepsake: string, origin: string): Promise<string | undefined>;
  /** Asks whether a sign-in still holds; absent where nobody can tell. */
  readonly check?: (keepsake: string) => Promise<StillProven>;
  /** What a message of the provider itself, not of a browser, ends; `undefined`: it is not the provider's. */
  ended(message: string): Promise<readonly string[] | undefined>;
}

/** Proves people by tokens that programs carry (RFC 6750). */
export interface TokenProofs {
  /** What the provider calls the owner; `undefined` for a token that is not for us, or not any more. @throws ProviderUnavailable */
  prove(token: string): Promise<string | undefined>;
}

/** The provider that is needed to answer does not. Passes by itself. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
  readonly code = 'identity-provider-unavailable';
  constructor(options: { readonly cause: unknown }) {
    super('the identity provider does not answer', options);
  }
}
