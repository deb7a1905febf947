import type { PreferencesCommand } from '../../../domain/preferences/preferences.ts';
import { type CollectionKind, streams } from '../../../domain/kernel/streams.ts';
import { empty, multistatus } from '../answer.ts';
import { accepted, preferencesRefusal } from '../conditions.ts';
import { badRequest, notFound, type Refusal } from '../errors.ts';
import { hrefElement } from '../href.ts';
import { appliedHeaders, prefers } from '../preferences.ts';
import { donePropstat, failedPropstats, protectedProperty } from '../properties/change.ts';
import { type Instruction, instructionsOf } from '../properties/request.ts';
import { rowsFor } from '../properties/respond.ts';
import type { DavRequest, Method } from '../tables.ts';
import { needPrivilege } from '../viewer.ts';
import { isAtHome, treeOf } from '../resource.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { dav, type Name } from '../xml/names.ts';
import { element, type Markup } from '../xml/write.ts';

/**
 * PROPPATCH of a home, whose properties are its owner's preferences, or of the home of calendars settings.
 * Everything or nothing.
 */
export const proppatchHome: Method = {
  name: 'PROPPATCH',
  source: 'RFC 4918 §9.2',
  on: ['calendar-home', 'addressbook-home'],
  body: 'xml',
  preferences: ['return=minimal'],
  async handle(request) {
    const body = xmlBodyOf(request, dav('propertyupdate'));
    if (body === undefined) throw badRequest('PROPPATCH needs a body.');
    const instructions = instructionsOf(body, ['set', 'remove']);
    if (instructions.length === 0) throw badRequest('propertyupdate names no property.');
    if (request.resource.kind !== 'home') throw notFound();
    const plan = planPreferences(request, request.resource.of, instructions);
    if ('failures' in plan) {
      const answer = respond(request, failedPropstats(instructions, plan.failures));
      // SOGo's clients look at the status of the whole.
      return request.services.dialect === 'sogo' ? { ...answer, status: 403 } : answer;
    }
    const { services, resource, by } = request;
    const { command } = plan;
    if (!isAtHome(resource, request.principal))
      throw needPrivilege(request.path.raw, dav('write-properties'));
    const principal = treeOf(resource, request.principal);
    const outcome = await services.changePreferences({
      stream: streams.preferences(principal.account),
      owner: principal.account,
      command,
      by,
    });
    accepted(outcome, preferencesRefusal);
    if (prefers(request.headers, 'return=minimal'))
      return empty(200, appliedHeaders(request.headers, 'return=minimal'));
    return respond(request, [donePropstat(instructions)]);
  },
};

type Plan =
  | { readonly command: PreferencesCommand }
  | { readonly failures: ReadonlyMap<Name, Refusal> };

const planPreferences = (
  { tables }: DavRequest,
  of: CollectionKind,
  instructions: readonly Instruction[],
): Plan => {
  const rows = rowsFor(tables, `${of}-home`);
  const failures = new Map<Name, Refusal>();
  const change = {};
  const settings = new Map<string, string | null>();
  for (const { name, value } of gathered(instructions)) {
    const row = rows.get(name);
    const outcome = row?.prefer?.(value) ?? row?.settle?.(value) ?? protectedProperty;
    if ('status' in outcome && outcome.status === 400) throw badRequest(`${name} is malformed.`);
    if ('status' in outcome) failures.set(name, outcome);
    else if ('settings' in outcome)
      for (const [path, kept] of outcome.settings) settings.set(path, kept);
    else Object.assign(change, outcome);
  }
  if (failures.size > 0) return { failures };
  // No home has properties of both sorts.
  return settings.size > 0
    ? { command: { type: 'ChangeSettings', change: settings } }
    : { command: { type: 'ChangePreferences', change } };
};

/**
 * Values of one name that follow each other are one value: see `repeatedProperty` of workarounds.ts.
 */
const gathered = (instructions: readonly Instruction[]): readonly Instruction[] => {
  const done: Instruction[] = [];
  for (const next of instructions) {
    const last = done.at(-1);
    if (last?.name === next.name && last.value !== undefined && next.value !== undefined) {
      const nodes = [...last.value.nodes, ...next.value.nodes];
      done[done.length - 1] = { name: last.name, value: { ...last.value, nodes } };
    } else done.push(next);
  }
  return done;
};

const respond = ({ path }: DavRequest, propstats: readonly Markup[]) =>
  multistatus([element(dav('response'), hrefElement(path.raw), ...propstats)]);
