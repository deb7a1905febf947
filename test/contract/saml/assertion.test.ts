import { describe, expect, it } from 'vitest';
import { asserted } from '../../../src/adapters/saml/assertion.ts';
import { SamlRefused } from '../../../src/adapters/saml/refusal.ts';
import { readMessage } from '../../../src/adapters/saml/xml.ts';
import { assertionXml, inSeconds, type Said, said } from '../../support/saml-messages.ts';
import { ISSUER, ORIGIN } from '../../support/saml-party.ts';

/** The library looks at some of this as well; these are the checks of our own. */
const reasonFor = (change: Partial<Said>): string => {
  const one = { ...said(ORIGIN, ISSUER, '_ours'), ...change };
  try {
    const { id } = asserted(readMessage(assertionXml(one)), {
      issuer: ISSUER,
      recipient: one.recipient,
      audience: `${ORIGIN}/SOGo/saml2-metadata`,
      inResponseTo: '_ours',
      now: Date.now(),
    });
    return id === one.assertionId ? 'believed' : 'another';
  } catch (error) {
    if (error instanceof SamlRefused) return error.reason;
    throw error;
  }
};

describe('an assertion whose signature is right', () => {
  it('is for whom every restriction names (saml-core-2.0-os §2.5.1.4)', () => {
    expect(reasonFor({})).toBe('believed');
    expect(reasonFor({ audience: 'https://evil.example' })).toBe('audience');
    const other =
      '<saml:AudienceRestriction><saml:Audience>https://evil.example</saml:Audience></saml:AudienceRestriction>';
    expect(reasonFor({ conditions: other })).toBe('audience');
  });

  it('holds in the time of its conditions (saml-core-2.0-os §2.5.1.2)', () => {
    expect(reasonFor({ notOnOrAfter: inSeconds(-61) })).toBe('expired');
    expect(reasonFor({ notBefore: inSeconds(90) })).toBe('not-yet-valid');
    expect(reasonFor({ notOnOrAfter: 'tomorrow' })).toBe('unreadable');
    expect(reasonFor({ confirmedUntil: '' })).toBe('unreadable');
  });
});
