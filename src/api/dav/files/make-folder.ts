import { type Answer, empty } from '../answer.ts';
import { notFound } from '../errors.ts';
import { failedMkcol, invalidType } from '../methods/mkcol.ts';
import { RESOURCE_TYPE, valueOf } from '../methods/blueprint.ts';
import { planChange } from '../properties/change.ts';
import { instructionsOf } from '../properties/request.ts';
import type { DavRequest, Method } from '../tables.ts';
import { elementsOf, type XmlElement } from '../xml/element.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { dav } from '../xml/names.ts';
import { changeFiles } from './run.ts';

const handle = async (request: DavRequest): Promise<Answer> => {
  const { resource } = request;
  if (resource.kind !== 'unmapped') throw notFound();
  const body = xmlBodyOf(request, dav('mkcol'));
  const instructions = body === undefined ? [] : instructionsOf(body, ['set']);
  const type = valueOf(instructions, RESOURCE_TYPE);
  if (type !== undefined && !isPlain(type))
    return failedMkcol(instructions, new Map([[RESOURCE_TYPE, invalidType]]));
  const changeable = instructions.filter(({ name }) => name !== RESOURCE_TYPE);
  const plan = planChange(request.tables, 'folder', changeable);
  if ('failures' in plan) return failedMkcol(instructions, plan.failures);
  const dead = new Map(
    [...(plan.change.dead ?? [])].flatMap(([name, xml]) =>
      xml === null ? [] : [[name, xml] as const],
    ),
  );
  await changeFiles(request, { type: 'MakeFolder', path: resource.at, dead, at: request.by.at });
  return empty(201, { 'cache-control': 'no-cache' });
};

/** A collection and nothing else: among files there are no calendars (RFC 4791 §4.2). */
const isPlain = (resourceType: XmlElement): boolean => {
  const [type, ...others] = elementsOf(resourceType);
  return type?.name === dav('collection') && others.length === 0;
};

/** MKCOL among files, plain and extended. */
export const makeFolder: Method = {
  name: 'MKCOL',
  source: 'RFC 4918 §9.3, RFC 5689 §3',
  on: ['unmapped'],
  body: 'xml',
  handle,
};
