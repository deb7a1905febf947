import { createPublicKey } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redirectMessage } from '../../../src/adapters/saml/redirect.ts';
import { SamlRefused } from '../../../src/adapters/saml/refusal.ts';
import type { ServiceProvider } from '../../../src/adapters/saml/service-provider.ts';
import { readMessage, textOf } from '../../../src/adapters/saml/xml.ts';
import type { KeyPair } from '../../support/identity-provider/configuration.ts';
import {
  encrypted,
  inSeconds,
  logoutRequestXml,
  redirectQuery,
} from '../../support/saml-messages.ts';
import { ISSUER, ORIGIN, type SamlParties, samlParties } from '../../support/saml-party.ts';

const NAME =
  '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">x7</saml:NameID>';

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

const request = (change: Partial<Parameters<typeof logoutRequestXml>[0]> = {}): string =>
  logoutRequestXml({
    id: '_theirs',
    issuer: ISSUER,
    destination: `${ORIGIN}/SOGo/saml2-sls`,
    issued: inSeconds(0),
    nameId: NAME,
    sessionIndexes: ['one', 'two'],
    ...change,
  });

const reason = async (query: string): Promise<string> => {
  try {
    return (await us.logout(query)).kind;
  } catch (error) {
    if (error instanceof SamlRefused) return error.reason;
    throw error;
  }
};
const reasonFor = (xml: string): Promise<string> =>
  reason(redirectQuery('SAMLRequest', xml, theirs));

/** What we send, read as the provider reads it: with our public key. */
const sent = async (location = '') => {
  const { origin, pathname, search } = new URL(location);
  const { xml, kind } = await redirectMessage(search.slice(1), [createPublicKey(own.certificate)]);
  return { to: `${origin}${pathname}`, kind, root: readMessage(xml), xml };
};

describe('what is sent to the provider', () => {
  it('is signed, and says where it goes (saml-bindings-2.0-os §3.4.4.1)', async () => {
    const location = await us.signOnUrl('_new');
    expect(new URL(location ?? '').searchParams.get('tenant')).toBe('1');
    const { search } = new URL(location);
    const query = search.slice(1).replace(/^tenant=1&/, '');
    const { xml } = await redirectMessage(query, [createPublicKey(own.certificate)]);
    const { attributes, children } = readMessage(xml);
    expect(attributes.get('ID')).toBe('_new');
    expect(attributes.get('Destination')).toBe('https://idp.acme.com/sign-on?tenant=1');
    expect(attributes.get('AssertionConsumerServiceURL')).toBe(`${ORIGIN}/SOGo/saml2-signon-post`);
    expect(textOf(children[0])).toBe(`${ORIGIN}/SOGo/saml2-metadata`);
  });

  it('names whose session ends, as the provider named it', async () => {
    const nameId = { value: 'a<b&"c"', format: 'urn:f', nameQualifier: 'q', spNameQualifier: 's' };
    const { to, root } = await sent(await us.logoutUrl('_bye', { nameId, index: 'one' }));
    expect(to).toBe('https://idp.acme.com/logout');
    const [, name, index] = root.children;
    expect(textOf(name)).toBe(nameId.value);
    expect([...(name?.attributes.values() ?? [])]).toEqual(['urn:f', 'q', 's']);
    expect(textOf(index)).toBe('one');
    const bare = await sent(
      await us.logoutUrl('_bye', { nameId: { value: 'x' }, index: undefined }),
    );
    expect(bare.root.children).toHaveLength(2);
  });

  it('answers what it was asked, where answers go', async () => {
    const asked = await us.logout(
      redirectQuery('SAMLRequest', request(), theirs, { relayState: 'a b&c' }),
    );
    if (asked.kind !== 'request') throw new Error('no request');
    const location = await us.logoutAnswerUrl(asked, true);
    expect(new URL(location ?? '').searchParams.get('RelayState')).toBe('a b&c');
    const { to, root, xml, kind } = await sent(location);
    expect({ to, kind }).toEqual({ to: 'https://idp.acme.com/logged-out', kind: 'response' });
    expect(root.attributes.get('InResponseTo')).toBe('_theirs');
    expect(xml).toContain('status:Success');
    expect(
      (await sent(await us.logoutAnswerUrl({ ...asked, relayState: undefined }, false))).xml,
    ).toContain('status:Requester');
  });
});

