import { texts } from '../compound-types.ts';
import { loginTypes } from '../login-types.ts';
import { acting, domain, needless, system, user } from '../row.ts';
import { address, bool, integer, oneOf, seconds, secret, sixteen, text } from '../scalar-types.ts';

/** How people prove who they are. */
export const authenticationParameters = {
  SOGoAuthenticationType: acting(
    system(
      oneOf('', 'cas', 'saml2', 'openid'),
      'who proves people for the web: the user sources, or a single sign-on',
      '',
    ),
  ),
  SOGoTrustProxyAuthentication: acting(
    system(bool, 'believe x-webobjects-remote-user of a trusted proxy', false),
  ),
  SOGoEncryptionKey: needless(
    system(secret, "seals passwords of remote calendars where no user's password is at hand"),
    'each account has a key of its own in the database that seals them',
  ),
  SOGoPasswordChangeEnabled: acting(
    system(bool, 'people may change their password on the account page', false),
  ),
  SOGoMaximumFailedLoginCount: acting(
    system(integer(), 'wrong passwords until sign-ins are blocked; 0: never', 10),
  ),
  SOGoMaximumFailedLoginInterval: acting(
    system(seconds, 'within which wrong passwords are counted', 300),
  ),
  SOGoFailedLoginBlockInterval: acting(system(seconds, 'how long sign-ins stay blocked', 300)),
  SOGoXSRFValidationEnabled: acting(
    system(bool, 'web requests carry a token against forgery', true),
  ),
  SOGoMaximumRequestCount: acting(
    system(integer(), "a user's requests until he gets 429; 0: any", 30_000),
  ),
  SOGoMaximumRequestInterval: acting(system(seconds, 'within which requests are counted', 30)),
  SOGoRequestBlockInterval: acting(system(seconds, 'how long 429 is answered', 30)),
  SOGoForbidUnknownDomainsAuth: acting(
    system(bool, 'no logins that name a domain outside domains and SOGoDomainAllowed', false),
  ),
  SOGoDomainAllowed: acting(
    system(texts, 'further domains that logins may name where unknown ones are forbidden', []),
  ),
  SOGoLoginTypeByDomain: acting(
    system(loginTypes, 'for each login domain, how people prove themselves for the web'),
  ),
  SOGoLoginSuffix: acting(
    system(text, 'appended to what is typed at the sign-in page without an at sign'),
  ),
  SOGoDAVAuthenticationType: acting(
    system(
      oneOf('', 'plain', 'cas', 'saml2', 'openid'),
      'openid: DAV takes bearer tokens besides passwords; all else: passwords',
    ),
  ),
  SOGoJWTSecret: needless(
    system(secret, 'signs tokens of password recovery'),
    'such a token is chance alone, kept as a digest, and good once',
  ),
  SOGoPasswordRecoveryEnabled: acting(system(bool, 'a forgotten password can be replaced', false)),
  SOGoPasswordRecoveryDomains: acting(system(texts, 'domains whose people may do so; unset: all')),
  SOGoPasswordRecoveryFrom: acting(domain(address, 'sender of recovery mail')),
  SOGoPasswordRecoveryMode: needless(
    user(
      oneOf('Disabled', 'SecretQuestion', 'SecondaryEmail'),
      'how a person recovers',
      'Disabled',
    ),
    'each person says so himself, on the account page or in the preferences',
  ),
  SOGoPasswordRecoveryQuestion: needless(
    user(
      oneOf('SecretQuestion1', 'SecretQuestion2', 'SecretQuestion3'),
      'which question',
      'SecretQuestion1',
    ),
    'each person chooses one',
  ),
  SOGoPasswordRecoveryQuestionAnswer: needless(
    user(secret, 'its answer'),
    'an answer for all would be no secret: each person gives his own',
  ),
  SOGoPasswordRecoverySecondaryEmail: needless(
    user(address, 'where recovery mail goes'),
    'who gets mail for all could sign in as all: each person names his own',
  ),
  SOGoTOTPEnabled: acting(
    user(bool, 'people have to have a second factor: a code of an authenticator', false),
  ),
  SOGoURLEncryptionEnabled: needless(
    system(bool, 'paths hide the user name', false),
    'TLS hides paths; clients with such addresses have to be set up anew',
  ),
  SOGoURLEncryptionPassphrase: needless(
    system(sixteen, 'key that hides it'),
    'paths say the user name',
  ),
  SOGoSecretType: needless(
    system(oneOf('none', 'plain', 'env'), 'where the secret of 32 characters is', 'none'),
    'what it would seal is sealed with a key of each account',
  ),
  SOGoSecretValue: needless(
    system(secret, 'the secret, or the variable that holds it'),
    'what it would seal is sealed with a key of each account',
  ),
};
