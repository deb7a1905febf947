import { multistatus } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { subjectAt } from '../descendants.ts';
import { tellingOfGroups } from '../directory/principal.ts';
import { badRequest, refuse } from '../errors.ts';
import { hrefElement } from '../href.ts';
import { listing } from '../listing.ts';
import { hrefsIn, propertyMarkup } from '../properties/values.ts';
import { propstat } from '../properties/respond.ts';
import { type DavRequest, type Report, type Subject, subjectPlaces } from '../tables.ts';
import { attributeOf, childrenOf, type XmlElement } from '../xml/element.ts';
import { dav, type Name, namespaces, nameOf } from '../xml/names.ts';
import { element, join, type Markup } from '../xml/write.ts';

/** Properties that one request may name, on all levels together. */
const PROPERTIES = 200;
/** Levels of properties in properties. */
const LEVELS = 8;

/** A property, and what is wanted of the resources it leads to; nothing of them: the property as it is. */
interface Expansion {
  readonly name: Name;
  readonly within: readonly Expansion[];
}

/**
 * Properties, with the hrefs in them replaced by what they lead to. An href to what is not there, or
 * not to be seen, stays as it is.
 */
export const expandProperty: Report = {
  name: dav('expand-property'),
  source: 'RFC 3253 §3.8',
  on: subjectPlaces,
  async handle(request, body) {
    const depth = depthOf(request.headers, '0');
    if (depth === 'infinity') throw refuse(403, dav('propfind-finite-depth'));
    let named = 0;
    const wanted = expansionsOf(body, 1, () => {
      named += 1;
      if (named > PROPERTIES) throw badRequest(`More than ${PROPERTIES} properties were named.`);
    });
    const names = (within: readonly Expansion[]): readonly Name[] =>
      within.flatMap((each) => [each.name, ...names(each.within)]);
    const telling = tellingOfGroups(request, names(wanted));
    return multistatus(responses(telling, wanted, depth === '1'));
  },
};

const expansionsOf = (
  parent: XmlElement,
  level: number,
  count: () => void,
): readonly Expansion[] => {
  if (level > LEVELS) throw badRequest(`Properties are nested deeper than ${LEVELS}.`);
  return childrenOf(parent, dav('property')).map((property) => {
    count();
    const local = attributeOf(property, 'name') ?? '';
    const namespace = attributeOf(property, 'namespace') ?? namespaces.dav;
    // The name goes into the answer as an element's.
    if (!/^[A-Za-z_][\w.-]*$/.test(local)) throw badRequest('A property has no proper name.');
    return {
      name: nameOf(namespace, local),
      within: expansionsOf(property, level + 1, count),
    };
  });
};

async function* responses(
  request: DavRequest,
  wanted: readonly Expansion[],
  members: boolean,
): AsyncGenerator<Markup> {
  const known = new Map<string, Promise<Subject | undefined>>();
  const lookUp = (href: string): Promise<Subject | undefined> => {
    const found = known.get(href) ?? subjectAt(request, href);
    known.set(href, found);
    return found;
  };
  for await (const page of listing(request, members))
    for (const { href, subject } of page) yield await expanded(href, subject, wanted, lookUp);
}

const expanded = async (
  href: string,
  subject: Subject,
  wanted: readonly Expansion[],
  lookUp: (href: string) => Promise<Subject | undefined>,
): Promise<Markup> => {
  const found: Markup[] = [];
  const missing: Markup[] = [];
  for (const { name, within } of wanted) {
    const markup = propertyMarkup(subject, name);
    if (markup === undefined) missing.push(element(name));
    else if (within.length === 0) found.push(markup);
    else {
      const parts: Markup[] = [];
      for (const target of hrefsIn(markup)) {
        const there = await lookUp(target);
        parts.push(
          there === undefined ? hrefElement(target) : await expanded(target, there, within, lookUp),
        );
      }
      found.push(parts.length === 0 ? markup : element(name, join(parts)));
    }
  }
  const propstats =
    missing.length === 0 || subject.view.minimal
      ? [propstat(200, found)]
      : [...(found.length === 0 ? [] : [propstat(200, found)]), propstat(404, missing)];
  return element(dav('response'), hrefElement(href), ...propstats);
};
