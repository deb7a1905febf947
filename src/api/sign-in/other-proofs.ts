import type { TokenProofs } from '../../domain/account/identity-provider.ts';
import type { Principal } from '../services.ts';
import { tokenDigest } from './secrets.ts';
import type { Admit } from './admitting.ts';
import type { SignInAttempt, SignInRefusal } from './attempt.ts';
import type { Guard } from './guard.ts';

/** How programs prove for whom they ask without a password; each is there where the configuration wants it. */
export interface OtherProofs {
  /** By a bearer token (RFC 6750). @throws ProviderUnavailable */
  readonly byToken?: (
    token: string,
    attempt: SignInAttempt,
  ) => Promise<Principal | SignInRefusal | undefined>;
  /** By the word of a trusted proxy, which has proven the person itself (SOGoTrustProxyAuthentication). */
  readonly byProxy?: Admit;
}

interface OtherProofsParts {
  readonly tokens: TokenProofs | undefined;
  readonly trustsProxy: boolean;
  readonly admit: Admit;
  readonly guard: Pick<Guard, 'blocked' | 'failed'>;
}

export const otherProofs = ({
  tokens,
  trustsProxy,
  admit,
  guard,
}: OtherProofsParts): OtherProofs => {
  const byToken: NonNullable<OtherProofs['byToken']> = async (token, attempt) => {
    // Whose it is, is not known before: made-up tokens count for where they come from.
    const guesser = `bearer ${attempt.address ?? ''}`;
    const seconds = guard.blocked(guesser, attempt);
    if (seconds !== undefined) return { refused: 'blocked', seconds };
    const name = await tokens?.prove(token);
    const who = name === undefined ? undefined : await admit(name);
    if (who === undefined) guard.failed(guesser, tokenDigest(token), attempt);
    return who;
  };
  return {
    ...(tokens === undefined ? {} : { byToken }),
    ...(trustsProxy ? { byProxy: admit } : {}),
  };
};
