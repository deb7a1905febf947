import type { Segment } from '../../../domain/kernel/ids.ts';
import type { Principal } from '../../services.ts';
import type { Answer } from '../answer.ts';
import { badRequest, DavError, notFound, refuse } from '../errors.ts';
import { isLive } from '../listing.ts';
import { changeHome, removeEntry } from '../methods/home.ts';
import type { CollectionResource } from '../resource.ts';
import type { DavRequest } from '../tables.ts';
import { attributeOf, type XmlElement } from '../xml/element.ts';
import { inverse, type Name } from '../xml/names.ts';
import { subscriptionSegment } from './names.ts';

/** People that one request may subscribe. */
const NAMED = 200;

export const SUBSCRIBE: Name = inverse('subscribe');
export const UNSUBSCRIBE: Name = inverse('unsubscribe');

/**
 * Takes somebody else's collection into one's own home, or out of it: what is done there is done to the
 * collection itself. A superuser does so for others (`users="a,b"`). Answers with the collection's name.
 *
 * @throws DavError 403 for one's own collection and for others without being a superuser, 400 for nobody
 */
export const subscribe = async (request: DavRequest, body: XmlElement): Promise<Answer> => {
  const { resource, services } = request;
  if (resource.kind !== 'collection') throw notFound();
  const row = (await services.collections.collections([resource.stream])).get(resource.stream);
  if (!isLive(row)) throw notFound();
  for (const person of await subscribersIn(request, body)) {
    const asked = byFor(request, person);
    if (person.account === resource.owner.account)
      throw refuse(403, undefined, { reason: 'One does not subscribe to what is one’s own.' });
    if (body.name === SUBSCRIBE) await add(asked, resource, person);
    else await removeEntry(asked, resource.entry.collection, person.account);
  }
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: nameOf(resource),
  };
};

/** Done to a subscriber's home, not to the collection. */
const byFor = (request: DavRequest, person: Principal): DavRequest => {
  const { onBehalfOf: _owner, ...by } = request.by;
  const isOwn = person.account === request.principal.account;
  return { ...request, by: isOwn ? by : { ...by, onBehalfOf: person.account } };
};

const nameOf = ({ entry }: CollectionResource): string =>
  entry.properties.displayName ?? entry.segment;

const subscribersIn = async (
  { services, principal }: DavRequest,
  body: XmlElement,
): Promise<readonly Principal[]> => {
  const users = attributeOf(body, 'users');
  if (users === undefined) return [principal];
  if (!principal.asker.isSuperuser)
    throw refuse(403, undefined, { reason: 'Only superusers subscribe others.' });
  const logins = users.split(',').filter((login) => login.trim() !== '');
  if (logins.length === 0 || logins.length > NAMED)
    throw badRequest(`users names 1 to ${NAMED} people.`);
  const people: Principal[] = [];
  for (const login of logins) {
    const person = await services.sharing.newcomerCalled(login, principal);
    if (person === undefined) throw badRequest(`There is nobody called ${login.trim()}.`);
    people.push(person);
  }
  return people;
};

/** Once more is as good as once. Their free time stays theirs: what others do does not take it. */
const add = async (
  request: DavRequest,
  { owner, entry }: CollectionResource,
  subscriber: Principal,
): Promise<void> => {
  const { services } = request;
  const { entries } = await services.home(subscriber.account);
  if (entries.some(({ collection }) => collection === entry.collection)) return;
  const { color } = entry.properties;
  const folder = entry.properties.displayName ?? entry.segment;
  try {
    await changeHome(
      request,
      {
        type: 'AddCollection',
        collection: entry.collection,
        kind: entry.kind,
        segment: subscriptionSegment(owner.login, entry.segment) as Segment,
        properties: {
          displayName: services.sharing.subscriptionName(owner, folder, subscriber),
          ...(color === undefined ? {} : { color }),
          ...(entry.kind === 'calendar' ? { transparency: 'transparent' as const } : {}),
        },
        owner: owner.account,
      },
      subscriber.account,
    );
  } catch (error) {
    // Something of one's own has the name.
    if (error instanceof DavError && error.refusal.status === 405) throw refuse(409);
    throw error;
  }
};
