import type { FastifyPluginAsync } from 'fastify';
import type { Log } from '../log.ts';
import type { SignIn } from '../sign-in/assembly.ts';
import { singleSignOnPlugin } from './plugin.ts';
import { samlPlugin } from './saml.ts';
import { type Way, wayThrough } from './way.ts';

interface WaysIn {
  /** The way that pages take; `undefined`: they ask for a password. */
  readonly way: Way | undefined;
  readonly plugins: readonly FastifyPluginAsync[];
}

/** How browsers get in, as the foundation was laid: at an identity provider, by a proxy's word, or by passwords. */
export const waysIn = (signIn: SignIn, publicUrl: string | undefined, log: Log): WaysIn => {
  const { provider, sessions, guard, grants, saml } = signIn;
  if (provider === undefined) return { way: undefined, plugins: [] };
  const way = wayThrough({ provider, sessions, publicUrl, log });
  return {
    way,
    plugins: [
      singleSignOnPlugin({ way, sessions, guard, grants, log }),
      ...(saml === undefined ? [] : [samlPlugin({ ...saml, sessions, guard, log })]),
    ],
  };
};
