import type { TokenProofs } from '../../domain/account/identity-provider.ts';
import type { OtherProofs } from '../services.ts';
import { tokenDigest } from './secrets.ts';
import type { Admit } from './proven-names.ts';
import type { Guard } from './guard.ts';

interface OtherProofsParts {
  readonly tokens: TokenProofs | undefined;
  readonly trustsProxy: boolean;
  readonly admit: Admit;
  readonly guard: Pick<Guard, 'blocked' | 'failed'>;
}

/** What of them the configuration wants. */
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
