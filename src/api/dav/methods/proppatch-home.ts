import type { PreferencesChange } from '../../../domain/preferences/preferences.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import { empty, multistatus } from '../answer.ts';
import { accepted, preferencesRefusal } from '../conditions.ts';
import { badRequest, type Refusal } from '../errors.ts';
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

/** PROPPATCH of a home, whose properties are its owner's preferences. Everything or nothing. */
export const proppatchHome: Method = {
  name: 'PROPPATCH',
  source: 'RFC 4918 §9.2',
  on: ['addressbook-home'],
  body: 'xml',
  preferences: ['return=minimal'],
  async handle(request) {
    const body = xmlBodyOf(request, dav('propertyupdate'));
    if (body === undefined) throw badRequest('PROPPATCH needs a body.');
    const instructions = instructionsOf(body, ['set', 'remove']);
    if (instructions.length === 0) throw badRequest('propertyupdate names no property.');
    const plan = planPreferences(request, instructions);
    if ('failures' in plan) return respond(request, failedPropstats(instructions, plan.failures));
    const { services, resource, by } = request;
    if (!isAtHome(resource, request.principal))
      throw needPrivilege(request.path.raw, dav('write-properties'));
    const principal = treeOf(resource, request.principal);
    const outcome = await services.changePreferences({
      stream: streams.preferences(principal.account),
      owner: principal.account,
      command: { type: 'ChangePreferences', change: plan.change },
      by,
    });
    accepted(outcome, preferencesRefusal);
    if (prefers(request.headers, 'return=minimal'))
      return empty(200, appliedHeaders(request.headers, 'return=minimal'));
    return respond(request, [donePropstat(instructions)]);
  },
};

type Plan =
  | { readonly change: PreferencesChange }
  | { readonly failures: ReadonlyMap<Name, Refusal> };

const planPreferences = ({ tables }: DavRequest, instructions: readonly Instruction[]): Plan => {
  const rows = rowsFor(tables, 'addressbook-home');
  const failures = new Map<Name, Refusal>();
  const change: PreferencesChange = {};
  for (const { name, value } of gathered(instructions)) {
    const outcome = rows.get(name)?.prefer?.(value) ?? protectedProperty;
    if ('status' in outcome && outcome.status === 400) throw badRequest(`${name} is malformed.`);
    if ('status' in outcome) failures.set(name, outcome);
    else Object.assign(change, outcome);
  }
  return failures.size > 0 ? { failures } : { change };
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
