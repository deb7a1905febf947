import type { FastifyPluginAsync } from 'fastify';
import type { Log } from '../log.ts';
import type { SignIn } from '../sign-in/assembly.ts';
import { takesPasswords } from '../sign-in/elsewhere.ts';
import { singleSignOnPlugin } from './plugin.ts';
import { samlPlugin } from './saml.ts';
import { type Way, wayThrough } from './way.ts';

interface WaysIn {
  /** The way that pages take now; `undefined`: they ask for a password. */
  way(): Way | undefined;
  readonly plugins: readonly FastifyPluginAsync[];
}

/** How browsers get in, as the settings have it now: at an identity provider, by a proxy's word, or by passwords. */
export const waysIn = ({ elsewhere, sessions, guard }: SignIn, log: Log): WaysIn => {
  const way = (): Way | undefined => {
    const now = elsewhere();
    return (
      now.provider &&
      wayThrough({
        provider: now.provider.asked,
        asksName: now.wayOf !== undefined,
        takesPasswords: (domain) => takesPasswords(now, domain),
        publicUrl: now.publicUrl,
        ...{ sessions, log },
      })
    );
  };
  return {
    way,
    plugins: [
      singleSignOnPlugin({ way, grants: () => elsewhere().grants, sessions, guard, log }),
      samlPlugin({ saml: () => elsewhere().saml, sessions, guard, log }),
    ],
  };
};
