import type { Answer } from './answer.ts';
import { DavError, notFound, refuse } from './errors.ts';
import { ifCondition } from './if-condition.ts';
import { mustBeUnlocked, releaseGone } from './locks/guard.ts';
import { varyHeaders } from './preferences.ts';
import { type DavRequest, type Place, placeOf, type Tables } from './tables.ts';

/** Hands a request to the row of the method table that stands for its method and place. */
export const dispatch = async (request: DavRequest): Promise<Answer> => {
  try {
    return await handedOver(request);
  } catch (error) {
    if (!(error instanceof DavError) || error.refusal.status !== 405) throw error;
    // RFC 9110 §15.5.6: 405 says what is allowed, whoever refused and why.
    const allow = allowed(request.tables, placeOf(request.resource)).join(', ');
    throw new DavError({ ...error.refusal, headers: { ...error.refusal.headers, allow } });
  }
};

const handedOver = async (request: DavRequest): Promise<Answer> => {
  const { tables, method, resource, body } = request;
  const rows = tables.methods.filter(({ name }) => name === method);
  const place = placeOf(resource);
  const row = rows.find(({ on }) => on.includes(place));
  if (row !== undefined) {
    if (row.body === 'none' && body.length > 0)
      throw refuse(415, undefined, { reason: `${method} takes no body.` });
    const ifLists = await ifCondition(request);
    await mustBeUnlocked(request);
    const answer = await row.handle(ifLists === undefined ? request : { ...request, ifLists });
    if (answer.status < 300) await releaseGone(request);
    return { ...answer, headers: { ...answer.headers, ...varyHeaders(row.preferences) } };
  }
  for (const { elsewhere } of rows) {
    const answer = await elsewhere?.(request);
    if (answer !== undefined) return answer;
  }
  const isFree = place === 'vacant' || place === 'unmapped';
  if (place === 'nothing' || (isFree && rows.length > 0)) throw notFound();
  throw refuse(405);
};

/** Methods of a place, for `Allow` (RFC 9110 §10.2.1). */
export const allowed = (tables: Tables, place: Place): readonly string[] => [
  ...new Set(tables.methods.filter(({ on }) => on.includes(place)).map(({ name }) => name)),
];

/**
 * The `DAV` header (RFC 4918 §10.1): tokens that some row earns, the same on every resource, because
 * clients ask at whatever URL they were given. Written once per table.
 */
export const complianceOf = (tables: Tables): string => {
  const known = compliance.get(tables);
  if (known !== undefined) return known;
  const tokens = [...tables.methods, ...tables.reports].flatMap((row) => row.compliance ?? []);
  const header = [...new Set(tokens)].join(', ');
  compliance.set(tables, header);
  return header;
};

const compliance = new WeakMap<Tables, string>();

/** Which bound of `services.limits` a method's body has, whatever its resource. */
export const bodyOf = (tables: Tables, method: string): 'xml' | 'resource' =>
  tables.methods.some(({ name, body }) => name === method && body === 'resource')
    ? 'resource'
    : 'xml';