describe('what the provider says of signing out', () => {
  it('is read: whose sessions, and which (saml-core-2.0-os §3.7)', async () => {
    expect(await us.logout(redirectQuery('SAMLRequest', request(), theirs))).toMatchObject({
      kind: 'request',
      id: '_theirs',
      nameId: { value: 'x7' },
      sessionIndexes: ['one', 'two'],
    });
    const name = '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">x8</saml:NameID>';
    const hidden = request({ nameId: await encrypted(name, 'EncryptedID', own) });
    expect(await us.logout(redirectQuery('SAMLRequest', hidden, theirs))).toMatchObject({
      nameId: { value: 'x8' },
    });
  });

  it('is refused unsigned, and signed by somebody else', async () => {
    const query = redirectQuery('SAMLRequest', request(), theirs);
    expect(await reason(query.replace(/&SigAlg=.*/, ''))).toBe('unsigned');
    expect(await reason(redirectQuery('SAMLRequest', request(), forgers))).toBe('signature');
    expect(await reason(redirectQuery('SAMLRequest', request(), theirs, { hash: 'sha1' }))).toBe(
      'algorithm',
    );
    expect(await reason(`${query}&RelayState=x`)).toBe('signature');
  });

  it('is refused when a second message hides behind the signed one', async () => {
    const query = redirectQuery('SAMLRequest', request(), theirs);
    const other = redirectQuery(
      'SAMLRequest',
      request({ nameId: NAME.replace('x7', 'eve') }),
      forgers,
    );
    const [evil = ''] = other.split('&');
    expect(await reason(`${evil}&${query}`)).toBe('structure');
    expect(await reason(`${query}&${evil}`)).toBe('structure');
    expect(await reason(`${evil.replace('SAMLRequest', 'SAML%52equest')}&${query}`)).toBe(
      'structure',
    );
    expect(await reason(`${evil.replace('SAMLRequest', 'SAMLResponse')}&${query}`)).toBe(
      'structure',
    );
    // What is no parameter of SAML is none of its business.
    expect(await reason(`x${evil}&${query}`)).toBe('request');
  });

  it('is refused out of its time, for others, by others', async () => {
    expect(await reasonFor(request({ issued: inSeconds(-500) }))).toBe('expired');
    expect(await reasonFor(request({ issued: inSeconds(90) }))).toBe('not-yet-valid');
    const over = request().replace('Version=', `NotOnOrAfter="${inSeconds(-61)}" Version=`);
    expect(await reasonFor(over)).toBe('expired');
    expect(await reasonFor(request({ destination: 'https://evil.example/SOGo/saml2-sls' }))).toBe(
      'destination',
    );
    expect(await reasonFor(request({ issuer: 'https://evil.example' }))).toBe('issuer');
  });

  it('is refused as another message, unreadable, or as a bomb', async () => {
    expect(await reason(redirectQuery('SAMLResponse', request(), theirs))).toBe('structure');
    expect(await reason('')).toBe('structure');
    expect(await reason('SAMLRequest=%')).not.toBe('request');
    expect(await reasonFor(request({ nameId: '' }))).toBe('structure');
    expect(await reasonFor(`<!DOCTYPE x>${request()}`)).toBe('structure');
    expect(await reasonFor(request() + ' '.repeat(10_000_000))).toBe('unreadable');
    expect(await reason(`SAMLRequest=${'a'.repeat(20_000)}`)).toBe('too-large');
    expect(await reasonFor(request({ sessionIndexes: Array<string>(101).fill('i') }))).toBe(
      'too-large',
    );
    expect(deflateRawSync(' '.repeat(10_000_000)).length).toBeLessThan(16 * 1024);
  });
});
