import { isIP } from 'node:net';
import { parseQualifier } from '../../domain/account/qualifier.ts';
import { parseListen } from './listen.ts';
import { matching, oneOf } from './scalar-types.ts';
import { scalar, type ValueType } from './value-type.ts';

/** Where to listen, as it is written; `parseListen` tells what it says. */
export const listenAddress: ValueType<string> = scalar(
  'address and port',
  'ADDRESS:PORT, [V6]:PORT, a port or unix:/PATH',
  (found) => (parseListen(found) === undefined ? undefined : found),
);

const isNetwork = (text: string): boolean => {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const family = isIP(address);
  return family !== 0 && Number(bits ?? 0) <= (family === 6 ? 128 : 32);
};

/** An address, or a network of them. */
export const network: ValueType<string> = scalar(
  'network',
  'an address or a network, as 192.0.2.1 or 2001:db8::/32',
  (found) => (isNetwork(found) ? found : undefined),
);

const isUrlOf = (text: string, schemes: readonly string[]): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, host } = new URL(text);
  return schemes.includes(protocol.slice(0, -1)) && host !== '';
};

/** `SCHEME://HOST…`, of one of these schemes. */
export const url = (...schemes: readonly string[]): ValueType<string> =>
  scalar(
    'URL',
    `a URL that begins with ${schemes.map((each) => `${each}://`).join(' or ')}`,
    (found) => (isUrlOf(found, schemes) ? found : undefined),
  );
export const webUrl = url('http', 'https');

const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

/** A host, perhaps with a port, or a URL of one of these schemes. */
export const hostOrUrl = (...schemes: readonly string[]): ValueType<string> =>
  scalar(
    'host or URL',
    `HOST, HOST:PORT or a URL that begins with ${schemes.map((each) => `${each}://`).join(' or ')}`,
    (found) => (HOST.test(found) || isUrlOf(found, schemes) ? found : undefined),
  );

/** Databases' own URLs: `postgresql://…`, and `esdb://…` for a log. */
export const serverUrl = (...schemes: readonly string[]): ValueType<string> =>
  matching(
    'URL',
    `a URL that begins with ${schemes.map((each) => `${each}://`).join(' or ')}`,
    new RegExp(`^(?:${schemes.map((each) => each.replace('+', '[+]')).join('|')})://\\S+$`),
  );

/** A table of a database, as SOGo names it; user, password and host may be left out, escapes are `%40`. */
export const tableUrl = matching(
  'table URL',
  'postgresql://USER:PASSWORD@HOST:PORT/DATABASE/TABLE, or the same with mysql or oracle',
  /^(?:postgresql|mysql|oracle):\/\/(?:[^\s/@]*@)?[^\s/@]*\/[^\s/]+\/[^\s/]+$/,
);

/** `attribute=value, …` (RFC 4514); `%d` stands for the login's domain. */
export const distinguishedName = matching(
  'distinguished name',
  'a distinguished name, as ou=people,dc=acme,dc=com',
  /^\s*[A-Za-z][\w.-]*\s*=[^=]+(?:,\s*[A-Za-z][\w.-]*\s*=[^=]+)*$/,
);

/** Whether brackets and quotes that open also close, and no statement ends outside them. */
const isBalanced = (text: string): boolean => {
  let depth = 0;
  let quote = '';
  for (const character of text) {
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === "'" || character === '"') quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === ';') return false;
    if (depth < 0) return false;
  }
  return depth === 0 && quote === '';
};

const LDAP_URL = /^ldaps?:\/\/(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])?(?::\d{1,5})?(?:\/[^\s]*)?$/i;
const LDAP_SOCKET = /^ldapi:\/\/[A-Za-z0-9%._~-]*(?:\/[^\s]*)?$/i;

/** LDAP servers as OpenLDAP takes them: hosts and URLs, with spaces between. */
export const ldapServers: ValueType<string> = scalar(
  'LDAP servers',
  'hosts or URLs that begin with ldap://, ldaps:// or ldapi://, with spaces between',
  (found) => {
    const servers = found.split(/\s+/).filter((server) => server !== '');
    const forms = [HOST, LDAP_URL, LDAP_SOCKET];
    const known = servers.every((server) => forms.some((form) => form.test(server)));
    return servers.length > 0 && known ? servers.join(' ') : undefined;
  },
);

/** SOGo's EOQualifier: `attribute = 'value' AND (…)`. */
export const qualifier: ValueType<string> = scalar(
  'qualifier',
  "a qualifier, as memberOf = 'cn=staff,dc=acme,dc=com'",
  (found) => (parseQualifier(found) === undefined ? undefined : found),
);
export const sqlCondition: ValueType<string> = scalar(
  'SQL condition',
  'an SQL condition with closed quotes and brackets, and one only',
  (found) =>
    found.trim() !== '' && !found.includes('--') && isBalanced(found) ? found : undefined,
);

/** A table or view, perhaps with its schema before it, unquoted. */
export const tableName = matching(
  'table',
  'the name of a table or view, perhaps with its schema: people or directory.people',
  /^[A-Za-z_][\w$]{0,62}(?:\.[A-Za-z_][\w$]{0,62})?$/,
);

/** A column's name, unquoted. */
export const column = matching('column', 'the name of a column', /^[A-Za-z_][\w$]{0,62}$/);

const schemes = [
  ...[
    'none',
    'plain',
    'cleartext',
    'crypt',
    'des-crypt',
    'md5',
    'plain-md5',
    'ldap-md5',
    'md5-crypt',
    'smd5',
  ],
  ...['cram-md5', 'sha', 'sha1', 'ssha', 'sha256', 'ssha256', 'sha512', 'ssha512'],
  ...['sha256-crypt', 'sha512-crypt', 'blf-crypt', 'pbkdf2', 'argon2', 'argon2i', 'argon2id'],
  'sym-aes-128-cbc',
];
/** In small letters, with `.b64` or `.hex` where that was said. */
export const passwordScheme: ValueType<string> = {
  ...scalar(
    'password scheme',
    `${oneOf(...schemes).expected}, and .b64 or .hex after it`,
    (found) => {
      const [, name = ''] = /^([^.]+)(?:\.(?:b64|base64|hex))?$/i.exec(found) ?? [];
      return schemes.includes(name.toLowerCase()) ? found.toLowerCase() : undefined;
    },
  ),
};
