import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MetadataUnusable, type Provider, providerFrom } from './provider-metadata.ts';
import { SamlRefused } from './refusal.ts';
import type { ServiceProviderParts } from './service-provider.ts';

/** Paths of files, as the guide's parameters give them. */
export interface SamlFiles {
  readonly privateKey: string;
  readonly certificate: string;
  readonly providerMetadata: string;
  readonly providerPublicKey: string | undefined;
  readonly providerCertificate: string | undefined;
}

/** A file of SAML's can't be used; the message says which and why. Nothing starts. */
export class SamlMisconfigured extends Error {
  override readonly name = 'SamlMisconfigured';
  readonly code = 'configuration-invalid';
}

const LIMIT = 4 * 1024 * 1024;

/** What `make` makes of a file's text. @throws SamlMisconfigured */
const from = async <What>(
  parameter: string,
  file: string,
  make: (text: string) => What,
): Promise<What> => {
  try {
    const octets = await readFile(file);
    if (octets.length > LIMIT) throw new MetadataUnusable('it is longer than 4 MiB');
    return make(octets.toString('utf8'));
  } catch (cause) {
    throw new SamlMisconfigured(`${parameter}: ${file} can’t be used: ${why(cause)}`, { cause });
  }
};

const why = (cause: unknown): string => {
  if (cause instanceof MetadataUnusable) return cause.message;
  if (cause instanceof SamlRefused) return 'it is no XML that can be read';
  const { code } = (cause ?? {}) as NodeJS.ErrnoException;
  // What OpenSSL says of a key can hold some of it.
  return code?.startsWith('ERR_') === false ? code : 'it is not what it should be, as PEM';
};

const rsa = (key: KeyObject): KeyObject => {
  if (key.asymmetricKeyType?.startsWith('rsa') !== true)
    throw new MetadataUnusable('its key is not RSA');
  return key;
};

const publicKey = (pem: string) => ({ pem, key: rsa(createPublicKey(pem)) });
const certificateKey = (pem: string) => {
  const certificate = new X509Certificate(pem);
  return { pem: certificate.toString(), key: rsa(certificate.publicKey) };
};
const privateKeyFrom = (pem: string): string =>
  String(rsa(createPrivateKey(pem)).export({ type: 'pkcs8', format: 'pem' }));

const optional = async <What>(
  parameter: string,
  file: string | undefined,
  make: (text: string) => What,
): Promise<readonly What[]> => (file === undefined ? [] : [await from(parameter, file, make)]);

/**
 * What the files say. The provider's keys are those of its metadata and those given beside it; whichever
 * signed is believed. @throws SamlMisconfigured
 */
export const readSamlFiles = async (
  files: SamlFiles,
): Promise<Pick<ServiceProviderParts, 'privateKey' | 'certificate' | 'provider' | 'keys'>> => {
  const privateKey = await from('SOGoSAML2PrivateKeyLocation', files.privateKey, privateKeyFrom);
  const certificate = await from('SOGoSAML2CertificateLocation', files.certificate, (pem) => {
    const own = new X509Certificate(pem);
    if (!own.checkPrivateKey(createPrivateKey(privateKey)))
      throw new MetadataUnusable('it is not the certificate of SOGoSAML2PrivateKeyLocation');
    return own.toString();
  });
  const described = 'SOGoSAML2IdpMetadataLocation';
  const provider: Provider = await from(described, files.providerMetadata, providerFrom);
  const keys = [
    ...(await from(described, files.providerMetadata, () =>
      provider.certificates.map(certificateKey),
    )),
    ...(await optional('SOGoSAML2IdpPublicKeyLocation', files.providerPublicKey, publicKey)),
    ...(await optional(
      'SOGoSAML2IdpCertificateLocation',
      files.providerCertificate,
      certificateKey,
    )),
  ];
  if (keys.length === 0)
    throw new SamlMisconfigured(
      `${described}: ${files.providerMetadata} holds no certificate to sign with, and neither SOGoSAML2IdpPublicKeyLocation nor SOGoSAML2IdpCertificateLocation is set`,
    );
  return { privateKey, certificate, provider, keys };
};
