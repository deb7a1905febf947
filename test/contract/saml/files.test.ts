import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSamlFiles, type SamlFiles } from '../../../src/adapters/saml/files.ts';
import type { KeyPair } from '../../support/identity-provider/configuration.ts';
import { makeKeys } from '../../support/identity-provider/lemonldap.ts';

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';
const METADATA = 'urn:oasis:names:tc:SAML:2.0:metadata';

let folder: string;
let own: KeyPair;
let theirs: KeyPair;
const at = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-saml-'));
  [own, theirs] = await Promise.all([makeKeys(folder, 'own'), makeKeys(folder, 'theirs')]);
  await writeFile(at('public.pem'), theirs.publicKey);
  await writeFile(at('metadata.xml'), described());
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const bare = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\n/g, '');
const key = (pem: string, use = 'use="signing"'): string =>
  `<KeyDescriptor ${use}><d:KeyInfo xmlns:d="http://www.w3.org/2000/09/xmldsig#"><d:X509Data><d:X509Certificate>
    ${bare(pem)}
  </d:X509Certificate></d:X509Data></d:KeyInfo></KeyDescriptor>`;
const signOn = (location = 'https://idp.acme.com/sso', binding = REDIRECT): string =>
  `<SingleSignOnService Binding="${binding}" Location="${location}"/>`;
const entity = (role: string, id = 'https://idp.acme.com/metadata'): string =>
  `<EntityDescriptor xmlns="${METADATA}" entityID="${id}"><!-- ours -->${role}</EntityDescriptor>`;
const identityProvider = (inside: string): string =>
  `<IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">${inside}</IDPSSODescriptor>`;
const described = (keys = key(theirs.certificate)): string =>
  entity(
    identityProvider(
      `${keys}<SingleLogoutService Binding="${REDIRECT}" Location="https://idp.acme.com/slo" ResponseLocation="https://idp.acme.com/done"/>${signOn()}`,
    ),
  );

const files = (change: Partial<SamlFiles> = {}): SamlFiles => ({
  privateKey: at('own.key'),
  certificate: at('own.pem'),
  providerMetadata: at('metadata.xml'),
  providerPublicKey: undefined,
  providerCertificate: undefined,
  ...change,
});
const complaint = async (change: Partial<SamlFiles>): Promise<string> => {
  try {
    await readSamlFiles(files(change));
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
};
const complaintOf = async (metadata: string): Promise<string> => {
  await writeFile(at('other.xml'), metadata);
  return complaint({ providerMetadata: at('other.xml') });
};

describe('the files of SAML', () => {
  it('are read: who the provider is, and by which keys it is known', async () => {
    const { provider, keys } = await readSamlFiles(files());
    expect(provider).toMatchObject({
      entityId: 'https://idp.acme.com/metadata',
      signOn: 'https://idp.acme.com/sso',
      logout: { url: 'https://idp.acme.com/slo', answers: 'https://idp.acme.com/done' },
    });
    expect(keys).toHaveLength(1);
  });

  it('may give the keys beside the metadata: SOGoSAML2IdpPublicKeyLocation, SOGoSAML2IdpCertificateLocation', async () => {
    await writeFile(at('keyless.xml'), described(key(theirs.certificate, 'use="encryption"')));
    const keyless = { providerMetadata: at('keyless.xml') };
    expect(await complaint(keyless)).toContain('SOGoSAML2IdpCertificateLocation');
    for (const given of [
      { providerPublicKey: at('public.pem') },
      { providerCertificate: at('theirs.pem') },
    ]) {
      const { keys } = await readSamlFiles(files({ ...keyless, ...given }));
      expect(keys.map((one) => one.key.export({ type: 'spki', format: 'pem' }))).toEqual([
        theirs.publicKey,
      ]);
    }
  });

  it('may hold the provider in a list of others', async () => {
    const service = entity('<SPSSODescriptor/>', 'https://other.example');
    const list = `<EntitiesDescriptor xmlns="${METADATA}">${service}${described()}</EntitiesDescriptor>`;
    expect(await complaintOf(list)).toBe('');
    const two = `<EntitiesDescriptor xmlns="${METADATA}">${described()}${described()}</EntitiesDescriptor>`;
    expect(await complaintOf(two)).toContain('several identity providers');
  });

  it('keep the server from starting where they make no sense, and say which and why', async () => {
    expect(await complaint({ privateKey: at('none') })).toMatch(/PrivateKeyLocation.*ENOENT/);
    expect(await complaint({ privateKey: at('own.pem') })).toContain('SOGoSAML2PrivateKeyLocation');
    expect(await complaint({ certificate: at('theirs.pem') })).toContain(
      'SOGoSAML2CertificateLocation',
    );
    expect(await complaint({ certificate: at('own.key') })).toContain(
      'SOGoSAML2CertificateLocation',
    );
    expect(await complaint({ providerMetadata: at('own.pem') })).toContain('no XML');
    expect(await complaintOf('<!DOCTYPE x><x/>')).toContain('no XML');
    expect(await complaintOf(' '.repeat(5_000_000))).toContain('4 MiB');
    expect(await complaintOf(entity(''))).toContain('no identity provider');
    expect(await complaintOf(entity(identityProvider('')))).toContain('HTTP-Redirect');
    expect(
      await complaintOf(entity(identityProvider(signOn('https://idp', 'urn:post')))),
    ).toContain('HTTP-Redirect');
    expect(await complaintOf(entity(identityProvider(signOn('javascript:alert(1)'))))).toContain(
      'no web address',
    );
    expect(await complaintOf(entity(identityProvider(signOn()), ''))).toContain('entityID');
    expect(await complaintOf(described(key('AAAA')))).toContain('certificate');
  });

  it('have to hold RSA keys, which is what the signatures are of', async () => {
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    await writeFile(at('ec.key'), ec.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await writeFile(at('ec.pem'), ec.publicKey.export({ type: 'spki', format: 'pem' }));
    expect(await complaint({ privateKey: at('ec.key') })).toContain('not RSA');
    expect(await complaint({ providerPublicKey: at('ec.pem') })).toContain('not RSA');
  });

  it('never show any of a key', async () => {
    const damaged = own.privateKey.replaceAll(/[a-f]/g, 'g');
    await writeFile(at('damaged.key'), damaged);
    const said = await complaint({ privateKey: at('damaged.key') });
    expect(said).toContain('SOGoSAML2PrivateKeyLocation');
    expect(said).not.toContain(damaged.slice(40, 60));
  });
});
