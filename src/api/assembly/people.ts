import { randomUUID } from 'node:crypto';
import type { AccountEvent } from '../../domain/account/account.ts';
import { type GroupsEvent, groups } from '../../domain/account/groups.ts';
import { login } from '../../domain/account/login.ts';
import { installation, type InstallationEvent } from '../../domain/installation/installation.ts';
import { type Preferences, preferencesOver } from '../../domain/preferences/preferences.ts';
import type { AccountId, GroupId } from '../../domain/kernel/ids.ts';
import { erasure, type ErasureParts } from '../account-erasure.ts';
import { accountOpening } from '../account-opening.ts';
import { renaming } from '../account-renaming.ts';
import { accountAdministration } from '../accounts.ts';
import { adopting } from '../adopting.ts';
import { domainsOver } from '../domains.ts';
import { builtInGroups } from '../groups.ts';
import { recoveryMail } from '../mail/recovery-mail.ts';
import { takesPasswords } from '../sign-in/elsewhere.ts';
import { recovery } from '../sign-in/recovery.ts';
import { signInOver } from '../sign-in/assembly.ts';
import type { Resident } from '../services.ts';
import type { Ground } from './ground.ts';

/** Who there is, how they prove it, and what an administrator does with them. */
export type People = ReturnType<typeof peopleOn>;

export const peopleOn = (ground: Ground) => {
  const { foundation, store, handle, codecFor, accounts, runtime, now, shown, seen } = ground;
  const { signIn, sources, hasher, vault, erasing, rows, log } = foundation;
  const opening = accountOpening({
    logins: handle('login', login),
    accounts,
    newAccountId: () => randomUUID() as AccountId,
  });
  const domains = domainsOver({
    settings: foundation.domains,
    store,
    codec: codecFor<InstallationEvent>(),
    installations: handle('installation', installation, ({ said }) => said.size),
    watch: runtime.watch,
    provenance: ground.byCommandLine,
  });
  const adopt = adopting({ opening, shown, provenance: ground.byServer });
  const access = signInOver({
    foundation: signIn,
    store,
    codec: codecFor<AccountEvent>(),
    ...{ accounts, hasher, sources, now, log },
    domains: foundation.domains,
    rows: rows.accounts,
    adopt,
    watch: runtime.watch,
    seen,
  });
  const builtIn = builtInGroups({
    ...{ store, adopt, rows: rows.accounts, provenance: ground.byCommandLine },
    codec: codecFor<GroupsEvent>(),
    groups: handle('groups', groups, (state) => state.size),
    newGroupId: () => randomUUID() as GroupId,
  });
  const administration: ErasureParts = {
    ...{ opening, accounts, hasher, store, vault, erasing, shown },
    rows: rows.accounts,
    signOut: (account) => signIn.sessions.endAll(account),
    provenance: ground.byCommandLine,
    forgetUses: ground.forgetUses,
  };
  const preferencesOf = async (person: Resident): Promise<Preferences> =>
    preferencesOver(
      await ground.chosenPreferencesOf(person.account),
      foundation.usualPreferences(domains.of(person)),
    );
  const { outbox, policy } = foundation.mail;
  const forgotten = recovery({
    ...{ accounts, hasher, sources, log, seen, preferencesOf },
    ...{ settings: signIn.recovery, notes: signIn.notes, guard: access.guard },
    counts: access.counts,
    rows: rows.accounts,
    domainOf: domains.of,
    takesPasswords: (domain) => takesPasswords(signIn.elsewhere(), domain),
    send: recoveryMail({
      ...{ outbox, policy, now, domainOf: domains.of },
      language: async (row) => (await preferencesOf(row)).language,
    }),
    signOut: (account) => signIn.sessions.endAll(account),
    provenance: access.sessions.provenance,
  });
  return {
    domains,
    preferencesOf,
    recovery: forgotten,
    adopt,
    access,
    groups: builtIn,
    administration: {
      ...accountAdministration(administration),
      ...erasure(administration),
      rename: renaming(administration),
    },
  };
};
