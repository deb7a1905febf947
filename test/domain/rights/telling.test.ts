import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountGrantee } from '../../../src/domain/rights/grants.ts';
import type { AccountId } from '../../../src/domain/kernel/ids.ts';
import type { Role } from '../../../src/domain/rights/roles.ts';
import { type Said, toldBy } from '../../../src/domain/rights/telling.ts';

const QUIET = 5000;
const [bob, carol] = ['bob', 'carol'].map((name) => accountGrantee(name as AccountId));
const said = (at: number, of: typeof bob, ...roles: Role[]): Omit<Said, 'revision'> => ({
  ...{ at, of: of ?? 'anonymous', roles },
});
const history = (...all: Omit<Said, 'revision'>[]): readonly Said[] =>
  all.map((one, index) => ({ ...one, revision: BigInt(index + 1) }));
const told = (all: readonly Said[]) => all.map(({ revision }) => toldBy(all, revision, QUIET));

describe('what people are told of their rights', () => {
  it('is one thing for changes that follow each other closely, told by the last', () => {
    const all = history(
      said(0, bob, 'PublicViewer'),
      said(1000, carol, 'PublicViewer'),
      said(2000, bob, 'PublicModifier'),
      said(9000, bob),
    );
    expect(told(all)).toEqual([
      undefined,
      { before: [], after: ['PublicViewer'] },
      { before: [], after: ['PublicModifier'] },
      { before: ['PublicModifier'], after: [] },
    ]);
  });

  it('is nothing where all is as it was', () => {
    expect(told(history(said(0, bob, 'PublicViewer'), said(4999, bob)))).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('leads from each state told to the next, however often it changes', () => {
    const changes = fc.array(
      fc.tuple(
        fc.integer({ min: 0, max: 9000 }),
        fc.subarray<Role>(['PublicViewer', 'ObjectCreator']),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(changes, (steps) => {
        let at = 0;
        const all = history(...steps.map(([wait, roles]) => said((at += wait), bob, ...roles)));
        const tellings = told(all).filter((one) => one !== undefined);
        let now: readonly Role[] = [];
        for (const { before, after } of tellings) {
          expect(before).toEqual(now);
          expect(after).not.toEqual(before);
          now = after;
        }
        expect(now).toEqual(all.at(-1)?.roles ?? []);
        expect(tellings.length).toBeLessThanOrEqual(at / QUIET + 1);
      }),
    );
  });
});
