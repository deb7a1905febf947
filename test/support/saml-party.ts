import { createPublicKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ServiceProvider, serviceProvider } from '../../src/adapters/saml/service-provider.ts';
import type { KeyPair } from './identity-provider/configuration.ts';
import { makeKeys } from './identity-provider/lemonldap.ts';

export const ORIGIN = 'https://groupware.acme.com';
export const ISSUER = 'https://idp.acme.com/metadata';

/** A server and a provider that is known to it, and somebody who would like to be. */
export interface SamlParties {
  readonly own: KeyPair;
  readonly theirs: KeyPair;
  readonly forgers: KeyPair;
  server(loginAttribute?: string): ServiceProvider;
  forget(): Promise<void>;
}

/** @param origin where people know the server */
export const samlParties = async (origin = ORIGIN): Promise<SamlParties> => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-saml-'));
  const [own, theirs, forgers] = await Promise.all([
    makeKeys(folder, 'own'),
    makeKeys(folder, 'theirs'),
    makeKeys(folder, 'forgers'),
  ]);
  return {
    ...{ own, theirs, forgers },
    server: (loginAttribute) =>
      serviceProvider({
        origin,
        privateKey: own.privateKey,
        certificate: own.certificate,
        provider: {
          entityId: ISSUER,
          signOn: 'https://idp.acme.com/sign-on?tenant=1',
          logout: {
            url: 'https://idp.acme.com/logout',
            answers: 'https://idp.acme.com/logged-out',
          },
          certificates: [theirs.certificate],
        },
        keys: [{ pem: theirs.publicKey, key: createPublicKey(theirs.publicKey) }],
        loginAttribute,
      }),
    forget: () => rm(folder, { recursive: true }),
  };
};

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });
