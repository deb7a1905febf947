import type { Parameter } from '../../icalendar/content-lines.ts';
import { type CardLine, firstOf, without } from '../conversion/line.ts';
import type { Book } from './book.ts';
import { OF_GROUP, OF_LIST } from './names.ts';

/** In a group's member: the name by which a list refers to it. In a list's card: the group's value. */
const CARD = `${OF_LIST}CARD`;
const MEMBER = `${OF_GROUP}MEMBER`;

const URN = 'urn:uuid:';

/** What a URI can hold as it is; a UID with anything else is not made one. */
const isPlain = (text: string): boolean => /^[^\s\p{Cc}\p{Cs}]+$/u.test(text);

/** The value of a group's member for a card of a list: by UID where it is known, else by mail address. */
const valueOf = (reference: string, email: string | undefined, book: Book): string => {
  const uid = book.uidOf(reference);
  if (uid !== undefined && isPlain(uid)) return /^urn:/i.test(uid) ? uid : URN + uid;
  if (email !== undefined && isPlain(email)) return `mailto:${email}`;
  return URN + reference.replace(/\.vcf$/i, '');
};

const marked = (parameters: readonly Parameter[], prefix: string): readonly Parameter[] =>
  parameters.map(({ name, values }) => ({ name: prefix + name, values }));

/** Those with a mark, without it. */
const unmarked = (parameters: readonly Parameter[], prefix: string): readonly Parameter[] =>
  parameters.flatMap(({ name, values }) =>
    name.startsWith(prefix) ? [{ name: name.slice(prefix.length), values }] : [],
  );

const unlike = (parameters: readonly Parameter[], prefix: string): readonly Parameter[] =>
  parameters.filter(({ name }) => !name.startsWith(prefix));

/** A parameter's value that may stand for a line's: what is escaped in the one would end the other. */
const lineValue = (parameters: readonly Parameter[], name: string): string | undefined => {
  const value = firstOf(parameters, name);
  return value === undefined || /\p{Cc}/u.test(value) ? undefined : value;
};

/** `CARD;EMAIL=…;FN=…:name` as a group's member; what a group has no place for is marked and stays. */
export const memberOf = (card: CardLine, name: string, book: Book): CardLine => {
  const given = lineValue(card.parameters, MEMBER);
  const own = given === undefined ? card.parameters : without(card.parameters, MEMBER);
  const value = given ?? valueOf(card.value, firstOf(own, 'EMAIL'), book);
  const isFound = referenceTo(value, book) === card.value;
  const said = unlike(own, OF_GROUP);
  const listed = isFound && saysSame(said, value) ? without(said, 'EMAIL') : said;
  return {
    ...card,
    name,
    parameters: [
      ...unmarked(own, OF_GROUP),
      ...(isFound ? [] : [{ name: CARD, values: [card.value] }]),
      ...marked(listed, OF_LIST),
    ],
    value,
  };
};

/** Whether a list's parameters give the one address that the value of a member by mail address is. */
const saysSame = (parameters: readonly Parameter[], value: string): boolean => {
  const emails = parameters.flatMap(({ name, values }) => (name === 'EMAIL' ? [values] : []));
  return emails.length === 1 && emails[0]?.length === 1 && emails[0][0] === addressIn(value);
};

/** The other way. A member that never was in a list gets what lists say of cards: name, full name and mail address. */
export const cardOf = (member: CardLine, book: Book): CardLine => {
  const listed = lineValue(member.parameters, CARD);
  const own = listed === undefined ? member.parameters : without(member.parameters, CARD);
  const value = listed ?? referenceTo(member.value, book);
  const said = unmarked(own, OF_LIST);
  const known = listed === undefined ? summaryOf(member.value, value, book) : [];
  const parameters = [
    ...said,
    ...known.filter(({ name }) => !said.some((each) => each.name === name)),
    ...marked(unlike(own, OF_LIST), OF_GROUP),
  ];
  const isSame = valueOf(value, firstOf(parameters, 'EMAIL'), book) === member.value;
  return {
    ...member,
    name: 'CARD',
    parameters: isSame ? parameters : [...parameters, { name: MEMBER, values: [member.value] }],
    value,
  };
};

/** UIDs are found with and without the scheme of a member's value. */
export const uidsIn = (value: string): readonly string[] =>
  value.toLowerCase().startsWith(URN) ? [value.slice(URN.length), value] : [value];

const referenceTo = (value: string, book: Book): string => {
  for (const uid of uidsIn(value)) {
    const name = book.nameOf(uid);
    if (name !== undefined && isPlain(name)) return name;
  }
  return addressIn(value) === undefined ? value : '';
};

const addressIn = (value: string): string | undefined => /^mailto:([^?]+)/i.exec(value.trim())?.[1];

const summaryOf = (value: string, reference: string, book: Book): readonly Parameter[] => {
  const { fullName, email = addressIn(value) } = book.about(reference) ?? {};
  return [
    ...(email === undefined ? [] : [{ name: 'EMAIL', values: [email] }]),
    ...(fullName === undefined ? [] : [{ name: 'FN', values: [fullName] }]),
  ];
};
