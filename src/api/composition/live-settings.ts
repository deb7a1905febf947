import type { Settings } from '../../adapters/sogo-conf/settings.ts';

/** Settings that may be other ones a moment later. */
export interface LiveSettings {
  /** Always those in force: whoever keeps a value of them keeps an old one. */
  readonly settings: Settings;
  /** Those in force now, which stay as they are. */
  current(): Settings;
  /** Puts others in their place, all at once. */
  replace(by: Settings): void;
}

export const liveSettings = (first: Settings): LiveSettings => {
  let current = first;
  return {
    current: () => current,
    replace: (by) => {
      current = by;
    },
    settings: {
      get listen() {
        return current.listen;
      },
      get metricsListen() {
        return current.metricsListen;
      },
      get dataDirectory() {
        return current.dataDirectory;
      },
      get databaseUrl() {
        return current.databaseUrl;
      },
      get eventStoreUrl() {
        return current.eventStoreUrl;
      },
      get resourceLimit() {
        return current.resourceLimit;
      },
      get sources() {
        return current.sources;
      },
      get domains() {
        return current.domains;
      },
      get notInEffect() {
        return current.notInEffect;
      },
      get doubts() {
        return current.doubts;
      },
      setting: (name, domain, user) => current.setting(name, domain, user),
    },
  };
};
