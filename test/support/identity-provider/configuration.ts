/** A program that lets its people in by OpenID Connect. */
export interface OpenIdParty {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly afterLogout?: readonly string[];
  readonly refreshTokens?: boolean;
  /** Access tokens as JWTs (RFC 9068), for bearers; else opaque ones. */
  readonly jwtAccessTokens?: boolean;
}

/** A program that lets its people in by SAML 2. */
export interface SamlParty {
  /** Its metadata, XML. */
  readonly metadata: string;
  /** What of an answer is encrypted. */
  readonly encrypts?: 'nothing' | 'nameid' | 'assertion';
}

/** Everybody that the provider knows of. */
export interface Parties {
  readonly openid?: readonly OpenIdParty[];
  /** Beginnings of service URLs. */
  readonly cas?: readonly string[];
  readonly saml?: readonly SamlParty[];
}

export interface KeyPair {
  readonly privateKey: string;
  readonly certificate: string;
  readonly publicKey: string;
}

interface Place {
  readonly folder: string;
  readonly origin: string;
  readonly openidKeys: KeyPair;
  readonly samlKeys: KeyPair;
}

const attributes = { uid: 'uid', mail: 'mail', cn: 'cn' };

const numbered = <What>(prefix: string, all: readonly What[] = []): [string, What][] =>
  all.map((one, index): [string, What] => [`${prefix}${index}`, one]);

const mapped = <What, Made>(
  all: readonly [string, What][],
  make: (one: What) => Made,
): Record<string, Made> => Object.fromEntries(all.map(([name, one]) => [name, make(one)]));

const openidPart = ({ openid }: Parties, { openidKeys }: Place) => {
  const parties = numbered('openid', openid);
  return {
    issuerDBOpenIDConnectActivation: 1,
    oidcServicePrivateKeySig: openidKeys.privateKey,
    oidcServicePublicKeySig: openidKeys.publicKey,
    oidcServiceKeyIdSig: 'test-key',
    oidcRPMetaDataOptions: mapped(parties, (one) => ({
      oidcRPMetaDataOptionsClientID: one.clientId,
      oidcRPMetaDataOptionsClientSecret: one.clientSecret,
      oidcRPMetaDataOptionsRedirectUris: one.redirectUris.join(' '),
      oidcRPMetaDataOptionsPostLogoutRedirectUris: (one.afterLogout ?? []).join(' '),
      oidcRPMetaDataOptionsBypassConsent: 1,
      oidcRPMetaDataOptionsLogoutBypassConfirm: 1,
      oidcRPMetaDataOptionsIDTokenSignAlg: 'RS256',
      oidcRPMetaDataOptionsRefreshToken: one.refreshTokens ? 1 : 0,
      oidcRPMetaDataOptionsAccessTokenJWT: one.jwtAccessTokens ? 1 : 0,
      oidcRPMetaDataOptionsAccessTokenSignAlg: 'RS256',
      // A way for tests to get a token without a browser.
      oidcRPMetaDataOptionsAllowPasswordGrant: 1,
      oidcRPMetaDataOptionsUserIDAttr: 'uid',
    })),
    oidcRPMetaDataExportedVars: mapped(parties, () => ({
      email: 'mail',
      name: 'cn',
      preferred_username: 'uid',
    })),
  };
};

const casPart = ({ cas }: Parties) => {
  const parties = numbered('cas', cas);
  return {
    issuerDBCASActivation: 1,
    casAccessControlPolicy: 'error',
    casAttr: 'uid',
    casAppMetaDataOptions: mapped(parties, (service) => ({
      casAppMetaDataOptionsService: service,
      casAppMetaDataOptionsUserAttribute: 'uid',
    })),
    casAppMetaDataExportedVars: mapped(parties, () => attributes),
  };
};

