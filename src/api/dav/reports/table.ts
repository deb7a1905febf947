import type { Report } from '../tables.ts';
import { aclPrincipalPropSet } from '../acl/principal-prop-set.ts';
import { addressbookQuery } from './addressbook-query.ts';
import { calendarQuery } from './calendar-query.ts';
import { directoryMultiget } from '../directory/multiget.ts';
import { directoryQuery } from '../directory/query.ts';
import { expandProperty } from './expand-property.ts';
import { freeBusyQuery } from './free-busy-query.ts';
import { addressbookMultiget, calendarMultiget } from './multiget.ts';
import { principalMatch } from './principal-match.ts';
import {
  calendarserverPrincipalSearch,
  principalPropertySearch,
  principalSearchPropertySet,
} from './principal-search.ts';
import { aclQuery } from '../sogo/acl-query.ts';
import { collectionQuery } from '../sogo/collection-query.ts';
import { userQuery } from '../sogo/user-query.ts';
import { syncCollection } from './sync-collection.ts';

/** Every report there is. */
export const reports: readonly Report[] = [
  syncCollection,
  calendarMultiget,
  calendarQuery,
  freeBusyQuery,
  addressbookMultiget,
  addressbookQuery,
  directoryMultiget,
  directoryQuery,
  expandProperty,
  aclPrincipalPropSet,
  principalMatch,
  principalPropertySearch,
  principalSearchPropertySet,
  calendarserverPrincipalSearch,
  aclQuery,
  userQuery,
  collectionQuery,
];
