import { assertion, BEARER, ENTITY } from './names.ts';
import { SamlRefused } from './refusal.ts';
import { checkTimes, freshUntil, SKEW, timeOf } from './times.ts';
import { childrenOf, onlyChild, textOf, type XmlElement } from './xml.ts';

/** What an assertion has to be about. */
export interface Expected {
  /** The provider's entity id. */
  readonly issuer: string;
  /** Our own. */
  readonly audience: string;
  /** Where it had to be sent. */
  readonly recipient: string;
  /** Of the response around it. */
  readonly inResponseTo: string;
  readonly now: number;
}

/** How the provider calls somebody, to be said again when he signs out. */
export interface NameId {
  readonly value: string;
  readonly format?: string;
  readonly nameQualifier?: string;
  readonly spNameQualifier?: string;
}

export interface Asserted {
  readonly id: string;
  /** From when on it is not believed any more, in ms. */
  readonly until: number;
  readonly subject: XmlElement;
  readonly sessionIndex: string | undefined;
  /** When the provider's own session ends, if it says so, in ms. */
  readonly sessionUntil: number | undefined;
  /** Values by name. */
  readonly attributes: ReadonlyMap<string, readonly string[]>;
}

/** @throws SamlRefused for an issuer who is not the provider, and for none */
export const checkIssuer = (element: XmlElement, issuer: string): void => {
  const found = onlyChild(element, assertion('Issuer'));
  const format = found?.attributes.get('Format') ?? ENTITY;
  if (format !== ENTITY || textOf(found) !== issuer) throw new SamlRefused('issuer');
};

export const checkVersion = ({ attributes }: XmlElement): void => {
  if (attributes.get('Version') !== '2.0') throw new SamlRefused('structure');
};

const first = <What>(all: readonly What[]): What => {
  const [found] = all;
  if (found === undefined) throw new SamlRefused('structure');
  return found;
};

/** The bearer's confirmation (saml-profiles-2.0-os §4.1.4.2); when it ends. @throws SamlRefused for the first one's fault */
const confirmed = (subject: XmlElement, expected: Expected): number => {
  const faults: SamlRefused[] = [];
  for (const confirmation of childrenOf(subject, assertion('SubjectConfirmation'))) {
    if (confirmation.attributes.get('Method') !== BEARER) continue;
    const data = onlyChild(confirmation, assertion('SubjectConfirmationData'));
    try {
      const given = data?.attributes ?? new Map<string, string>();
      if (given.get('Recipient') !== expected.recipient) throw new SamlRefused('recipient');
      if (given.get('InResponseTo') !== expected.inResponseTo)
        throw new SamlRefused('in-response-to');
      checkTimes(given, expected.now);
      return timeOf(given.get('NotOnOrAfter') ?? '');
    } catch (fault) {
      if (!(fault instanceof SamlRefused)) throw fault;
      faults.push(fault);
    }
  }
  throw faults[0] ?? new SamlRefused('structure');
};

const known = new Set(
  ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'].map((local) => assertion(local)),
);

/** saml-core-2.0-os §2.5. @throws SamlRefused */
const checkConditions = (found: XmlElement, expected: Expected): void => {
  const conditions = onlyChild(found, assertion('Conditions'));
  if (conditions === undefined) throw new SamlRefused('audience');
  // A condition that is not understood is not fulfilled (§2.5.1).
  if (!conditions.children.every(({ name }) => known.has(name))) throw new SamlRefused('structure');
  checkTimes(conditions.attributes, expected.now);
  const restrictions = childrenOf(conditions, assertion('AudienceRestriction'));
  const isForUs =
    restrictions.length > 0 &&
    restrictions.every((restriction) =>
      childrenOf(restriction, assertion('Audience')).some(
        (audience) => textOf(audience) === expected.audience,
      ),
    );
  if (!isForUs) throw new SamlRefused('audience');
};

const attributesOf = (found: XmlElement): ReadonlyMap<string, readonly string[]> =>
  new Map(
    childrenOf(found, assertion('AttributeStatement'))
      .flatMap((statement) => childrenOf(statement, assertion('Attribute')))
      .map((attribute) => [
        attribute.attributes.get('Name') ?? '',
        childrenOf(attribute, assertion('AttributeValue')).map(textOf),
      ]),
  );

/** What an assertion says whose signature was found right. @throws SamlRefused when it is not for us, or not now */
export const asserted = (found: XmlElement, expected: Expected): Asserted => {
  if (found.name !== assertion('Assertion')) throw new SamlRefused('structure');
  checkVersion(found);
  checkIssuer(found, expected.issuer);
  const fresh = freshUntil(found.attributes.get('IssueInstant'), expected.now);
  const subject = onlyChild(found, assertion('Subject'));
  if (subject === undefined) throw new SamlRefused('structure');
  const confirmation = confirmed(subject, expected);
  checkConditions(found, expected);
  const statement = first(childrenOf(found, assertion('AuthnStatement')));
  const ends = statement.attributes.get('SessionNotOnOrAfter');
  const sessionUntil = ends === undefined ? undefined : timeOf(ends);
  if (sessionUntil !== undefined && expected.now - SKEW >= sessionUntil)
    throw new SamlRefused('expired');
  return {
    id: found.attributes.get('ID') ?? '',
    until: Math.min(confirmation + SKEW, fresh),
    subject,
    sessionIndex: statement.attributes.get('SessionIndex'),
    sessionUntil,
    attributes: attributesOf(found),
  };
};

/** An element `NameID`. @throws SamlRefused for one that says nothing */
export const nameIdOf = (found: XmlElement): NameId => {
  const value = textOf(found);
  if (found.name !== assertion('NameID') || value === '') throw new SamlRefused('structure');
  const [format, nameQualifier, spNameQualifier] = [
    'Format',
    'NameQualifier',
    'SPNameQualifier',
  ].map((name) => found.attributes.get(name));
  return {
    value,
    ...(format === undefined ? {} : { format }),
    ...(nameQualifier === undefined ? {} : { nameQualifier }),
    ...(spNameQualifier === undefined ? {} : { spNameQualifier }),
  };
};

/** Where SOGo looks for the login when it is not told, and the same by OID (X.500 attribute profile, saml-profiles §8.2). */
const usual = [
  ['uid', 'urn:oid:0.9.2342.19200300.100.1.1'],
  ['mail', 'urn:oid:0.9.2342.19200300.100.1.3'],
].flat();

/** The login an assertion gives. @throws SamlRefused when it gives none, or several */
export const loginOf = (
  attributes: Asserted['attributes'],
  loginAttribute: string | undefined,
): string => {
  const names = loginAttribute === undefined ? usual : [loginAttribute];
  const values = names.map((name) => attributes.get(name)).find((one) => one !== undefined);
  const [login = ''] = values ?? [];
  if (login === '' || values?.length !== 1) throw new SamlRefused('no-login');
  return login;
};
