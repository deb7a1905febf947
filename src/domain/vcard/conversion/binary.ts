import {
  type CardLine,
  firstOf,
  isUri,
  typesOf,
  valueType,
  withParameter,
  without,
  withoutTypes,
} from './line.ts';

/** Properties that hold octets, or say where they are. */
export const binaryProperties: ReadonlySet<string> = new Set(['PHOTO', 'LOGO', 'SOUND', 'KEY']);

/** Media type before the subtype that vCard 3.0 keeps in TYPE. */
const media: Readonly<Record<string, string>> = {
  PHOTO: 'image',
  LOGO: 'image',
  SOUND: 'audio',
  KEY: 'application',
};

/** Subtypes of vCard 3.0 whose media type has another name. */
const subtypes: readonly (readonly [three: string, four: string])[] = [
  ['PGP', 'application/pgp-keys'],
  ['X509', 'application/pkix-cert'],
  ['JPG', 'image/jpeg'],
];

/** How the base64 of formats begins that are met without a TYPE. */
const beginnings: readonly (readonly [start: string, type: string])[] = [
  ['/9j/', 'image/jpeg'],
  ['iVBORw0KGgo', 'image/png'],
  ['R0lGOD', 'image/gif'],
];

/** vCard 2.1 had it as a parameter without name too, which some writers of 3.0 kept. */
const BARE = 'base64';
const OCTETS = 'application/octet-stream';
/** TYPE values that say whose it is, not what. */
const places: ReadonlySet<string> = new Set(['home', 'work', 'pref']);

/** RFC 2426 §3.1.4: octets in base64 or a URI, and a subtype in TYPE; RFC 6350 §6.2.4: always a URI. */
export const binaryInFour = (line: CardLine): CardLine => {
  const { name, parameters } = line;
  const types = typesOf(parameters);
  const subtype = types.find((type) => !places.has(type) && type !== BARE);
  const rest = withoutTypes(without(parameters, 'ENCODING'), new Set([BARE, subtype ?? BARE]));
  const encoding = firstOf(parameters, 'ENCODING')?.toLowerCase();
  if (encoding === 'b' || encoding === BARE || types.includes(BARE)) {
    const data = line.value.replaceAll(/\s/g, '');
    const type = mediaType(name, subtype) ?? sniffed(data) ?? OCTETS;
    return { ...line, parameters: without(rest, 'VALUE'), value: `data:${type};base64,${data}` };
  }
  // A key may be a text (RFC 6350 §6.8.1); for the others nothing but a URI is left.
  if (name === 'KEY' && !isUri(line.value))
    return { ...line, parameters: withParameter(parameters, 'VALUE', 'text') };
  const type = mediaType(name, subtype);
  return {
    ...line,
    parameters: type === undefined ? rest : withParameter(rest, 'MEDIATYPE', type),
    value: line.value.replaceAll(/\\([:;,])/g, '$1'),
  };
};

const mediaType = (name: string, subtype: string | undefined): string | undefined => {
  if (subtype === undefined) return undefined;
  if (subtype.includes('/')) return subtype;
  const known = subtypes.find(([three]) => three.toLowerCase() === subtype);
  return known?.[1] ?? `${media[name] ?? 'application'}/${subtype}`;
};

const sniffed = (data: string): string | undefined =>
  beginnings.find(([start]) => data.startsWith(start))?.[1];

/** The other way. */
export const binaryInThree = (line: CardLine): CardLine => {
  const { value, parameters } = line;
  const [, type, data] = /^data:([\w.+-]+\/[\w.+-]+);base64,(.*)$/is.exec(value) ?? [];
  const rest = without(parameters, 'MEDIATYPE', 'VALUE');
  if (type !== undefined && data !== undefined)
    return {
      ...line,
      parameters: [...rest, { name: 'ENCODING', values: ['b'] }, ...typed(line.name, type)],
      value: data,
    };
  if (valueType(line) === 'text') return line;
  const said = firstOf(parameters, 'MEDIATYPE');
  // What is not said to be a URI would be taken for base64.
  return {
    ...line,
    parameters: [
      ...rest,
      { name: 'VALUE', values: ['uri'] },
      ...(said === undefined ? [] : typed(line.name, said)),
    ],
  };
};

/** What a subtype of another kind of media would not say is written out: `TYPE=image/svg+xml` for a key. */
const typed = (name: string, mediaTypeSaid: string) => {
  const type = mediaTypeSaid.toLowerCase();
  if (type === OCTETS) return [];
  const known = subtypes.find(([, four]) => four === type && !four.startsWith('image/'));
  const [kind = '', subtype = ''] = type.split('/');
  const three = known?.[0] ?? (kind === media[name] ? subtype.toUpperCase() : type);
  return [{ name: 'TYPE', values: [three] }];
};
