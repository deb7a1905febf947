import type { OtherProofs } from '../services.ts';
import { tokenDigest } from './secrets.ts';
import type { ElsewhereNow } from './elsewhere.ts';
import type { Admit } from './proven-names.ts';
import type { Guard } from './guard.ts';

interface OtherProofsParts {
  readonly elsewhere: ElsewhereNow;
  readonly admit: Admit;
  readonly guard: Pick<Guard, 'blocked' | 'failed'>;
}

/** What of them the configuration wants now. */
export const otherProofs = ({ elsewhere, admit, guard }: OtherProofsParts): OtherProofs => {
  const byToken: NonNullable<OtherProofs['byToken']> = async (token, attempt) => {
    // Whose it is, is not known before: made-up tokens count for where they come from.
    const guesser = `bearer ${attempt.address ?? ''}`;
    const seconds = guard.blocked(guesser, attempt);
    if (seconds !== undefined) return { refused: 'blocked', seconds };
    const name = await elsewhere().tokens?.prove(token);
    const who = name === undefined ? undefined : await admit(name);
    if (who === undefined) guard.failed(guesser, tokenDigest(token), attempt);
    return who;
  };
  return {
    get byToken() {
      return elsewhere().tokens === undefined ? undefined : byToken;
    },
    get byProxy() {
      return elsewhere().trustsProxy === true ? admit : undefined;
    },
  };
};
