import {
  type DomainVisibility,
  domainPair,
  mayDomainSee,
} from '../../domain/account/visibility.ts';
import type { InstallationRejection } from '../../domain/installation/installation.ts';
import type { DomainAdministration } from '../domains.ts';
import { type Command, flag, type Given } from './command.ts';
import type { Surroundings } from './surroundings.ts';

const administering =
  (work: (domains: DomainAdministration, given: Given, to: Surroundings) => Promise<number>) =>
  async (given: Given, surroundings: Surroundings): Promise<number> => {
    const daybook = await surroundings.open(given);
    try {
      return await work(daybook.domains, given, surroundings);
    } finally {
      await daybook.close();
    }
  };

/** All that anybody has named, by name. */
const namesIn = (
  { settings }: DomainAdministration,
  { groups, said }: DomainVisibility,
): readonly string[] =>
  [
    ...new Set([
      ...settings.names,
      ...groups.flat(),
      ...[...said.keys()].flatMap((pair) => pair.split(' ')),
    ]),
  ].toSorted();

const list: Command<Surroundings> = {
  name: 'domain list',
  summary: 'list the domains, and which others each of them sees',
  operands: [],
  options: [{ name: 'json', summary: 'a JSON object a line' }],
  details:
    'Domains of the configuration (domains, SOGoDomainsVisibility; --config) and those of `domain see` and\n`domain hide`. Columns, separated by tabs: domain, the domains it sees, with spaces between.',
  run: administering(async (domains, given, { print }) => {
    const visibility = await domains.visibility();
    const names = namesIn(domains, visibility);
    for (const domain of names) {
      const sees = names.filter(
        (other) => other !== domain && mayDomainSee(domain, other, visibility),
      );
      print(
        flag(given, 'json') ? JSON.stringify({ domain, sees }) : `${domain}\t${sees.join(' ')}`,
      );
    }
    return 0;
  }),
};

const reasonFor = (one: string, other: string, { groups, said }: DomainVisibility): string => {
  if (said.has(domainPair(one, other))) return 'said with daybook domain';
  return groups.some((group) => group.includes(one) && group.includes(other))
    ? 'SOGoDomainsVisibility'
    : 'nothing was said';
};

const show: Command<Surroundings> = {
  name: 'domain show',
  summary: 'print for each other domain whether a domain sees it, and who says so',
  operands: ['DOMAIN'],
  options: [],
  details: 'Columns, separated by tabs: domain, seen or hidden, why.',
  run: administering(async (domains, given, { print, complain }) => {
    const domain = (given.operands[0] ?? '').toLowerCase();
    const visibility = await domains.visibility();
    const names = namesIn(domains, visibility);
    if (!names.includes(domain)) {
      complain(`nobody has named a domain '${domain}' (--config)`);
      return 1;
    }
    for (const other of names.filter((name) => name !== domain)) {
      const may = mayDomainSee(domain, other, visibility);
      print([other, may ? 'seen' : 'hidden', reasonFor(domain, other, visibility)].join('\t'));
    }
    return 0;
  }),
};

const refusals: Readonly<Record<InstallationRejection['kind'], string>> = {
  UnusableDomain: 'that is no name of a domain',
  SameDomain: 'people of one domain always see each other',
};

const saying = (
  type: 'RevealDomains' | 'HideDomains',
  done: string,
): ReturnType<typeof administering> =>
  administering(async (domains, given, { print, complain }) => {
    const [one = '', other = ''] = given.operands;
    const outcome = await domains.say(type, [one, other]);
    if ('rejected' in outcome) {
      complain(refusals[outcome.rejected.kind]);
      return 1;
    }
    for (const name of [one, other].map((each) => each.toLowerCase()))
      if (domains.settings.names.size > 0 && !domains.settings.names.has(name))
        complain(`note: the configuration has no domain '${name}'`);
    print(outcome.accepted.length === 0 ? 'It was so before.' : done);
    return 0;
  });

const DETAILS =
  'Goes before what SOGoDomainsVisibility says of these two, for good: on all servers at once, without a\nrestart, and in the log. Neither domain sees through the other to a third.';

const see: Command<Surroundings> = {
  name: 'domain see',
  summary: 'let the people of two domains see each other',
  operands: ['DOMAIN', 'OTHER'],
  options: [],
  details: DETAILS,
  run: saying('RevealDomains', 'They see each other now.'),
};

const hide: Command<Surroundings> = {
  name: 'domain hide',
  summary: 'hide the people of two domains from each other',
  operands: ['DOMAIN', 'OTHER'],
  options: [],
  details: DETAILS,
  run: saying('HideDomains', 'They are hidden from each other now.'),
};

export const domainCommands: readonly Command<Surroundings>[] = [list, show, see, hide];
