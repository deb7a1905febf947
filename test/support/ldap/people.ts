type Attribute = readonly [name: string, ...values: readonly (string | Uint8Array)[]];

const line = (name: string, value: string | Uint8Array): string =>
  `${name}:: ${Buffer.from(value).toString('base64')}`;

/** An entry as LDIF (RFC 2849), every value in base 64. */
export const entry = (dn: string, ...attributes: readonly Attribute[]): string =>
  [
    line('dn', dn),
    ...attributes.flatMap(([name, ...values]) => values.map((value) => line(name, value))),
    '',
    '',
  ].join('\n');

export const users = 'ou=users,dc=acme,dc=com';
const groups = 'ou=groups,dc=acme,dc=com';
const services = 'ou=services,dc=acme,dc=com';
export const service = { dn: `cn=sogo,${services}`, password: 'open barley' };

export const password = 'pässwörd 1';
const SSHA = '{SSHA}zz7PlUkjiCK/p1UkCDxupFpIVoFzYWx0/wA=';

const unit = (dn: string, ou: string): string =>
  entry(dn, ['objectClass', 'organizationalUnit'], ['ou', ou]);

/** A person whose RDN is uid; `more` for what the person has besides. */
export const person = (uid: string, cn: string, ...more: readonly Attribute[]): string =>
  personBelow(users, uid, cn, ...more);

export const personBelow = (
  parent: string,
  uid: string,
  cn: string,
  ...more: readonly Attribute[]
): string =>
  entry(
    `uid=${uid.replaceAll(/[,+"\\<>;=#]/g, String.raw`\$&`)},${parent}`,
    ['objectClass', 'inetOrgPerson', 'ourPerson', 'sambaSamAccount'],
    ['uid', uid],
    ['cn', cn],
    ['sn', cn.split(' ').at(-1) ?? cn],
    ...more,
  );

const group = (cn: string, objectClass: string, ...more: readonly Attribute[]): string =>
  entry(`cn=${cn},${groups}`, ['objectClass', objectClass], ['cn', cn], ...more);

const dn = (uid: string): string => `uid=${uid},${users}`;
const groupDn = (cn: string): string => `cn=${cn},${groups}`;

/** The first octets of a JPEG file, which are no text. */
export const photo = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46]);

export const units = [
  entry(
    'dc=acme,dc=com',
    ['objectClass', 'dcObject', 'organization'],
    ['dc', 'acme'],
    ['o', 'Acme'],
  ),
  unit(users, 'users'),
  unit(groups, 'groups'),
  unit(services, 'services'),
  unit('ou=policies,dc=acme,dc=com', 'policies'),
  entry(
    service.dn,
    ['objectClass', 'organizationalRole', 'simpleSecurityObject'],
    ['cn', 'sogo'],
    ['userPassword', service.password],
  ),
].join('');

/** The directory that most tests look at. */
export const people = [
  units,
  person(
    'ada',
    'Ada Lovelace',
    ['givenName', 'Ada'],
    ['mail', 'ada@acme.com', 'countess@acme.com'],
    ['userPassword', SSHA],
    ['telephoneNumber', '+44 20 7946 0001'],
    ['mobile', '+44 7700 900001'],
    ['title', 'Countess'],
    ['description', 'Engines'],
    ['mozillaNickname', 'Enchantress'],
    ['employeeType', 'staff'],
    ['imapServer', 'imaps://imap.acme.com'],
    ['imapUser', 'ada.l'],
    ['sieveServer', 'sieve.acme.com'],
    ['jpegPhoto', photo],
    ['proxyAddresses', 'smtp:ada@old.acme.com', 'SMTP:lovelace@acme.com', 'X400:c=GB;s=Lovelace'],
  ),
  person(
    'Grace',
    'Grace Hopper',
    ['mail', 'g@beta.org'],
    ['userPassword', 'plain text'],
    ['employeeType', 'staff', 'guest'],
  ),
  person('bob', 'Bob Nobody', ['employeeType', 'staff']),
  person('gone', 'Gone Away', ['userPassword', 'plain text'], ['employeeType', 'former']),
  person('twin', 'Twin One', ['userPassword', 'one'], ['mail', 'same@acme.com']),
  person('twin2', 'Twin Two', ['userPassword', 'one'], ['mail', 'same@acme.com']),
  person('ann lee', 'Ann Lee', ['userPassword', 'odd']),
  person('100%', 'Percy Cent', ['userPassword', 'odd']),
  person('eve@acme.com', 'Eve At', ['userPassword', 'odd']),
  person('ünal', 'Ünal Öz', ['userPassword', 'odd']),
  person('o,neil+1', "Ed O'Neil", ['userPassword', 'odd']),
  person(
    'room1',
    'Meeting Room 1',
    ['mail', 'room1@acme.com'],
    ['kind', 'location'],
    ['multipleBookings', '2'],
  ),
  entry(
    `cn=Projector,${users}`,
    ['objectClass', 'inetOrgPerson', 'calendarResource'],
    ['cn', 'Projector'],
    ['sn', 'Projector'],
    ['mail', 'projector@acme.com'],
    ['multipleBookings', '-1'],
  ),
  group('engineers', 'groupOfNames', ['member', dn('ada'), groupDn('admirals'), dn('nobody')]),
  group('admirals', 'groupOfUniqueNames', ['uniqueMember', dn('Grace'), groupDn('engineers')]),
  entry(
    groupDn('coders'),
    ['objectClass', 'posixGroup'],
    ['cn', 'coders'],
    ['gidNumber', '100'],
    ['memberUid', 'ada', 'bob', 'nobody'],
  ),
  group('everyone', 'group', ['member', groupDn('coders'), groupDn('admirals')]),
].join('');