const samlPart = ({ saml }: Parties, { samlKeys }: Place) => {
  const parties = numbered('saml', saml);
  return {
    issuerDBSAMLActivation: 1,
    samlServicePrivateKeySig: samlKeys.privateKey,
    samlServicePublicKeySig: samlKeys.certificate,
    samlServiceUseCertificateInResponse: 1,
    samlServiceSignatureMethod: 'RSA_SHA256',
    samlSPMetaDataXML: mapped(parties, ({ metadata }) => ({ samlSPMetaDataXML: metadata })),
    samlSPMetaDataOptions: mapped(parties, ({ encrypts = 'nothing' }) => ({
      samlSPMetaDataOptionsCheckSLOMessageSignature: 1,
      samlSPMetaDataOptionsCheckSSOMessageSignature: 1,
      samlSPMetaDataOptionsEncryptionMode: encrypts === 'nothing' ? 'none' : encrypts,
      samlSPMetaDataOptionsNameIDFormat: 'persistent',
      samlSPMetaDataOptionsNotOnOrAfterTimeout: 72_000,
      samlSPMetaDataOptionsSessionNotOnOrAfterTimeout: 72_000,
      samlSPMetaDataOptionsSignSLOMessage: 1,
      samlSPMetaDataOptionsSignSSOMessage: 1,
      samlSPMetaDataOptionsEnableIDPInitiatedURL: 1,
    })),
    samlSPMetaDataExportedAttributes: mapped(parties, () => ({
      uid: '1;uid;;',
      mail: '1;mail;;',
      cn: '0;cn;;',
    })),
  };
};

const sessionsIn = (folder: string) => ({
  Directory: folder,
  LockDirectory: `${folder}/lock`,
  generateModule: 'Lemonldap::NG::Common::Apache::Session::Generate::SHA256',
});

/** lemonldap-ng's configuration, as its manager would store it; its people are those of its demonstration. */
export const configuration = (number: number, parties: Parties, place: Place): string =>
  JSON.stringify({
    cfgNum: number,
    cfgAuthor: 'tests',
    cfgDate: '1700000000',
    cfgVersion: '2.16.1',
    key: 'a key of tests',
    authentication: 'Demo',
    userDB: 'Same',
    passwordDB: 'Demo',
    registerDB: 'Null',
    demoExportedVars: attributes,
    exportedVars: {},
    groups: {},
    macros: {},
    portal: `${place.origin}/`,
    domain: new URL(place.origin).hostname,
    cookieName: 'lemonldap',
    securedCookie: 0,
    httpOnly: 1,
    // Else it is None where there is SAML, which browsers take over TLS alone.
    sameSite: 'Lax',
    portalSkin: 'bootstrap',
    whatToTrace: 'uid',
    timeout: 72_000,
    loginHistoryEnabled: 0,
    // Nothing draws pictures with letters here, and the portal does not start without something that could.
    captcha: '::Main::Plugin',
    portalDisplayRegister: 0,
    portalDisplayResetPassword: 0,
    globalStorage: 'Apache::Session::File',
    globalStorageOptions: sessionsIn(`${place.folder}/sessions`),
    persistentStorage: 'Apache::Session::File',
    persistentStorageOptions: sessionsIn(`${place.folder}/psessions`),
    localSessionStorage: '',
    locationRules: { [new URL(place.origin).hostname]: { default: 'accept' } },
    ...openidPart(parties, place),
    ...casPart(parties),
    ...samlPart(parties, place),
  });

/** What lemonldap-ng looks at first. */
export const localConfiguration = (folder: string): string => `[all]
logLevel = warn
checkTime = 600

[configuration]
type = File
dirName = ${folder}/conf

[portal]
staticPrefix = /static
templateDir = /usr/share/lemonldap-ng/portal/templates
languages = en
`;

/** The portal and its pictures, for a PSGI server. */
export const portalApplication = `use Plack::Builder;
use Lemonldap::NG::Portal::Main;
my $portal = Lemonldap::NG::Portal::Main->run({});
builder {
  enable 'Plack::Middleware::Static', path => sub { s!^/static/!! }, root => '/usr/share/lemonldap-ng/portal/htdocs/static';
  enable 'Plack::Middleware::Static', path => sub { s!^/javascript/!! }, root => '/usr/share/javascript';
  $portal;
};
`;
