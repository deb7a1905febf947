import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { SAML, type SamlConfig } from '@node-saml/node-saml';
import { loginOf, type NameId } from './assertion.ts';
import { type LogoutMessage, logoutMessage } from './logout.ts';
import { endpointsAt, ownMetadata } from './own-metadata.ts';
import { MetadataUnusable, type Provider, providerFrom } from './provider-metadata.ts';
import { SamlRefused } from './refusal.ts';
import { provenResponse } from './response.ts';

/** Named by the guide's parameters; paths of files. */
export interface SamlSettings {
  /** Scheme, host and port under which people reach this server. */
  readonly origin: string;
  readonly privateKey: string;
  readonly certificate: string;
  readonly providerMetadata: string;
  readonly providerPublicKey: string | undefined;
  readonly providerCertificate: string | undefined;
  readonly loginAttribute: string | undefined;
}
