import { promisify } from 'node:util';
import { decrypt as decryptXml } from 'xml-encryption';
import { SamlRefused } from './refusal.ts';
import { allIn, type XmlElement } from './xml.ts';

const decryption = promisify(decryptXml);

/** XML Encryption 1.1. RSA PKCS#1 v1.5 and Triple DES tell those who ask often enough what they hide. */
const algorithms = new Set([
  'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  'http://www.w3.org/2001/04/xmlenc#aes128-cbc',
  'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
]);

const local = ({ name }: XmlElement): string => name.slice(name.lastIndexOf('}') + 1);

/**
 * One encrypted thing, with a key that is beside it or named by a plain id.
 * @throws SamlRefused for anything else, and for other algorithms
 */
export const checkEncrypted = (encrypted: XmlElement): void => {
  const inside = allIn(encrypted);
  const count = (name: string): number => inside.filter((one) => local(one) === name).length;
  if (count('EncryptedData') !== 1 || count('EncryptedKey') !== 1)
    throw new SamlRefused('encryption');
  const methods = inside
    .filter((one) => local(one) === 'EncryptionMethod')
    .map(({ attributes }) => attributes.get('Algorithm') ?? '');
  const references = inside
    .filter((one) => ['RetrievalMethod', 'DataReference', 'CipherReference'].includes(local(one)))
    .map(({ attributes }) => attributes.get('URI') ?? '');
  const isFine =
    methods.length === 2 &&
    methods.every((one) => algorithms.has(one)) &&
    references.every((one) => /^#[\w.-]{1,256}$/.test(one));
  if (!isFine) throw new SamlRefused('encryption');
};

/** What was encrypted for us, as XML. One answer for every way in which it can fail. @throws SamlRefused */
export const decrypted = async (xml: string, privateKey: string): Promise<string> => {
  try {
    return await decryption(xml, {
      key: privateKey,
      disallowDecryptionWithInsecureAlgorithm: true,
      warnInsecureAlgorithm: false,
    });
  } catch {
    // No cause: it would tell whoever reads the log, and time, how far a forger came.
    throw new SamlRefused('encryption');
  }
};
