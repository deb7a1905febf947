import {
  accountGrantee,
  type Grantee,
  granteeParts,
  groupGrantee,
  linkGrantee,
} from '../../domain/rights/grants.ts';
import type { RightsEvent } from '../../domain/rights/rights.ts';
import { everyRole } from '../../domain/rights/roles.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import { oneOf, present } from './fields.ts';
import { type Grantee as GranteeBody, messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

const { rights } = messages;

/** Of calendars and address books alike. */
export const rightsSchemas: Schemas<RightsEvent> = {
  RightsGranted: schema({
    message: rights.RightsGranted,
    write: ({ to, roles }) => ({ to: granteeParts(to), roles }),
    read: ({ to, roles = [] }) => ({
      type: 'RightsGranted',
      to: readGrantee(to),
      roles: roles.map((each) => oneOf('role', everyRole, each)),
    }),
  }),
  RightsRevoked: schema({
    message: rights.RightsRevoked,
    write: ({ from }) => ({ from: granteeParts(from) }),
    read: ({ from }) => ({ type: 'RightsRevoked', from: readGrantee(from) }),
  }),
};

const kinds = ['account', 'group', 'authenticated', 'anonymous', 'link'] as const;

/** @throws Malformed */
const readGrantee = (found: GranteeBody | null | undefined): Grantee => {
  const body = present('grantee', found);
  const kind = oneOf('kind', kinds, body.kind);
  switch (kind) {
    case 'account':
      return accountGrantee(present('account', body.account) as AccountId);
    case 'group':
      return groupGrantee(present('source', body.source), present('group', body.group));
    case 'link': {
      const ends = typeof body.until === 'string' ? { until: body.until as Instant } : {};
      const [link, digest] = [present('link', body.link), present('digest', body.digest)];
      return linkGrantee({ link, digest, ...ends, label: body.label ?? '' });
    }
    default:
      return kind;
  }
};
