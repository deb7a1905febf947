import { list } from '../compound-types.ts';
import { listenAddress, network, serverUrl, webUrl } from '../network-types.ts';
import { acting, domain, starting, system } from '../row.ts';
import { address, bool, folder, integer, oneOf, path, secret, text } from '../scalar-types.ts';

/** What SOGo has no word for. */
export const daybookParameters = {
  DaybookDataDirectory: starting(system(folder, 'where the embedded store keeps its data')),
  DaybookDatabaseURL: starting(
    system(serverUrl('postgres', 'postgresql'), 'PostgreSQL instead of the embedded store'),
  ),
  DaybookEventStoreURL: starting(
    system(
      serverUrl('esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover'),
      'EventStoreDB for the log',
    ),
  ),
  DaybookTrustedProxies: acting(
    system(
      list(network),
      'proxies whose word on the visitor is taken: X-Forwarded-For, -Proto and -Host, and x-webobjects-remote-user',
      ['127.0.0.0/8', '::1'],
    ),
  ),
  DaybookPublicURL: acting(
    system(webUrl, 'where people know this server, as https://dav.acme.com; CAS and SAML need it'),
  ),
  DaybookSessionIdleTime: acting(
    system(
      integer('minutes', { min: 1, max: 525_600 }),
      'how long a browser stays signed in unused',
      720,
    ),
  ),
  DaybookSessionLifetime: acting(
    system(
      integer('minutes', { min: 1, max: 525_600 }),
      'how long a browser stays signed in at the most',
      10_080,
    ),
  ),
  DaybookSOGoDialect: acting(
    system(
      bool,
      'SOGo’s answers where the RFCs want others: docs/protocols/sogo-dialect.md',
      false,
    ),
  ),
  DaybookFreeBusy: acting(
    domain(
      oneOf('everybody', 'rights'),
      'who is told when people are busy: whoever may know of them, or who has a right in their calendars',
      'everybody',
    ),
  ),
  DaybookMailFrom: acting(
    domain(address, 'whom the mail that the server writes comes from; unset: whom it is for'),
  ),
  DaybookMailInLogin: starting(
    system(
      text,
      'whose mailbox at SOGoIMAPServer is watched for invitations and answers; unset: none',
    ),
  ),
  DaybookMailInPassword: starting(system(secret, 'the password of that login')),
  DaybookMailInAuthentication: starting(
    system(
      text,
      'the mail server whose Authentication-Results must say dmarc=pass; unset: From is believed',
    ),
  ),
  DaybookMailInFolder: starting(system(text, 'which of its mailboxes', 'INBOX')),
  DaybookMetricsListen: starting(
    system(listenAddress, 'where /metrics answers whoever can connect, instead of beside DAV'),
  ),
  DaybookLDAPCertificates: acting(
    system(path, 'PEM file of authorities to believe of LDAP servers, besides the usual ones'),
  ),
  DaybookFeedNetworks: acting(
    system(
      list(network),
      'private networks that web calendars may be fetched from; others are on the Internet',
      [],
    ),
  ),
  DaybookMaximumObjectSize: acting(
    system(integer('MiB', { min: 1, max: 25 }), 'the largest calendar or address object', 10),
  ),
};
