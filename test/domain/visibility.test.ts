import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  apart,
  type DomainVisibility,
  domainOf,
  domainPair,
  mayDomainSee,
} from '../../src/domain/account/visibility.ts';

const groups = [
  ['acme.com', 'sub.acme.com'],
  ['sub.acme.com', 'far.org'],
];

describe('visibility of domains (SOGo guide, SOGoDomainsVisibility)', () => {
  it('is of their own alone without a group', () => {
    expect(mayDomainSee('acme.com', 'acme.com', apart)).toBe(true);
    expect(mayDomainSee('acme.com', 'far.org', apart)).toBe(false);
  });

  it('is that of groups, which does not carry on', () => {
    const visibility: DomainVisibility = { groups, said: new Map() };
    expect(mayDomainSee('acme.com', 'sub.acme.com', visibility)).toBe(true);
    expect(mayDomainSee('far.org', 'sub.acme.com', visibility)).toBe(true);
    expect(mayDomainSee('acme.com', 'far.org', visibility)).toBe(false);
  });

  it('is what was said at run time, where something was', () => {
    const said = new Map([
      [domainPair('sub.acme.com', 'acme.com'), false],
      [domainPair('far.org', 'acme.com'), true],
    ]);
    expect(mayDomainSee('acme.com', 'sub.acme.com', { groups, said })).toBe(false);
    expect(mayDomainSee('acme.com', 'far.org', { groups, said })).toBe(true);
    expect(mayDomainSee('sub.acme.com', 'far.org', { groups, said })).toBe(true);
  });

  it('shows people of no domain to all, and nobody of a domain to them', () => {
    const visibility: DomainVisibility = { groups, said: new Map() };
    expect(mayDomainSee('acme.com', undefined, visibility)).toBe(true);
    expect(mayDomainSee(undefined, undefined, visibility)).toBe(true);
    expect(mayDomainSee(undefined, 'acme.com', visibility)).toBe(false);
  });

  it('is the same both ways between domains, and total for one', () => {
    const domain = fc.constantFrom('a', 'b', 'c', 'd');
    const arbitrary = fc.record({
      groups: fc.array(fc.array(domain)),
      said: fc
        .array(fc.tuple(domain, domain, fc.boolean()))
        .map((all) => new Map(all.map(([one, other, may]) => [domainPair(one, other), may]))),
    });
    fc.assert(
      fc.property(arbitrary, domain, domain, (visibility, one, other) => {
        expect(mayDomainSee(one, one, visibility)).toBe(true);
        expect(mayDomainSee(one, other, visibility)).toBe(mayDomainSee(other, one, visibility));
      }),
    );
  });
});

describe('the domain of a person', () => {
  const known = { names: new Set(['acme.com']), domainBased: false };

  it.each([
    [{ login: 'ada', mail: 'ada@other.org', domain: 'acme.com' }, 'acme.com'],
    [{ login: 'ada@ACME.com', mail: '' }, 'acme.com'],
    [{ login: 'ada', mail: 'ada@acme.com' }, 'acme.com'],
    [{ login: 'ada@other.org', mail: 'ada@acme.com' }, 'acme.com'],
    [{ login: 'ada@other.org', mail: '' }, undefined],
    [{ login: '@acme.com', mail: '' }, undefined],
    [{ login: 'ada', mail: '' }, undefined],
  ])('of %o is %s', (person, domain) => {
    expect(domainOf(person, known)).toBe(domain);
  });

  it('is whatever stands in the login where logins are unique in their domain only', () => {
    const person = { login: 'ada@other.org', mail: 'ada@acme.com' };
    expect(domainOf(person, { ...known, domainBased: true })).toBe('other.org');
  });
});
