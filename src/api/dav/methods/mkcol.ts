import { type Answer, empty, xml } from '../answer.ts';
import type { Refusal } from '../errors.ts';
import { failedPropstats } from '../properties/change.ts';
import { appliedHeaders } from '../preferences.ts';
import { type Instruction, instructionsOf } from '../properties/request.ts';
import type { DavRequest, Method } from '../tables.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { dav, type Name } from '../xml/names.ts';
import { document } from '../xml/write.ts';
import { madeInDirectory } from '../directory/own-books.ts';
import { blueprintOf, kindOf, RESOURCE_TYPE, valueOf } from './blueprint.ts';
import { make, mustTake, siteFor } from './make.ts';

const handle = async (request: DavRequest): Promise<Answer> => {
  const site = await siteFor(request);
  const body = xmlBodyOf(request, dav('mkcol'));
  const instructions = body === undefined ? [] : instructionsOf(body, ['set']);
  const type = valueOf(instructions, RESOURCE_TYPE);
  // Without a resource type (RFC 4918 §9.3) the home says what is made, as in SOGo.
  const kind = type === undefined ? site.of : kindOf(type);
  if (kind === undefined) return failedMkcol(instructions, new Map([[RESOURCE_TYPE, invalidType]]));
  mustTake(site, kind);
  const { creation, plan } = blueprintOf(request.tables, kind, instructions);
  if ('failures' in plan) return failedMkcol(instructions, plan.failures);
  if (!(await madeInDirectory(request, site, plan.change)))
    await make(request, site, creation, plan.change);
  return empty(201, {
    'cache-control': 'no-cache',
    ...appliedHeaders(request.headers, 'return=minimal'),
  });
};

export const invalidType: Refusal = { status: 403, element: dav('valid-resourcetype') };

/** RFC 5689 §3.5: the status of the whole, and in `mkcol-response` which properties were at fault. */
export const failedMkcol = (
  instructions: readonly Instruction[],
  failures: ReadonlyMap<Name, Refusal>,
): Answer => xml(403, document(dav('mkcol-response'), ...failedPropstats(instructions, failures)));

/** MKCOL, plain and extended: makes a calendar in one home and an address book in the other. */
export const mkcol: Method = {
  name: 'MKCOL',
  source: 'RFC 5689 §3, RFC 4918 §9.3, RFC 6352 §6.3.1',
  on: ['vacant'],
  body: 'xml',
  preferences: ['return=minimal'],
  compliance: ['extended-mkcol', 'addressbook'],
  handle,
  elsewhere: handle,
};
