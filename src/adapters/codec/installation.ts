import type { InstallationEvent } from '../../domain/installation/installation.ts';
import { present } from './fields.ts';
import { messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

export const installationSchemas: Schemas<InstallationEvent> = {
  DomainsRevealed: schema({
    message: messages.installation.DomainsRevealed,
    write: ({ one, other }) => ({ one, other }),
    read: ({ one, other }) => ({
      type: 'DomainsRevealed',
      one: present('one', one),
      other: present('other', other),
    }),
  }),
  DomainsHidden: schema({
    message: messages.installation.DomainsHidden,
    write: ({ one, other }) => ({ one, other }),
    read: ({ one, other }) => ({
      type: 'DomainsHidden',
      one: present('one', one),
      other: present('other', other),
    }),
  }),
};
