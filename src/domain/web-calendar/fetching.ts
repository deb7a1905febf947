/** Why a feed could not be had. `url`, `refused-address` and `needs-credentials` do not mend by waiting. */
export const feedTroubles = [
  'bad-url',
  'refused-address',
  'unreachable',
  'bad-certificate',
  'timeout',
  'too-large',
  'too-many-redirects',
  'needs-credentials',
  'http-error',
  'no-calendar',
] as const;
export type FeedTrouble = (typeof feedTroubles)[number];

/** What a server said of a text, to be said back to it (RFC 9110 §8.8). */
export interface Validators {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface FeedCredentials {
  readonly username: string;
  readonly password: string;
}

export interface FeedRequest {
  readonly url: string;
  readonly validators: Validators;
  /** Said to the host of `url` alone, whatever it leads to. */
  readonly credentials?: FeedCredentials;
}

export type FeedAnswer =
  | { readonly kind: 'text'; readonly text: string; readonly validators: Validators }
  /** 304: as it was when the validators were given. */
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'trouble';
      readonly trouble: FeedTrouble;
      readonly status?: number;
      /** Seconds that the server wants to be left alone (Retry-After). */
      readonly after?: number;
    };

/** Gets a text from elsewhere, within bounds of size and time. Never fails in any other way. */
export type FetchFeed = (request: FeedRequest, signal: AbortSignal) => Promise<FeedAnswer>;

/**
 * The address of a feed as it is asked for: `webcal:` means HTTPS, and so does an address without a scheme. `undefined`
 * for what is no web address, or holds a user name: credentials are given apart.
 */
export const feedUrl = (typed: string): string | undefined => {
  const trimmed = typed.trim();
  if (trimmed.length > 2000) return undefined;
  const named = /^[a-z][a-z0-9+.-]*:/i.test(trimmed) ? trimmed : `https://${trimmed}`;
  const address = named.replace(/^webcals?:/i, 'https:');
  const parts = /^(https?):\/\/([^/?#\\\s@]+)([/?#]\S*)?$/i.exec(address);
  return parts === null ? undefined : address;
};
