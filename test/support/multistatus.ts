import {
  childOf,
  childrenOf,
  elementsOf,
  textOf,
  type XmlElement,
} from '../../src/api/dav/xml/element.ts';
import { dav, type Name } from '../../src/api/dav/xml/names.ts';
import { parseXml } from '../../src/api/dav/xml/parse.ts';
import type { Answered } from './dav.ts';

/** One `DAV:response`, read for comparing. */
export interface ResponseRead {
  /** Of the response itself, 0 when it has propstats instead. */
  readonly status: number;
  /** Status of each property by Clark name. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Properties found, by Clark name. */
  readonly properties: ReadonlyMap<Name, XmlElement>;
  /** Condition elements of failed propstats and of the response. */
  readonly conditions: readonly Name[];
}

const statusOf = (holder: XmlElement): number => {
  const line = childOf(holder, dav('status'));
  return line === undefined ? 0 : Number(textOf(line).split(' ')[1]);
};

const conditionsIn = (holder: XmlElement): readonly Name[] =>
  childrenOf(holder, dav('error'))
    .flatMap(elementsOf)
    .map(({ name }) => name);

const readResponse = (response: XmlElement): ResponseRead => {
  const statuses: Record<string, number> = {};
  const properties = new Map<Name, XmlElement>();
  const conditions = [...conditionsIn(response)];
  for (const propstat of childrenOf(response, dav('propstat'))) {
    const status = statusOf(propstat);
    conditions.push(...conditionsIn(propstat));
    for (const property of childrenOf(propstat, dav('prop')).flatMap(elementsOf)) {
      statuses[property.name] = status;
      if (status === 200) properties.set(property.name, property);
    }
  }
  return { status: statusOf(response), statuses, properties, conditions };
};

export const xmlOf = ({ body }: Answered): XmlElement => parseXml(Buffer.from(body));

/** Responses of a 207 by href, in order. */
export const responsesOf = (answered: Answered): ReadonlyMap<string, ResponseRead> => {
  if (answered.status !== 207)
    throw new Error(`expected 207, got ${answered.status}: ${answered.body}`);
  return new Map(
    childrenOf(xmlOf(answered), dav('response')).map((response) => [
      textOf(childOf(response, dav('href')) ?? response),
      readResponse(response),
    ]),
  );
};

/** The only response of a 207. */
export const responseOf = (answered: Answered): ResponseRead => {
  const responses = [...responsesOf(answered).values()];
  const [response, ...others] = responses;
  if (response === undefined || others.length > 0)
    throw new Error(`expected one response, got ${responses.length}`);
  return response;
};

/** Text of a property that was found. */
export const valueOf = (response: ResponseRead, name: Name): string | undefined => {
  const property = response.properties.get(name);
  return property === undefined ? undefined : textOf(property);
};

/** Names of a found property's child elements. */
export const childNames = (response: ResponseRead, name: Name): readonly Name[] => {
  const property = response.properties.get(name);
  return property === undefined ? [] : elementsOf(property).map((child) => child.name);
};

/** Texts of the `DAV:href`s in a found property. */
export const hrefsIn = (response: ResponseRead, name: Name): readonly string[] => {
  const property = response.properties.get(name);
  return property === undefined ? [] : childrenOf(property, dav('href')).map(textOf);
};

/** Condition elements of a `DAV:error` body (RFC 4918 §16). */
export const conditionsOf = (answered: Answered): readonly Name[] => {
  const root = xmlOf(answered);
  if (root.name !== dav('error')) throw new Error(`not an error body: ${answered.body}`);
  return elementsOf(root)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('{urn:x-daybook:dav}'));
};

/** `<D:propfind>` naming properties. */
export const propfindBody = (...names: readonly Name[]): string =>
  `<D:propfind xmlns:D="DAV:"><D:prop>${names.map(emptyElement).join('')}</D:prop></D:propfind>`;

const emptyElement = (name: Name): string => {
  const end = name.lastIndexOf('}');
  return `<x:${name.slice(end + 1)} xmlns:x="${name.slice(1, end)}"/>`;
};
