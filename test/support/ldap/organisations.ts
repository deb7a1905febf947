import { entry, personBelow, units, users } from './people.ts';

const beta = 'ou=people,ou=beta,dc=acme,dc=com';

/**
 * The directory of the examples in `test/config`: two organisations that both have an ada, a group of unique
 * names, and resources.
 */
export const organisations = [
  units,
  entry('ou=beta,dc=acme,dc=com', ['objectClass', 'organizationalUnit'], ['ou', 'beta']),
  entry(beta, ['objectClass', 'organizationalUnit'], ['ou', 'people']),
  personBelow(users, 'sogo', 'SOGo', ['userPassword', 'open barley']),
  personBelow(users, 'ada', 'Ada of Acme', ['mail', 'ada@acme.com'], ['userPassword', 'engine']),
  personBelow(users, 'bob', 'Bob of Acme', ['mail', 'bob@acme.com'], ['userPassword', 'builder']),
  personBelow(beta, 'ada', 'Ada of Beta', ['mail', 'ada@beta.org'], ['userPassword', 'other']),
  personBelow(
    beta,
    'room',
    'Meeting room',
    ['mail', 'room@beta.org'],
    ['kind', 'location'],
    ['multipleBookings', '1'],
  ),
  entry(
    `cn=staff,${users}`,
    ['objectClass', 'groupOfUniqueNames'],
    ['cn', 'staff'],
    ['uniqueMember', `uid=ada,${users}`, `uid=bob,${users}`],
  ),
].join('');
