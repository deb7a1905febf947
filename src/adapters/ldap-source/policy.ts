import { type BerReader, Control } from 'ldapts';

const OID = '1.3.6.1.4.1.42.2.27.8.5.1';

/** The errors of draft-behera-ldap-password-policy §6.2, by number. */
const errors = [
  'expired',
  'locked',
  'must-change',
  'not-allowed',
  'old-needed',
  'too-weak',
  'too-short',
  'too-young',
  'used-before',
] as const;
export type PolicyError = (typeof errors)[number];

/** What a directory says of a password besides right or wrong. */
export interface PolicyAnswer {
  /** Seconds until it expires. */
  readonly expiresIn?: number;
  /** Logins left after it has expired. */
  readonly graceLogins?: number;
  readonly error?: PolicyError;
}

const WARNING = 0xa0;
const ERROR = 0x81;
const EXPIRES = 0x80;
const GRACE = 0x81;

/** Reads a PasswordPolicyResponseValue; what isn't one says nothing. */
const answerOf = (reader: BerReader): PolicyAnswer => {
  let answer: PolicyAnswer = {};
  if (reader.readSequence() === null) return answer;
  if (reader.peek() === WARNING) {
    reader.readSequence(WARNING);
    const kind = reader.peek();
    if (kind === EXPIRES) answer = { expiresIn: reader.readTag(EXPIRES) ?? 0 };
    else if (kind === GRACE) answer = { graceLogins: reader.readTag(GRACE) ?? 0 };
  }
  if (reader.peek() === ERROR) {
    const error = errors[reader.readTag(ERROR) ?? -1];
    if (error !== undefined) answer = { ...answer, error };
  }
  return answer;
};

/**
 * The password policy control of a request. ldapts hands the answer's control to the one that was sent,
 * so this object holds the answer once the request is over.
 */
export class PasswordPolicyControl extends Control {
  answer: PolicyAnswer = {};

  constructor() {
    // A server that doesn't know it is to say so, not to let everybody pass.
    super(OID, { critical: true });
  }

  override parse(reader: BerReader): void {
    this.answer = answerOf(reader);
  }
}

/** Active Directory has no such control: a bind it refuses says why in its message ("…, data 532, v…"). */
export const activeDirectoryError = (message: string): PolicyError | undefined => {
  const [, code] = /\bdata ([0-9a-f]{3,8})\b/i.exec(message) ?? [];
  switch (code?.toLowerCase()) {
    case '532':
    case '701':
      return 'expired';
    case '773':
      return 'must-change';
    case '533':
    case '775':
      return 'locked';
    default:
      return undefined;
  }
};
