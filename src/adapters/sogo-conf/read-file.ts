import { readFile } from 'node:fs/promises';
import { parseOpenStep } from './openstep.ts';
import { type PlistDictionary, PlistError, placesOf } from './plist.ts';
import { isXmlPlist, parseXmlPlist } from './xml-plist.ts';

/** The configuration can't be used as it is; the message says where and why. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly code = 'configuration-invalid';
}

const SIZE_LIMIT = 4 * 1024 * 1024;
const BROKEN = '\uFFFD';

/**
 * A configuration in either of its two syntaxes; nothing at all is an empty one.
 * @throws PlistError where it leaves its syntax.
 */
const parseConfiguration = (octets: Uint8Array): PlistDictionary => {
  const text = new TextDecoder().decode(octets);
  const broken = text.indexOf(BROKEN);
  if (broken >= 0) throw new PlistError('this is not UTF-8', placesOf(text)(broken));
  if (text.trim() === '') return { kind: 'dictionary', entries: [], at: { line: 1, column: 1 } };
  return isXmlPlist(text) ? parseXmlPlist(text) : parseOpenStep(text);
};

/** @throws ConfigurationError for a file that can't be read, PlistError for one that makes no sense. */
export const readConfiguration = async (file: string): Promise<PlistDictionary> => {
  let octets: Uint8Array;
  try {
    octets = await readFile(file);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ConfigurationError(`cannot read ${file}: ${code}`, { cause });
  }
  if (octets.length > SIZE_LIMIT)
    throw new ConfigurationError(`${file} is longer than ${SIZE_LIMIT / 1024 / 1024} MiB`);
  return parseConfiguration(octets);
};
