/** What a configuration says of a provider (SOGoOpenId*). */
export interface OpenIdSettings {
  /** The discovery document's URL. */
  readonly configUrl: string;
  readonly clientId: string;
  /** `undefined`: a public client. */
  readonly clientSecret: string | undefined;
  /** With spaces between; `openid` is among them in any case. */
  readonly scope: string;
  /** The claim that names people. */
  readonly nameClaim: string;
  readonly refreshes: boolean;
  readonly endsSession: boolean;
  /** Whether the provider is told whose people ask (SOGoOpenIdSendDomainInfo). */
  readonly sendsDomain: boolean;
  /** The domain whose provider it is, if it is one's. */
  readonly domain?: string | undefined;
  /** Told what is done, step by step, where SOGoOpenIDDebugEnabled asks for it: never a token. */
  trace(step: string, fields?: Readonly<Record<string, string>>): void;
}
