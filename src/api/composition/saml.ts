import { readSamlFiles } from '../../adapters/saml/files.ts';
import { samlProvider } from '../../adapters/saml/saml-provider.ts';
import { serviceProvider } from '../../adapters/saml/service-provider.ts';
import type { SamlSettings } from '../../adapters/sogo-conf/saml.ts';
import type { OneTimeNotes } from '../../domain/account/one-time-notes.ts';
import type { SamlProvider } from '../../domain/account/saml-provider.ts';

/** The identity provider that the settings name; `origin` is where people know this server. @throws SamlMisconfigured for a file that can't be used */
export const samlFrom = async (
  settings: SamlSettings,
  origin: string,
  notes: OneTimeNotes,
): Promise<SamlProvider> => {
  const { loginAttribute, endsThere } = settings;
  const files = await readSamlFiles(settings);
  const service = serviceProvider({ ...files, origin, loginAttribute });
  return samlProvider({ service, notes, issuer: files.provider.entityId, endsThere });
};
