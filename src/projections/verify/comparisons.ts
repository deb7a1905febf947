import type { Audits } from './audit.ts';
import type { Comparison } from './verify.ts';
import { verifyCollections } from './verify-collection.ts';
import { verifyAccounts, verifyHomes } from './verify-others.ts';

/** Every projection's comparison with the log. */
export const comparisonsOf = (audits: Audits): readonly Comparison[] => [
  verifyCollections(audits.collection),
  verifyHomes(audits.home),
  verifyAccounts(audits.account),
];
