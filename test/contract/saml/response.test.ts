import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SamlRefused } from '../../../src/adapters/saml/refusal.ts';
import type { ServiceProvider } from '../../../src/adapters/saml/service-provider.ts';
import { responseParts } from '../../../src/adapters/saml/structure.ts';
import { readMessage } from '../../../src/adapters/saml/xml.ts';
import type { KeyPair } from '../../support/identity-provider/configuration.ts';
import {
  assertionXml,
  attribute,
  encode,
  encrypted,
  inSeconds,
  responseXml,
  type Said,
  said,
  signed,
  signedResponse,
} from '../../support/saml-messages.ts';
import { ISSUER, ORIGIN, type SamlParties, samlParties } from '../../support/saml-party.ts';
import { wrappings } from '../../support/saml-wrapping.ts';

let parties: SamlParties;
let own: KeyPair;
let theirs: KeyPair;
let forgers: KeyPair;
let us: ServiceProvider;
beforeAll(async () => {
  parties = await samlParties();
  ({ own, theirs, forgers } = parties);
  us = parties.server();
}, 60_000);
afterAll(() => parties.forget());

const right = (change: Partial<Said> = {}): Said => ({
  ...said(ORIGIN, ISSUER, '_ours'),
  ...change,
});

/** Why a response is refused; fails when it is not. */
const reason = async (xml: string, by = us): Promise<string> => {
  try {
    const { login } = await by.signIn(encode(xml));
    return `signed in ${login}`;
  } catch (error) {
    if (error instanceof SamlRefused) return error.reason;
    throw error;
  }
};
const reasonFor = (change: Partial<Said>): Promise<string> =>
  reason(signedResponse(right(change), theirs));

describe('a response that is right', () => {
  it('signs in whom its assertion names (saml-profiles-2.0-os §4.1.4)', async () => {
    const one = right();
    const { login, inResponseTo, id, session, until } = await us.signIn(
      encode(signedResponse(one, theirs)),
    );
    expect({ login, inResponseTo, id }).toEqual({
      login: 'ada',
      inResponseTo: '_ours',
      id: one.assertionId,
    });
    expect(session).toEqual({ nameId: { value: 'ada' }, index: one.sessionIndex });
    expect(until).toBeGreaterThan(Date.now() + 300_000);
  });

  it('may be signed as a whole, or twice', async () => {
    const one = right();
    const whole = signed(responseXml(one, assertionXml(one)), one.id, { keys: theirs });
    expect(await reason(whole)).toBe('signed in ada');
    const other = right();
    const twice = signed(signedResponse(other, theirs), other.id, { keys: theirs });
    expect(await reason(twice)).toBe('signed in ada');
  });

  it('may hold its assertion, and its name, encrypted', async () => {
    const one = right({
      nameId: await encrypted(
        '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">x7</saml:NameID>',
        'EncryptedID',
        own,
      ),
    });
    const inside = await encrypted(
      signed(assertionXml(one), one.assertionId, { keys: theirs }),
      'EncryptedAssertion',
      own,
    );
    const { login, session } = await us.signIn(encode(responseXml(one, inside)));
    expect([login, session?.nameId.value]).toEqual(['ada', 'x7']);
    const whole = right();
    const unsigned = await encrypted(assertionXml(whole), 'EncryptedAssertion', own);
    expect(await reason(signed(responseXml(whole, unsigned), whole.id, { keys: theirs }))).toBe(
      'signed in ada',
    );
  });
});

describe('the login', () => {
  it('is what SOGo takes: uid, else mail, also by OID', async () => {
    const attributes = (...all: string[]) => ({ attributes: all.join('') });
    const [mail, uid] = [attribute('mail', 'ada@acme.com'), attribute('uid', 'ada')];
    expect(await reasonFor(attributes(mail, uid))).toBe('signed in ada');
    expect(await reasonFor(attributes(mail))).toBe('signed in ada@acme.com');
    const byOid = attribute('urn:oid:0.9.2342.19200300.100.1.1', 'ada');
    expect(await reasonFor(attributes(byOid))).toBe('signed in ada');
    expect(await reasonFor(attributes(attribute('cn', 'Ada')))).toBe('no-login');
    expect(await reasonFor(attributes(attribute('uid', 'ada', 'eve')))).toBe('no-login');
  });

  it('is the attribute of SOGoSAML2LoginAttribute, and no other', async () => {
    const one = right({ attributes: attribute('uid', 'ada') + attribute('login', 'lovelace') });
    expect(await reason(signedResponse(one, theirs), parties.server('login'))).toBe(
      'signed in lovelace',
    );
    expect(await reason(signedResponse(one, theirs), parties.server('other'))).toBe('no-login');
  });
});

