/** The people that the suite of the port `Directory` looks for; for PostgreSQL and MariaDB alike. */
export const people = `
create table people (c_uid varchar(60) primary key, c_name varchar(60), c_password varchar(200),
  c_cn varchar(128), mail varchar(128), alias varchar(128), telephonenumber varchar(60), title varchar(60),
  kind varchar(20), bookings int);
insert into people values
  ('ada', 'ada', '{SSHA}zz7PlUkjiCK/p1UkCDxupFpIVoFzYWx0/wA=', 'Ada Lovelace', 'ada@acme.com',
    'countess@acme.com', '+44 20 7946 0001', 'Countess', null, null),
  ('Grace', 'Grace', 'plain text', 'Grace Hopper', null, 'g@beta.org', null, null, null, null),
  ('bob', 'bob', null, 'Bob Nobody', null, null, null, null, null, null),
  ('twin', 'twin', 'one', 'Twin One', null, 'same@acme.com', null, null, null, null),
  ('twin2', 'twin2', 'one', 'Twin Two', null, 'same@acme.com', null, null, null, null),
  ('ann lee', 'ann lee', 'odd', 'Ann Lee', null, null, null, null, null, null),
  ('100%', '100%', 'odd', 'Percy Cent', null, null, null, null, null, null),
  ('eve@acme.com', 'eve@acme.com', 'odd', 'Eve At', null, null, null, null, null, null),
  ('ünal', 'ünal', 'odd', 'Ünal Öz', null, null, null, null, null, null),
  ('room1', 'room1', null, 'Meeting Room 1', null, null, null, null, 'Location', 2);
create table memberships (c_name varchar(60) not null, c_cn varchar(128), mail varchar(128), c_member varchar(60));
insert into memberships values
  ('engineers', 'Engineers', 'engineers@acme.com', 'Ada'), ('engineers', 'Engineers', 'engineers@acme.com', 'admirals'),
  ('engineers', 'Engineers', null, 'nobody'),
  ('admirals', 'Admirals of the fleet', null, 'Grace'), ('admirals', 'Admirals of the fleet', null, 'Engineers'),
  ('empty', 'Nobody', null, null);`;
