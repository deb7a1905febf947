import type { IdentityProvider } from './identity-provider.ts';

/** What a provider sent by a browser is not believed. `why` is for the log: words of ours. */
export interface SamlRefusal {
  readonly refused: string;
}

/** What a browser brought about signing out. */
export type SamlLogout =
  | {
      readonly kind: 'request';
      /** Of the sessions that end: those that have any of these. */
      readonly keys: readonly string[];
      /** Where the browser is to carry the answer, when they have ended; `undefined`: nowhere. */
      answer(): Promise<string | undefined>;
    }
  /** The provider did what we asked it for, or not all of it. */
  | { readonly kind: 'response'; readonly succeeded: boolean }
  | SamlRefusal;

/**
 * An identity provider that speaks SAML 2. Its answers come by POST from its own pages, without the cookies of the
 * browser (SameSite): they are proven then, and fetched by the browser with a ticket, which `finish` takes.
 */
export interface SamlProvider extends IdentityProvider {
  readonly kind: 'saml2';
  /** This server's own, XML. */
  readonly metadata: string;
  /** An answer, in base 64. The ticket holds for a minute, once, for the browser that asked. */
  receive(encoded: string): Promise<{ readonly ticket: string } | SamlRefusal>;
  /** A message about signing out, from a query as it was sent. */
  logout(query: string): Promise<SamlLogout>;
}

/** The parameter of the query in which a browser brings its ticket. */
export const TICKET = 'ticket';
