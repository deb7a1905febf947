import { type Version, versions } from '../../domain/activesync/version.ts';
import { commandCoded, commandNames } from './command-names.ts';

/** What the query of a request says, in either of its forms (MS-ASHTTP 2.2.1.1.1). */
export interface EasQuery {
  /** As the specification writes it; '' for one that is not known. */
  readonly command: string;
  /** As the client wrote it, 64 letters, digits and a few marks at most; upper case. */
  readonly deviceId: string;
  readonly deviceType: string;
  /** Of the coded form only; the plain one has a header. */
  readonly version?: string;
  /** The same. */
  readonly policyKey?: string;
  readonly acceptsMultipart: boolean;
  readonly saveInSent: boolean;
  readonly collectionId?: string;
  readonly itemId?: string;
  readonly longId?: string;
  readonly occurrence?: string;
  readonly attachmentName?: string;
}

/** Characters of a query, and of each of its values. */
const BOUNDS = { query: 4096, value: 1024 } as const;

/** Nothing that a query may be. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

type Parameters = Partial<
  Pick<EasQuery, 'collectionId' | 'itemId' | 'longId' | 'occurrence' | 'attachmentName'>
>;

const plainNames: Readonly<Record<string, keyof Parameters>> = {
  collectionid: 'collectionId',
  itemid: 'itemId',
  longid: 'longId',
  occurrence: 'occurrence',
  attachmentname: 'attachmentName',
};

const decoded = (encoded: string): string => {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    throw new Unreadable('The query is no percent-encoded UTF-8.');
  }
};

const plainPairs = (query: string): ReadonlyMap<string, string> => {
  const pairs = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals)).toLowerCase();
    const value = equals < 0 ? '' : decoded(pair.slice(equals + 1));
    if (value.length > BOUNDS.value) throw new Unreadable('A parameter is too long.');
    // Of two values, neither can be known to be the one that is meant.
    if (pairs.has(name)) throw new Unreadable('A parameter is there twice.');
    pairs.set(name, value);
  }
  return pairs;
};

const canonical = (command: string): string =>
  commandNames.find((name) => name.toLowerCase() === command.toLowerCase()) ?? '';

const plain = (query: string): EasQuery => {
  const pairs = plainPairs(query);
  const parameters = Object.fromEntries(
    Object.entries(plainNames).flatMap(([name, key]) => {
      const value = pairs.get(name);
      return value === undefined ? [] : [[key, value]];
    }),
  ) as Parameters;
  return {
    command: canonical(pairs.get('cmd') ?? ''),
    deviceId: (pairs.get('deviceid') ?? '').toUpperCase(),
    deviceType: pairs.get('devicetype') ?? '',
    acceptsMultipart: false,
    saveInSent: pairs.get('saveinsent')?.toUpperCase() === 'T',
    ...parameters,
  };
};

/** MS-ASHTTP 2.2.1.1.1.1.1 */
const codedNames: Readonly<Record<number, keyof Parameters>> = {
  0: 'attachmentName',
  1: 'collectionId',
  3: 'itemId',
  4: 'longId',
  6: 'occurrence',
};
const OPTIONS = 7;

const fieldsOf = (octets: Buffer) => {
  let at = 0;
  const take = (length: number): Buffer => {
    if (length > octets.length - at) throw new Unreadable('The query ends too early.');
    at += length;
    return octets.subarray(at - length, at);
  };
  const octet = (): number => take(1)[0] ?? 0;
  return { octet, take, counted: () => take(octet()), isOver: () => at === octets.length };
};

/** Sixteen octets are a GUID; a device that also sends the plain form writes it in hexadecimal there. */
const deviceIdOf = (octets: Buffer): string =>
  octets.length === 16 && !/^[\x21-\x7e]*$/.test(octets.toString('latin1'))
    ? octets.toString('hex').toUpperCase()
    : octets.toString().toUpperCase();

const policyKeyOf = (octets: Buffer): string => {
  if (octets.length === 0) return '0';
  if (octets.length !== 4) throw new Unreadable('A policy key has four octets.');
  return String(octets.readUInt32LE());
};

const coded = (query: string): EasQuery => {
  const octets = Buffer.from(decoded(query.replaceAll('+', '%2B')), 'base64');
  const { octet, take, counted, isOver } = fieldsOf(octets);
  const version = octet();
  const command = commandCoded(octet());
  take(2);
  const deviceId = deviceIdOf(counted());
  const policyKey = policyKeyOf(counted());
  const deviceType = counted().toString();
  const parameters: { -readonly [Key in keyof Parameters]: string } = {};
  let options = 0;
  while (!isOver()) {
    const tag = octet();
    const value = counted();
    if (tag === OPTIONS) options = value[0] ?? 0;
    const name = codedNames[tag];
    if (name !== undefined) parameters[name] = value.toString();
  }
  return {
    command: command ?? '',
    deviceId,
    deviceType,
    version: `${Math.floor(version / 10)}.${version % 10}`,
    policyKey,
    saveInSent: (options & 1) !== 0,
    acceptsMultipart: (options & 2) !== 0,
    ...parameters,
  };
};

/** @throws Unreadable */
export const readQuery = (query: string): EasQuery => {
  if (query.length > BOUNDS.query) throw new Unreadable('The query is too long.');
  return /(?:^|&)cmd=/i.test(query) ? plain(query) : coded(query);
};

/** The version a request says; `undefined` where it is none of ours. */
export const versionNamed = (version: string): Version | undefined =>
  versions.find((one) => one === version.trim());