describe('a response is refused', () => {
  it('unsigned, and signed by somebody else', async () => {
    const one = right();
    expect(await reason(responseXml(one, assertionXml(one)))).toBe('unsigned');
    expect(await reason(signedResponse(one, forgers))).toBe('signature');
    const inside = await encrypted(assertionXml(one), 'EncryptedAssertion', own);
    expect(await reason(responseXml(one, inside))).toBe('unsigned');
    const forged = await encrypted(
      signed(assertionXml(one), one.assertionId, { keys: forgers }),
      'EncryptedAssertion',
      own,
    );
    expect(await reason(responseXml(one, forged))).toBe('signature');
  });

  it('changed after it was signed', async () => {
    const xml = signedResponse(right(), theirs).replace(
      '>ada</saml:AttributeValue>',
      '>eve</saml:AttributeValue>',
    );
    expect(await reason(xml)).toBe('signature');
  });

  it('with one right signature and one wrong', async () => {
    const one = right();
    const inner = signedResponse(one, forgers);
    expect(await reason(signed(inner, one.id, { keys: theirs }))).toBe('signature');
    const other = right();
    const outer = signed(signedResponse(other, theirs), other.id, { keys: forgers });
    expect(await reason(outer)).toBe('signature');
  });

  it.each(['XSW1', 'XSW2', 'XSW3', 'XSW4', 'XSW5', 'XSW6', 'XSW7', 'XSW8'])(
    'wrapped: %s, also by its form alone (saml-core-2.0-os §5.4.2)',
    async (name) => {
      const evil = right({ attributes: attribute('uid', 'eve') });
      const xml = wrappings(right(), evil, theirs)[name] ?? '';
      expect(xml).toContain('>eve<');
      expect(await reason(xml)).toMatch(/^(?:structure|assertion-count)$/);
      expect(() => responseParts(readMessage(xml))).toThrow(SamlRefused);
    },
  );

  it('wrapped inside of what is encrypted', async () => {
    const evil = right({ attributes: attribute('uid', 'eve') });
    const good = right();
    const [, inner = ''] =
      /<samlp:Status>.*<\/samlp:Status>(.*)<\/samlp:Response>$/.exec(
        wrappings(good, evil, theirs)['XSW4'] ?? '',
      ) ?? [];
    const inside = await encrypted(inner, 'EncryptedAssertion', own);
    expect(await reason(responseXml(good, inside))).toBe('structure');
  });

  it('whose signature signs something else than what it stands in, or holds more', async () => {
    const one = right();
    const xml = signedResponse(one, theirs);
    expect(await reason(xml.replace('</ds:Signature>', '<ds:Object/></ds:Signature>'))).toBe(
      'structure',
    );
    expect(await reason(xml.replace(`URI="#${one.assertionId}"`, `URI="#${one.id}"`))).toBe(
      'structure',
    );
    expect(await reason(xml.replace(`URI="#${one.assertionId}"`, 'URI=""'))).toBe('structure');
    const [reference = ''] = /<ds:Reference[\s\S]*<\/ds:Reference>/.exec(xml) ?? [];
    expect(await reason(xml.replace(reference, reference + reference))).toBe('structure');
  });

  it('with two of one id', async () => {
    const one = right();
    const xml = signedResponse({ ...one, id: one.assertionId }, theirs);
    expect(await reason(xml)).toBe('structure');
  });

  it('out of its time, to the minute', async () => {
    expect(await reasonFor({ notOnOrAfter: inSeconds(-61) })).toBe('expired');
    expect(await reasonFor({ confirmedUntil: inSeconds(-61) })).toBe('expired');
    expect(await reasonFor({ notBefore: inSeconds(90) })).toBe('not-yet-valid');
    expect(await reasonFor({ issued: inSeconds(-361) })).toBe('expired');
    expect(await reasonFor({ issued: inSeconds(90) })).toBe('not-yet-valid');
    expect(await reasonFor({ notOnOrAfter: 'tomorrow' })).not.toMatch(/^signed in/);
    expect(await reasonFor({ confirmedUntil: '' })).not.toMatch(/^signed in/);
    expect(await reasonFor({ notOnOrAfter: inSeconds(-10), confirmedUntil: inSeconds(-10) })).toBe(
      'signed in ada',
    );
  });

  it('for another server: audience, recipient, destination', async () => {
    expect(await reasonFor({ audience: 'https://evil.example/SOGo/saml2-metadata' })).toBe(
      'audience',
    );
    expect(await reasonFor({ recipient: 'https://evil.example/SOGo/saml2-signon-post' })).toBe(
      'recipient',
    );
    expect(await reasonFor({ destination: 'https://evil.example/SOGo/saml2-signon-post' })).toBe(
      'destination',
    );
  });

  it('for us among others only where every restriction names us (saml-core-2.0-os §2.5.1.4)', async () => {
    const other =
      '<saml:AudienceRestriction><saml:Audience>https://evil.example</saml:Audience></saml:AudienceRestriction>';
    expect(await reasonFor({ conditions: other })).toBe('audience');
  });

  it('signed as a whole without saying where it goes (saml-bindings-2.0-os §3.5.5.2)', async () => {
    const one = right();
    const bare = responseXml(one, assertionXml(one)).replace(/ Destination="[^"]*"/, '');
    expect(await reason(signed(bare, one.id, { keys: theirs }))).toBe('destination');
  });

  it('of another issuer, in the response or the assertion', async () => {
    expect(await reasonFor({ issuer: 'https://evil.example' })).toBe('issuer');
    const one = right();
    const inside = signed(
      assertionXml({ ...one, issuer: 'https://other.example' }),
      one.assertionId,
      { keys: theirs },
    );
    expect(await reason(responseXml(one, inside))).toBe('issuer');
    const around = responseXml(
      { ...one, issuer: 'https://other.example' },
      signed(assertionXml(one), one.assertionId, { keys: theirs }),
    );
    expect(await reason(around)).toBe('issuer');
  });

  it('that nobody asked for, or that answers two things', async () => {
    expect(await reasonFor({ inResponseTo: undefined, confirmedFor: undefined })).toBe(
      'unsolicited',
    );
    expect(await reasonFor({ confirmedFor: undefined })).toBe('in-response-to');
    expect(await reasonFor({ confirmedFor: '_another' })).toBe('in-response-to');
  });

  it('that says that it did not go well, or confirms by something else than its bearer', async () => {
    expect(await reasonFor({ status: 'urn:oasis:names:tc:SAML:2.0:status:Responder' })).toBe(
      'status',
    );
    expect(await reasonFor({ method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches' })).toBe(
      'structure',
    );
  });

  it('with a condition that nobody understands (saml-core-2.0-os §2.5.1)', async () => {
    expect(await reasonFor({ conditions: '<saml:Condition/>' })).toBe('structure');
  });

  it('with a comment in a name, which no signature covers (CERT VU#475445)', async () => {
    const one = right({ attributes: attribute('uid', 'ada.eve') });
    const xml = signedResponse(one, theirs);
    expect(await reason(xml)).toBe('signed in ada.eve');
    expect(await reason(xml.replace('ada.eve', 'ada<!-- -->.eve'))).toBe('structure');
    expect(await reason(xml.replace('ada.eve', 'ada<?x y?>.eve'))).toBe('structure');
  });

  it('with a document type, and what can be done with one', async () => {
    const xml = signedResponse(right(), theirs);
    expect(await reason(`<!DOCTYPE Response>${xml}`)).toBe('structure');
    const entity = `<!DOCTYPE r [<!ENTITY who "eve">]>${xml.replace('>ada<', '>&who;<')}`;
    expect(await reason(entity)).toBe('structure');
  });

  it('with algorithms that stand on SHA-1, or do more than sign', async () => {
    const one = right();
    const by = (signing: { algorithm?: string; digest?: string; canonicalization?: string }) =>
      reason(
        responseXml(one, signed(assertionXml(one), one.assertionId, { keys: theirs, ...signing })),
      );
    expect(await by({ algorithm: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' })).toBe('algorithm');
    expect(await by({ digest: 'http://www.w3.org/2000/09/xmldsig#sha1' })).toBe('algorithm');
    expect(
      await by({ canonicalization: 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments' }),
    ).toBe('algorithm');
  });

  it('encrypted for somebody else, or in a way that can be guessed', async () => {
    const one = right();
    const inner = signed(assertionXml(one), one.assertionId, { keys: theirs });
    const as = async (to: KeyPair, algorithms: Parameters<typeof encrypted>[3]) =>
      reason(responseXml(one, await encrypted(inner, 'EncryptedAssertion', to, algorithms)));
    expect(await as(forgers, {})).toBe('encryption');
    expect(
      await as(own, { keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-1_5' }),
    ).toBe('encryption');
    expect(
      await as(own, { encryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#tripledes-cbc' }),
    ).toBe('encryption');
  });

  it('encrypted with a choice of keys, or with one from elsewhere', async () => {
    const one = right();
    const inner = signed(assertionXml(one), one.assertionId, { keys: theirs });
    const inside = await encrypted(inner, 'EncryptedAssertion', own);
    expect(await reason(responseXml(one, inside))).toBe('signed in ada');
    const [key = ''] = /<e:EncryptedKey[\s\S]*<\/e:EncryptedKey>/.exec(inside) ?? [];
    expect(key).not.toBe('');
    expect(await reason(responseXml(one, inside.replace(key, key + key)))).toBe('encryption');
    const elsewhere = '<ds:RetrievalMethod xmlns:ds="urn:x" URI="#a\'] | //*[\'"/>';
    expect(await reason(responseXml(one, inside.replace(key, key + elsewhere)))).toBe('encryption');
  });

  it('huge, deep, or no response at all, and quickly', async () => {
    const xml = signedResponse(right(), theirs);
    expect(
      await reason(xml.replace('</samlp:Response>', `${' '.repeat(300_000)}</samlp:Response>`)),
    ).toBe('too-large');
    const deep = `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`;
    expect(await reason(xml.replace('</samlp:Response>', `${deep}</samlp:Response>`))).toBe(
      'structure',
    );
    expect(await reason('')).toBe('unreadable');
    expect(await reason('<Response/>')).toBe('structure');
    expect(await reason('\u0000')).toBe('unreadable');
    expect(await reason(xml.slice(0, -40))).toBe('unreadable');
  });
});
