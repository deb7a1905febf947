import { describe, expect, it } from 'vitest';
import { loginOf, type Naming } from '../../src/domain/account/naming.ts';

const naming = (domain: string | undefined, domainBased: boolean): Naming => ({
  domain,
  domainBased,
  hasDomainColumn: false,
  domains: new Set(['acme.com', 'far.org']),
});

describe('the login of somebody in a source (SOGo guide, multi-domain)', () => {
  it.each([
    ['Ann', 'far.org', true, 'ann@far.org'],
    ['Ann', 'far.org', false, 'ann'],
    ['Ann', undefined, true, 'ann'],
    ['ann@far.org', 'far.org', true, 'ann@far.org'],
    ['ann@example.net', 'far.org', true, 'ann@example.net'],
    ['ann@acme.com', undefined, true, 'ann@acme.com'],
  ])('%s in the source of %s, domain-based %s, is %s', (uid, domain, domainBased, login) => {
    expect(loginOf(uid, undefined, naming(domain, domainBased))).toBe(login);
  });

  it('is none where it would be somebody’s of another domain', () => {
    for (const domainBased of [true, false]) {
      expect(loginOf('ann@acme.com', undefined, naming('far.org', domainBased))).toBeUndefined();
      expect(loginOf('Ann@ACME.com', 'far.org', naming(undefined, domainBased))).toBeUndefined();
    }
  });
});
