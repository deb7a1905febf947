import { X509Certificate } from 'node:crypto';
import { bindings, metadata, type Name, signature } from './names.ts';
import { allIn, childrenOf, readFileXml, textOf, type XmlElement } from './xml.ts';

/** What an identity provider says of itself. */
export interface Provider {
  readonly entityId: string;
  /** Where people are sent to sign in. */
  readonly signOn: string;
  /** Where to sign out, and where answers about that go; `undefined`: it does not offer that. */
  readonly logout: { readonly url: string; readonly answers: string } | undefined;
  /** PEM. */
  readonly certificates: readonly string[];
}

/** Metadata that can't be used; the message says why. */
export class MetadataUnusable extends Error {
  override readonly name = 'MetadataUnusable';
}

const unusable = (why: string): never => {
  throw new MetadataUnusable(why);
};

const urlOf = (found: XmlElement, attribute: string): string | undefined => {
  const text = found.attributes.get(attribute);
  if (text === undefined) return undefined;
  const isWeb = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
  return isWeb ? text : unusable(`'${text}' is no web address`);
};

const byRedirect = (role: XmlElement, name: Name): XmlElement | undefined =>
  childrenOf(role, name).find(({ attributes }) => attributes.get('Binding') === bindings.redirect);

const certificatesOf = (role: XmlElement): readonly string[] =>
  childrenOf(role, metadata('KeyDescriptor'))
    .filter(({ attributes }) => attributes.get('use') !== 'encryption')
    .flatMap((key) => allIn(key))
    .filter(({ name }) => name === signature('X509Certificate'))
    .map((found) => {
      const octets = Buffer.from(textOf(found), 'base64');
      try {
        return new X509Certificate(octets).toString();
      } catch {
        return unusable('a certificate in it can’t be read');
      }
    });

/**
 * Metadata of one identity provider (saml-metadata-2.0-os §2.4.3), alone or as the only one of a list.
 * @throws MetadataUnusable, SamlRefused where it is no XML
 */
export const providerFrom = (xml: string): Provider => {
  const root = readFileXml(xml);
  const entities =
    root.name === metadata('EntityDescriptor')
      ? [root]
      : allIn(root).filter(({ name }) => name === metadata('EntityDescriptor'));
  const providers = entities.flatMap((entity) =>
    childrenOf(entity, metadata('IDPSSODescriptor')).map((role) => ({ entity, role })),
  );
  const [only] = providers;
  if (only === undefined) return unusable('it describes no identity provider');
  if (providers.length > 1) return unusable('it describes several identity providers');
  const { entity, role } = only;
  const signOn = byRedirect(role, metadata('SingleSignOnService'));
  const url = signOn && urlOf(signOn, 'Location');
  if (url === undefined) return unusable('it has no SingleSignOnService for HTTP-Redirect');
  const entityId = entity.attributes.get('entityID') ?? '';
  if (entityId === '') return unusable('it has no entityID');
  const ending = byRedirect(role, metadata('SingleLogoutService'));
  const logoutUrl = ending && urlOf(ending, 'Location');
  return {
    entityId,
    signOn: url,
    logout:
      ending === undefined || logoutUrl === undefined
        ? undefined
        : { url: logoutUrl, answers: urlOf(ending, 'ResponseLocation') ?? logoutUrl },
    certificates: certificatesOf(role),
  };
};
