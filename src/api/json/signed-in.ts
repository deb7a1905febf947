import type { FastifyRequest } from 'fastify';
import type { Provenance } from '../../domain/kernel/ports.ts';
import { attemptOf, isFromHere, provesPage, signedInBy } from '../http/browser-session.ts';
import type { SignedIn } from '../sign-in/web-sessions.ts';
import type { JsonParts } from './parts.ts';
import { Problem } from './problem.ts';

/** Who asks, by the cookie of a session. */
export interface Asking {
  /** @throws Problem 401 */
  who(request: FastifyRequest): Promise<SignedIn>;
  /** For changes: a page of ours asks, and not another site's in the same browser. @throws Problem 401, 403 */
  whoChanges(request: FastifyRequest): Promise<SignedIn & { readonly by: Provenance }>;
}

export const askingBy = ({
  sessions,
  forgeryGuard,
}: Pick<JsonParts, 'sessions' | 'forgeryGuard'>): Asking => {
  const who = async (request: FastifyRequest): Promise<SignedIn> => {
    const signedIn = await signedInBy(sessions, request);
    if (signedIn === undefined)
      throw new Problem(401, 'signed-out', 'Nobody is signed in, or not any more.');
    request.logged = { account: signedIn.principal.account };
    return signedIn;
  };
  return {
    who,
    async whoChanges(request) {
      const signedIn = await who(request);
      const isProven = !forgeryGuard || provesPage(signedIn, request.headers['x-xsrf-token']);
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
