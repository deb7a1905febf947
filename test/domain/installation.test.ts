import { describe, test } from 'vitest';
import {
  installation,
  type InstallationEvent,
} from '../../src/domain/installation/installation.ts';
import { given } from '../support/given.ts';

const pair = { one: 'acme.com', other: 'far.org' } as const;
const revealed: InstallationEvent = { type: 'DomainsRevealed', ...pair };
const hidden: InstallationEvent = { type: 'DomainsHidden', ...pair };
const reveal = { type: 'RevealDomains', domains: ['acme.com', 'far.org'] } as const;
const hide = { type: 'HideDomains', domains: ['Far.org ', 'ACME.com'] } as const;

describe('the domains of an installation', () => {
  test('are revealed to and hidden from each other, whichever is named first', () => {
    given(installation).when(reveal).records(revealed);
    given(installation, revealed).when(hide).records(hidden);
    given(installation, revealed, hidden).when(reveal).records(revealed);
  });

  test('said again, nothing happens; hidden at first is worth saying, as the configuration may reveal', () => {
    given(installation, revealed).when(reveal).records();
    given(installation).when(hide).records(hidden);
    given(installation, hidden).when(hide).records();
  });

  test('are two, and names that could stand after an at sign', () => {
    given(installation)
      .when({ type: 'HideDomains', domains: ['acme.com', 'ACME.com'] })
      .refuses({ kind: 'SameDomain' });
    for (const domain of ['', 'a b', 'a@b', 'a/b', 'a\u0000', 'x'.repeat(254)])
      given(installation)
        .when({ type: 'RevealDomains', domains: ['acme.com', domain] })
        .refuses({ kind: 'UnusableDomain', domain: domain.trim() });
  });
});
