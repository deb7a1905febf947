import { itemClasses } from '../../domain/activesync/item-classes.ts';
import { account, type AccountEvent } from '../../domain/account/account.ts';
import { currentState } from '../current-state.ts';
import { deviceDesk } from '../eas/device-desk.ts';
import { rememberedRows } from '../eas/remembered-rows.ts';
import type { EasParts } from '../eas/parts.ts';
import type { Ground } from './ground.ts';

/** What ActiveSync stands on besides the services of all protocols. */
export const activeSyncOn = (ground: Ground): EasParts => {
  const { foundation, store, codecFor, accounts, runtime } = ground;
  const { ledger, sync, settings } = foundation.activeSync;
  const current = currentState(account, {
    store,
    codec: codecFor<AccountEvent>(),
    cache: foundation.cache('devices', ({ devices }) => devices.size),
  });
  return {
    settings,
    ledger: rememberedRows(ledger),
    log: foundation.log,
    sync,
    classes: itemClasses,
    watch: runtime.watch,
    desk: deviceDesk({ current, accounts, watch: runtime.watch }),
  };
};
