import type { CollectionKind } from '../../domain/kernel/streams.ts';
import { type Role, settledRoles } from '../../domain/rights/roles.ts';
import type { Lookup } from './hierarchy.ts';

/** What a configuration says of sharing, for people of a domain. */
interface SharingSettings {
  /** In small letters. */
  readonly superusers: ReadonlySet<string>;
  readonly usual: Readonly<Record<CollectionKind, readonly Role[]>>;
  readonly folderFormat: string;
}

/** `SOGoSuperUsernames`, the default roles and `SOGoSubscriptionFolderFormat`, as they are now. */
export const sharingSettings = (setting: Lookup, domain: string | undefined): SharingSettings => ({
  superusers: new Set(
    setting('SOGoSuperUsernames', domain).map((login) => login.normalize('NFC').toLowerCase()),
  ),
  usual: {
    calendar: settledRoles('calendar', setting('SOGoCalendarDefaultRoles', domain)) ?? [],
    addressbook: settledRoles('addressbook', setting('SOGoContactsDefaultRoles', domain)) ?? [],
  },
  folderFormat: setting('SOGoSubscriptionFolderFormat', domain),
});
