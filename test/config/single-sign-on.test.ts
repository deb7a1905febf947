import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkConfiguration } from '../../src/adapters/sogo-conf/check.ts';
import { hierarchy } from '../../src/adapters/sogo-conf/hierarchy.ts';
import { inspectConfiguration } from '../../src/adapters/sogo-conf/inspect.ts';
import { parseOpenStep } from '../../src/adapters/sogo-conf/openstep.ts';
import { singleSignOnSettings } from '../../src/adapters/sogo-conf/single-sign-on.ts';

const settings = (text: string) =>
  singleSignOnSettings(hierarchy(checkConfiguration(parseOpenStep(`{ ${text} }`))));

const CAS = 'SOGoAuthenticationType = cas;';
const SAML = 'SOGoAuthenticationType = saml2; DaybookPublicURL = "https://dav.acme.com";';
const OPENID = `SOGoAuthenticationType = openid;
  SOGoOpenIdConfigUrl = "https://login.acme.com/.well-known/openid-configuration";`;

describe('the settings of single sign-on', () => {
  it('are none unless said', () => {
    expect(settings('')).toEqual({
      ...{ web: '', openid: undefined, byDomain: undefined, cas: undefined, saml: undefined },
      ...{ tokens: false, trustsProxy: false },
      publicUrl: undefined,
    });
  });

  it.each([
    [OPENID, 'SOGoOpenIdClient'],
    ['SOGoAuthenticationType = openid;', 'SOGoOpenIdConfigUrl'],
    ['SOGoDAVAuthenticationType = openid;', 'SOGoOpenIdConfigUrl'],
    [CAS, 'DaybookPublicURL'],
    [`${CAS} DaybookPublicURL = "https://dav.acme.com";`, 'SOGoCASServiceURL'],
    ['SOGoAuthenticationType = saml2;', 'DaybookPublicURL'],
    [SAML, 'SOGoSAML2PrivateKeyLocation'],
    [`${SAML} SOGoSAML2PrivateKeyLocation = "/k";`, 'SOGoSAML2CertificateLocation'],
    [
      `${SAML} SOGoSAML2PrivateKeyLocation = "/k"; SOGoSAML2CertificateLocation = "/c";`,
      'SOGoSAML2IdpMetadataLocation',
    ],
    ['DaybookPublicURL = "https://dav.acme.com/SOGo";', 'scheme and host alone'],
  ])('are refused where something is missing: %s', (text, missing) => {
    expect(() => settings(text)).toThrow(missing);
  });

  it('hold what the file says of OpenID Connect', () => {
    const text = `${OPENID} SOGoOpenIdClient = daybook; SOGoOpenIdClientSecret = "open barley";
      SOGoOpenIdScope = "openid mail"; SOGoOpenIdEmailParam = mail; SOGoOpenIdEnableRefreshToken = YES;
      SOGoOpenIdTokenCheckInterval = 7; SOGoOpenIdLogoutEnabled = YES; SOGoOpenIDDebugEnabled = YES;
      SOGoTrustProxyAuthentication = YES; DaybookPublicURL = "https://dav.acme.com/";`;
    expect(settings(text)).toEqual({
      web: 'openid',
      openid: {
        configUrl: 'https://login.acme.com/.well-known/openid-configuration',
        clientId: 'daybook',
        clientSecret: 'open barley',
        scope: 'openid mail',
        nameClaim: 'mail',
        refreshes: true,
        endsSession: true,
        traces: true,
        checkAfter: 7,
        sendsDomain: false,
      },
      byDomain: undefined,
      cas: undefined,
      saml: undefined,
      tokens: false,
      trustsProxy: true,
      publicUrl: 'https://dav.acme.com',
    });
  });

  const BY_DOMAIN = `SOGoOpenIdScope = "openid mail"; SOGoLoginTypeByDomain = {
    "Acme.com" = { type = openid; SOGoOpenIdConfigUrl = "https://login.acme.com/oidc"; SOGoOpenIdClient = one;
      SOGoOpenIdSendDomainInfo = YES; }; "far.org" = { type = plain; }; };`;

  it('hold how people of each domain prove themselves (SOGoLoginTypeByDomain)', () => {
    const types = settings(BY_DOMAIN).byDomain?.types;
    expect([...(types?.keys() ?? [])]).toEqual(['acme.com', 'far.org']);
    expect(types?.get('far.org')).toBe('plain');
    expect(types?.get('acme.com')).toMatchObject({
      ...{ clientId: 'one', clientSecret: undefined, scope: 'openid mail', sendsDomain: true },
    });
    const openid = `${OPENID} SOGoOpenIdClient = all; ${BY_DOMAIN}`;
    expect(settings(openid).byDomain?.types.get('login_default')).toMatchObject({
      clientId: 'all',
    });
    expect(() => settings(`${SAML} ${BY_DOMAIN}`)).toThrow('SOGoLoginTypeByDomain');
    const lacking = 'SOGoLoginTypeByDomain = { a = { type = openid; }; };';
    // The provider of one domain is not that of another.
    expect(() => settings(`${OPENID} SOGoOpenIdClient = all; ${lacking}`)).toThrow(
      'SOGoLoginTypeByDomain.a needs SOGoOpenIdConfigUrl',
    );
  });

  it('hold what the file says of SAML 2', () => {
    const text = `${SAML} SOGoSAML2PrivateKeyLocation = "/k"; SOGoSAML2CertificateLocation = "/c";
      SOGoSAML2IdpMetadataLocation = "/m"; SOGoSAML2IdpPublicKeyLocation = "/p";
      SOGoSAML2IdpCertificateLocation = "/i"; SOGoSAML2LoginAttribute = login;
      SOGoSAML2LogoutEnabled = YES; SOGoSAML2LogoutURL = "https://www.acme.com/";`;
    expect(settings(text).saml).toEqual({
      privateKey: '/k',
      certificate: '/c',
      providerMetadata: '/m',
      providerPublicKey: '/p',
      providerCertificate: '/i',
      loginAttribute: 'login',
      endsThere: true,
      afterLogout: 'https://www.acme.com/',
    });
  });

  it('ask for proxy tickets of CAS where a mail server wants them', () => {
    const text = `${CAS} DaybookPublicURL = "https://dav.acme.com";
      SOGoCASServiceURL = "https://login.acme.com/cas";`;
    expect(settings(text).cas?.grants).toBe(false);
    expect(settings(`${text} SOGoIMAPCASServiceName = "imap://mail.acme.com";`).cas?.grants).toBe(
      true,
    );
  });

  it('are found incomplete by `daybook config check` too', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-config-'));
    const file = join(folder, 'sogo.conf');
    await writeFile(file, `{ ${CAS} SOGoCASServiceURL = "https://login.acme.com/cas"; }`);
    const { problems } = await inspectConfiguration(file);
    await rm(folder, { recursive: true });
    expect(problems).toMatchObject([{ severity: 'error', line: undefined }]);
    expect(problems[0]?.message).toContain('DaybookPublicURL');
  });
});
