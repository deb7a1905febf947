import { system } from '../row.ts';
import { bool, integer, seconds } from '../scalar-types.ts';

/** ActiveSync. */
export const activesyncParameters = {
  SOGoMaximumPingInterval: system(seconds, 'longest wait of a Ping', 10),
  SOGoMaximumSyncInterval: system(seconds, 'longest wait of a Sync', 30),
  SOGoInternalSyncInterval: system(seconds, 'between two looks while waiting', 10),
  SOGoMaximumSyncResponseSize: system(integer('KiB'), 'largest answer to Sync; 0: any', 0),
  SOGoMaximumSyncWindowSize: system(integer(), 'most changes in one answer; 0: as asked', 0),
  SOGoEASDebugEnabled: system(bool, 'trace ActiveSync', false),
  SOGoMaximumPictureSize: system(integer('octets'), 'largest picture of a person', 102400),
  SOGoEASSearchInBody: system(bool, 'searches look into bodies', false),
  SOGoEASDisableUI: system(bool, 'hide ActiveSync in the web', false),
};
