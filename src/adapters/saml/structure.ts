import { assertion, type Name, protocol, signature } from './names.ts';
import { SamlRefused } from './refusal.ts';
import { allIn, childrenOf, type XmlElement } from './xml.ts';

/** RFC 9231 and XML Signature, without those that stand on SHA-1. */
export const signatureAlgorithms: ReadonlyMap<string, { hash: string; pss: boolean }> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', { hash: 'sha256', pss: false }],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', { hash: 'sha512', pss: false }],
  ['http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1', { hash: 'sha256', pss: true }],
]);
const digests = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmlenc#sha512',
]);
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const canonicalizations = new Set([EXCLUSIVE, 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315']);
const transforms = new Set([
  ...canonicalizations,
  'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
]);

const algorithmsOf = (elements: readonly XmlElement[], name: Name): readonly string[] =>
  elements
    .filter((element) => element.name === name)
    .map(({ attributes }) => attributes.get('Algorithm') ?? '');

/** @throws SamlRefused for SHA-1, HMAC, XPath and XSLT, and whatever else nobody needs */
const checkAlgorithms = (found: XmlElement): void => {
  const inside = allIn(found);
  const isFine =
    algorithmsOf(inside, signature('SignatureMethod')).every((one) =>
      signatureAlgorithms.has(one),
    ) &&
    algorithmsOf(inside, signature('DigestMethod')).every((one) => digests.has(one)) &&
    algorithmsOf(inside, signature('CanonicalizationMethod')).every((one) =>
      canonicalizations.has(one),
    ) &&
    algorithmsOf(inside, signature('Transform')).every((one) => transforms.has(one));
  if (!isFine) throw new SamlRefused('algorithm');
};

/** As in xml:id; also what can stand in an XPath expression and a database's key. */
const ID = /^[A-Za-z_][\w.-]{0,255}$/;

const idsOf = ({ attributes }: XmlElement): readonly string[] =>
  [...attributes].filter(([name]) => /(?:^|\})id$/i.test(name)).map(([, value]) => value);

/** A signature signs what it stands in, all of it, and nothing else (saml-core-2.0-os §5.4.2). */
const checkSignature = (found: XmlElement, around: XmlElement): void => {
  const [info, ...others] = childrenOf(found, signature('SignedInfo'));
  if (info === undefined || others.length > 0) throw new SamlRefused('structure');
  const references = allIn(found).filter(({ name }) => name === signature('Reference'));
  const uri = references[0]?.attributes.get('URI');
  const isAround =
    references.length === 1 &&
    info.children.includes(references[0] as XmlElement) &&
    uri === `#${around.attributes.get('ID')}`;
  const hasObject = allIn(found).some(({ name }) => name === signature('Object'));
  if (!isAround || hasObject) throw new SamlRefused('structure');
  checkAlgorithms(found);
};

/**
 * Where the elements that are believed may stand, so that there is no second of any: signature wrapping
 * (Somorovsky et al., 2012) moves the signed one aside and puts another in its place.
 * @throws SamlRefused
 */
const checkPlaces = (
  root: XmlElement,
  places: ReadonlyMap<XmlElement, readonly XmlElement[]>,
): void => {
  const watched = new Set(['Response', 'Assertion', 'EncryptedAssertion', 'Signature']);
  const expected = new Set([root, ...[...places.values()].flat()]);
  const seen = new Set<string>();
  for (const element of allIn(root)) {
    const local = element.name.slice(element.name.lastIndexOf('}') + 1);
    if (watched.has(local) && !expected.has(element)) throw new SamlRefused('structure');
    for (const id of idsOf(element)) {
      if (!ID.test(id) || seen.has(id)) throw new SamlRefused('structure');
      seen.add(id);
    }
  }
};

const signaturesOf = (element: XmlElement): readonly XmlElement[] => {
  const found = childrenOf(element, signature('Signature'));
  if (found.length > 1) throw new SamlRefused('structure');
  for (const one of found) checkSignature(one, element);
  return found;
};

/** What a response is made of, once it is known that there is one of each. */
export interface ResponseParts {
  readonly isSigned: boolean;
  /** In the open, or encrypted. */
  readonly assertion: XmlElement;
  /** Whether the assertion has a signature of its own, as far as it can be seen. */
  readonly isAssertionSigned: boolean;
}

/** A response's form (saml-core-2.0-os §3.3.3). Says nothing of whether a signature is right. @throws SamlRefused */
export const responseParts = (root: XmlElement): ResponseParts => {
  if (root.name !== protocol('Response')) throw new SamlRefused('structure');
  const assertions = [
    ...childrenOf(root, assertion('Assertion')),
    ...childrenOf(root, assertion('EncryptedAssertion')),
  ];
  const [only] = assertions;
  if (only === undefined || assertions.length > 1) throw new SamlRefused('assertion-count');
  const own = signaturesOf(root);
  const inner = only.name === assertion('Assertion') ? signaturesOf(only) : [];
  checkPlaces(
    root,
    new Map([
      [root, [only, ...own]],
      [only, inner],
    ]),
  );
  return { isSigned: own.length > 0, assertion: only, isAssertionSigned: inner.length > 0 };
};

/** The same for what was in an encrypted assertion; whether it has a signature of its own. @throws SamlRefused */
export const checkDecrypted = (root: XmlElement): boolean => {
  if (root.name !== assertion('Assertion')) throw new SamlRefused('structure');
  const own = signaturesOf(root);
  checkPlaces(root, new Map([[root, own]]));
  return own.length > 0;
};
