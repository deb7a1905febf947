import type { Principal, Services } from '../../src/api/services.ts';
import type { SignInAttempt } from '../../src/api/sign-in/attempt.ts';

/** An attempt over DAV from a documentation address (RFC 5737). */
const byDav: SignInAttempt = { protocol: 'dav', address: '192.0.2.7', client: 'test' };

/** What an authenticator is given where limits, notes and other nodes do not matter. */
export const quiet = {
  guard: { blocked: () => undefined, failed: () => undefined },
  vouch: async () => undefined,
  used: () => undefined,
  refused: () => undefined,
  wantsSecondFactor: () => false,
  watch: () => () => undefined,
  seen: async () => true,
};

/** Sign-ins over DAV that may be refused for no other reason than their credentials. */
export const plainly =
  (authenticate: Services['authenticate']) =>
  async (login: string, password: string): Promise<Principal | undefined> => {
    const who = await authenticate(login, password, byDav);
    if (who !== undefined && 'refused' in who) throw new Error(who.refused);
    return who;
  };
