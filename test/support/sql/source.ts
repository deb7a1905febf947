import { passwordMaking } from '../../../src/adapters/passwords/making.ts';
import { passwordSchemes } from '../../../src/adapters/passwords/schemes.ts';
import type { SqlSourceParts } from '../../../src/adapters/sql-source/sql-source.ts';

const verify = passwordSchemes();
const making = passwordMaking();

/** An SQL source with what the guide takes for granted, and what a test says. */
export const sqlSourceOf = (
  parts: Partial<SqlSourceParts> & Pick<SqlSourceParts, 'viewUrl'>,
): SqlSourceParts => ({
  id: 'directory',
  groupsView: undefined,
  mysqlTls: undefined,
  scheme: 'none',
  loginColumns: ['c_uid'],
  mailColumns: ['mail'],
  searchColumns: ['c_cn', 'mail'],
  domainColumn: undefined,
  imapHostColumn: undefined,
  imapLoginColumn: 'c_uid',
  sieveHostColumn: undefined,
  kindColumn: undefined,
  bookingsColumn: undefined,
  constraints: new Map(),
  filter: undefined,
  domain: undefined,
  domains: new Set(),
  domainBased: false,
  listRequiresDot: true,
  prependPasswordScheme: false,
  passwordRules: [],
  proves: (stored, _, typed) => verify(stored, typed),
  makes: making.value,
  rowTrust: 0,
  staleTrust: 60_000,
  report: () => {},
  ...parts,
});
