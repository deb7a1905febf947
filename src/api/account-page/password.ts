import type { PasswordRefusal } from '../../domain/account/directory.ts';
import type { JsonParts } from '../json/parts.ts';
import type { PasswordWish } from '../sign-in/own-password.ts';

export const refusals: Readonly<Record<PasswordRefusal | 'blocked', string>> = {
  wrong: 'Nothing was changed: the password you typed first is not yours.',
  blocked: 'Too many wrong passwords. Try again in some minutes.',
  locked: 'Nothing was changed: the directory has locked your account.',
  expired: 'Nothing was changed: your password has expired. Ask your administrator.',
  'not-allowed': 'Nothing was changed: you may not change your password.',
  'too-short': 'Nothing was changed: the new password is too short.',
  'too-weak': 'Nothing was changed: the new password is too simple.',
  'too-young': 'Nothing was changed: you changed your password too recently.',
  'used-before': 'Nothing was changed: you had this password before.',
  refused: 'Nothing was changed: the directory did not take the new password.',
};

/** Changes somebody's password; why it was not changed, in words. */
export const passwordAlert = async (
  { password, passwordChange }: Pick<JsonParts, 'password' | 'passwordChange'>,
  wish: PasswordWish,
): Promise<string | undefined> => {
  if (!passwordChange) return refusals['not-allowed'];
  const outcome = await password.change(wish);
  return outcome === 'changed' ? undefined : refusals[outcome.refused];
};
