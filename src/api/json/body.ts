import { Problem } from './problem.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A JSON object's fields. @throws Problem 400 for anything else */
export const fieldsOf = (body: unknown): Fields => {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Problem(400, 'unreadable', 'The body has to be a JSON object.');
  return body as Fields;
};

const wrong = (name: string, expected: string): Problem =>
  new Problem(400, 'unreadable', `${name} has to be ${expected}.`);

/** @throws Problem 400 when it is not there or no text */
export const text = (fields: Fields, name: string): string => {
  const value = fields[name];
  if (typeof value !== 'string') throw wrong(name, 'text');
  return value;
};

/** Text, or `undefined` when it is not there or null. @throws Problem 400 */
export const optionalText = (fields: Fields, name: string): string | undefined => {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  // SOGo's own page sends a code as a number.
  if (typeof value === 'number' && Number.isSafeInteger(value))
    return String(value).padStart(6, '0');
  return text(fields, name);
};

/** Some of a few words. @throws Problem 400 */
export const words = <const Word extends string>(
  fields: Fields,
  name: string,
  known: readonly Word[],
): readonly Word[] => {
  const value = fields[name];
  const all: readonly unknown[] = Array.isArray(value) ? value : [undefined];
  const found = known.filter((word) => all.includes(word));
  if (!all.every((each) => known.some((word) => word === each)))
    throw wrong(name, `a list of ${known.join(', ')}`);
  return found;
};
