import { account } from '../../domain/account/account.ts';
import { isDeviceRejection } from '../../domain/account/devices.ts';
import { itemClasses } from '../../domain/activesync/item-classes.ts';
import type { AccountEvent } from '../../domain/account/account.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { currentState } from '../current-state.ts';
import type { EasParts } from '../eas/parts.ts';
import type { Ground } from './ground.ts';

/** What ActiveSync stands on besides the services of all protocols. */
export const activeSyncOn = ({
  foundation,
  store,
  codecFor,
  accounts,
  runtime,
}: Ground): EasParts => {
  const current = currentState(account, {
    store,
    codec: codecFor<AccountEvent>(),
    cache: foundation.cache('devices', ({ devices }) => devices.size),
  });
  return {
    ...foundation.activeSync,
    log: foundation.log,
    classes: itemClasses,
    watch: runtime.watch,
    desk: {
      of: async (whose) => (await current(streams.account(whose))).devices,
      async tell(whose, command, by) {
        const stream = streams.account(whose);
        const outcome = await accounts({ stream, owner: whose, command, by });
        if ('accepted' in outcome) return undefined;
        // Only a closed account refuses anything else, and its devices with it.
        return isDeviceRejection(outcome.rejected) ? outcome.rejected : { kind: 'DeviceNotFound' };
      },
    },
  };
};
