import { accept, type Decision, reject } from '../kernel/decision.ts';

/** Opaque; names an app password to its owner. */
export type AppPasswordId = string & { readonly brand: 'AppPasswordId' };

/** What an app password can open. The main password opens the web besides. */
export const appPasswordProtocols = ['dav', 'eas', 'mail'] as const;
export type AppPasswordProtocol = (typeof appPasswordProtocols)[number];

/** What a password is presented to. */
export type SignInProtocol = AppPasswordProtocol | 'web';

export type AppPasswordCommand =
  | {
      readonly type: 'AddAppPassword';
      readonly id: AppPasswordId;
      /** What the owner calls the device. */
      readonly name: string;
      readonly protocols: readonly AppPasswordProtocol[];
      /** Of the password, which only its owner ever sees. */
      readonly digest: string;
    }
  | { readonly type: 'RevokeAppPassword'; readonly id: AppPasswordId };

export type AppPasswordEvent =
  | {
      readonly type: 'AppPasswordAdded';
      readonly id: AppPasswordId;
      readonly name: string;
      readonly protocols: readonly AppPasswordProtocol[];
      readonly digest: string;
    }
  | { readonly type: 'AppPasswordRevoked'; readonly id: AppPasswordId };

export type AppPasswordRejection =
  | { readonly kind: 'UnusableAppPassword'; readonly because: 'name' | 'protocols' }
  | { readonly kind: 'TooManyAppPasswords'; readonly limit: number }
  | { readonly kind: 'AppPasswordNotFound' };

/** An account has at most this many: its row is read at every sign-in. */
export const APP_PASSWORD_LIMIT = 50;
const NAME_LIMIT = 100;

const isName = (name: string): boolean =>
  name.length <= NAME_LIMIT && /^\P{Cc}+$/u.test(name) && name.trim() !== '' && name.isWellFormed();

/** Decides on the app passwords of an open account, of which `held` are there. */
export const decideAppPassword = (
  command: AppPasswordCommand,
  held: ReadonlySet<AppPasswordId>,
): Decision<AppPasswordEvent, AppPasswordRejection> => {
  switch (command.type) {
    case 'AddAppPassword': {
      const { id, name, digest } = command;
      if (!isName(name)) return reject({ kind: 'UnusableAppPassword', because: 'name' });
      const protocols = appPasswordProtocols.filter((one) => command.protocols.includes(one));
      if (protocols.length === 0)
        return reject({ kind: 'UnusableAppPassword', because: 'protocols' });
      if (held.size >= APP_PASSWORD_LIMIT)
        return reject({ kind: 'TooManyAppPasswords', limit: APP_PASSWORD_LIMIT });
      return accept({ type: 'AppPasswordAdded', id, name: name.trim(), protocols, digest });
    }
    case 'RevokeAppPassword':
      return held.has(command.id)
        ? accept({ type: 'AppPasswordRevoked', id: command.id })
        : reject({ kind: 'AppPasswordNotFound' });
  }
};
