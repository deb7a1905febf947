import { APP_PASSWORD_LIMIT } from '../../domain/account/app-passwords.ts';
import type { AccessRefusal } from './own-access.ts';

/** How a refusal is told: over HTTP, and to a person. */
export interface Told {
  readonly status: 400 | 403 | 404 | 409 | 410 | 429;
  readonly text: string;
}

const gone: Told = { status: 410, text: 'This account is closed.' };

/** What every refusal means to its owner. */
export const accessRefusals = {
  AccountExists: gone,
  AccountWasRemoved: gone,
  AccountNotFound: gone,
  UnusableAppPassword: {
    status: 400,
    text: 'An app password needs a name of at most 100 characters, and something that it opens.',
  },
  TooManyAppPasswords: {
    status: 409,
    text: `There are ${APP_PASSWORD_LIMIT} app passwords already. Revoke one that is not used any more.`,
  },
  AppPasswordNotFound: { status: 404, text: 'There is no such app password any more.' },
  SecondFactorIsOn: { status: 409, text: 'The second factor is on already.' },
  SecondFactorIsOff: { status: 409, text: 'The second factor is off.' },
  SecondFactorNotEnrolled: { status: 409, text: 'Begin again: the QR code was replaced.' },
  RecoveryCodeUnknown: { status: 403, text: 'This code is wrong, or was used before.' },
  DeviceNotFound: { status: 404, text: 'There is no such device.' },
  TooManyDevices: { status: 409, text: 'There are too many devices already.' },
  DeviceNotWiping: { status: 409, text: 'This device is not being wiped.' },
  UnusableDevice: { status: 400, text: 'This is not what a device says of itself.' },
  WrongCode: {
    status: 403,
    text: 'This code is wrong, or was used before. Wait for the next one; is the clock right?',
  },
  CodesBlocked: { status: 429, text: 'Too many wrong codes. Try again in some minutes.' },
} as const satisfies Record<AccessRefusal['kind'], Told>;
