import type { FastifyRequest } from 'fastify';
import type { Provenance } from '../../domain/kernel/ports.ts';
import { attemptOf, isFromHere, provesPage, signedInBy } from '../http/browser-session.ts';
import type { SignedIn } from '../sign-in/web-sessions.ts';
import type { JsonParts } from './parts.ts';
import { Problem, tooMany } from './problem.ts';

/** Who asks, by the cookie of a session. */
export interface Asking {
  /** Counts the request. @throws Problem 401, 403, 429 */
  who(request: FastifyRequest): Promise<SignedIn>;
  /** For changes: a page of ours asks, and not another site's in the same browser. @throws Problem 401, 403, 429 */
  whoChanges(request: FastifyRequest): Promise<SignedIn & { readonly by: Provenance }>;
}

/** @param enrolling whether what is asked for is there for whoever still has to set up a second factor */
export const askingBy = (
  parts: Pick<JsonParts, 'sessions' | 'forgeryGuard' | 'guard'>,
  enrolling = false,
): Asking => {
  const { sessions, guard } = parts;
  const who = async (request: FastifyRequest): Promise<SignedIn> => {
    const signedIn = await signedInBy(sessions, request);
    if (signedIn === undefined)
      throw new Problem(401, 'signed-out', 'Nobody is signed in, or not any more.');
    const { account } = signedIn.principal;
    request.logged = { account };
    const wait = guard.tooMany(account);
    if (wait !== undefined) throw tooMany(wait);
    if (signedIn.mustEnrol === true && !enrolling)
      throw new Problem(
        403,
        'second-factor-needed',
        'A second factor has to be set up first, at /SOGo/account.',
      );
    return signedIn;
  };
  return {
    who,
    async whoChanges(request) {
      const signedIn = await who(request);
      const isProven = !parts.forgeryGuard || provesPage(signedIn, request.headers['x-xsrf-token']);
      if (!isProven || isFromHere(request) === false)
        throw new Problem(
          403,
          'forged',
          'The header X-XSRF-TOKEN has to say what the cookie says.',
        );
      const by = sessions.provenance(signedIn.principal.account, attemptOf(request).client);
      return { ...signedIn, by };
    },
  };
};
