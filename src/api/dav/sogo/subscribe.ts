import type { AccountId, Segment } from '../../../domain/kernel/ids.ts';
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
  const change = body.name === SUBSCRIBE ? subscribePerson : unsubscribePerson;
  for (const person of await subscribersIn(request, body)) await change(request, resource, person);
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: nameOf(resource),
  };
};

type ForPerson = (
  request: DavRequest,
  collection: CollectionResource,
  person: Principal,
) => Promise<void>;

/** Whether the person may see the collection is for the caller to know. @throws DavError 403 for its owner, 409, 507 */
export const subscribePerson: ForPerson = async (request, collection, person) => {
  mustBeOthers(collection, person);
  await subscribeTo(request, collection, person);
};

/** @throws DavError 403 for its owner */
export const unsubscribePerson: ForPerson = async (request, collection, person) => {
  mustBeOthers(collection, person);
  await unsubscribeFrom(request, collection, person.account);
};

const mustBeOthers = ({ owner }: CollectionResource, person: Principal): void => {
  if (person.account === owner.account)
    throw refuse(403, undefined, { reason: 'One does not subscribe to what is one’s own.' });
};

/** Done to a subscriber's home, not to the collection. */
const byFor = (request: DavRequest, account: AccountId): DavRequest => {
  const { onBehalfOf: _owner, ...by } = request.by;
  const isOwn = account === request.principal.account;
  return { ...request, by: isOwn ? by : { ...by, onBehalfOf: account } };
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

/**
 * Takes a collection into somebody's home. Once more is as good as once. Their free time stays theirs: what
 * others do does not take it. @throws DavError 409 where something of their own has the name
 */
export const subscribeTo = async (
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
      byFor(request, subscriber.account),
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

/** Takes a collection out of somebody's home; once more is as good as once. */
export const unsubscribeFrom = (
  request: DavRequest,
  { entry }: CollectionResource,
  account: AccountId,
): Promise<void> => removeEntry(byFor(request, account), entry.collection, account);
