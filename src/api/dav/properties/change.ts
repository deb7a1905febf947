import type { PropertyChange } from '../../../domain/home/properties.ts';
import { badRequest, type Refusal } from '../errors.ts';
import type { Subject, Tables } from '../tables.ts';
import { dav, type Name, namespaces, splitName } from '../xml/names.ts';
import { element, type Markup, verbatim } from '../xml/write.ts';
import type { Instruction } from './request.ts';
import { propstat, refusedPropstat, rowsFor } from './respond.ts';

/** What instructions come to: one change of the collection's properties, or why some cannot be followed. */
export type Plan = { readonly change: PropertyChange } | { readonly failures: Failures };
type Failures = ReadonlyMap<Name, Refusal>;

/**
 * Plans all instructions or none (RFC 4918 §9.2). A name without row of its own here becomes a dead
 * property, unless it is in the `DAV:` namespace, whose names are all defined by RFCs: kept as a
 * dead value, one would stand in the way once the property is served.
 *
 * @throws DavError 400 for a value that a row calls malformed.
 */
export const planChange = (
  tables: Tables,
  place: Subject['place'],
  instructions: readonly Instruction[],
): Plan => {
  const rows = rowsFor(tables, place);
  const failures = new Map<Name, Refusal>();
  const dead = new Map<string, string | null>();
  const changes: PropertyChange[] = [];
  for (const { name, value } of instructions) {
    const row = rows.get(name);
    if (row === undefined && splitName(name)[0] !== namespaces.dav) {
      dead.set(name, value === undefined ? null : verbatim(value));
      continue;
    }
    const outcome = row?.patch?.(value) ?? protectedProperty;
    if (isRefusal(outcome) && outcome.status === 400) throw badRequest(`${name} is malformed.`);
    if (isRefusal(outcome)) failures.set(name, outcome);
    else {
      for (const [key, xml] of outcome.dead ?? []) dead.set(key, xml);
      changes.push(outcome);
    }
  }
  if (failures.size > 0) return { failures };
  const change = Object.fromEntries(changes.flatMap(Object.entries)) as PropertyChange;
  return { change: dead.size === 0 ? change : { ...change, dead } };
};

export const protectedProperty: Refusal = {
  status: 403,
  element: dav('cannot-modify-protected-property'),
};

const isRefusal = (outcome: PropertyChange | Refusal): outcome is Refusal => 'status' in outcome;

/** The propstats of a failed request: each failure with its status and condition, all others 424. */
export const failedPropstats = (
  instructions: readonly Instruction[],
  failures: Failures,
): readonly Markup[] => {
  const others = names(instructions).filter((name) => !failures.has(name));
  return [
    ...[...failures].map(([name, refusal]) => refusedPropstat(name, refusal)),
    ...(others.length === 0
      ? []
      : [
          propstat(
            424,
            others.map((name) => element(name)),
          ),
        ]),
  ];
};

/** The propstat of a request that was followed: every name once, without its value. */
export const donePropstat = (instructions: readonly Instruction[]): Markup =>
  propstat(
    200,
    names(instructions).map((name) => element(name)),
  );

const names = (instructions: readonly Instruction[]): readonly Name[] => [
  ...new Set(instructions.map(({ name }) => name)),
];
