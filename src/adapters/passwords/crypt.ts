import { verify as verifyArgon2 } from '@node-rs/argon2';
import { verify as verifyBcrypt } from '@node-rs/bcrypt';
import desCrypt from 'unix-crypt-td-js';
import { md5Crypt } from './md5-crypt.ts';
import { sameText } from './same.ts';
import { shaCrypt } from './sha-crypt.ts';

/** libxcrypt's bound; glibc had none, and nobody types more. */
const OCTETS = 512;

/** Bounds on what one stored hash may cost: some seconds, a gigabyte. */
const MOST_COST = 16;
const MOST_MEMORY = 1024 * 1024;
const MOST_PASSES = 64;

const argon2 = (stored: string, password: string): Promise<boolean> => {
  const { m, t } = /\$m=(?<m>\d{1,10}),t=(?<t>\d{1,10}),p=/.exec(stored)?.groups ?? {};
  const bearable = Number(m) <= MOST_MEMORY && Number(t) <= MOST_PASSES;
  return bearable ? verifyArgon2(stored, password) : Promise.resolve(false);
};

const bcrypt = (stored: string, password: string): Promise<boolean> => {
  const { cost } = /^\$2[aby]\$(?<cost>\d\d)\$[./0-9A-Za-z]{53}$/.exec(stored)?.groups ?? {};
  return Number(cost) <= MOST_COST ? verifyBcrypt(password, stored) : Promise.resolve(false);
};

const des = (stored: string, octets: Uint8Array): boolean =>
  /^[./0-9A-Za-z]{13}$/.test(stored) && sameText(desCrypt([...octets], stored.slice(0, 2)), stored);

const md5 = (stored: string, octets: Uint8Array): boolean => {
  const [, salt] = /^\$1\$([^$]{0,8})\$[./0-9A-Za-z]{22}$/.exec(stored) ?? [];
  return salt !== undefined && sameText(md5Crypt(octets, salt), stored);
};

/**
 * Whether crypt(3) would say that the password made the hash: DES, `$1$`, `$5$`, `$6$`, `$2a$` and its
 * like, `$argon2…$`. False for what none of them made. @throws for what a library chokes on
 */
export const cryptVerifies = async (stored: string, password: string): Promise<boolean> => {
  const octets = Buffer.from(password);
  if (octets.length > OCTETS) return false;
  const [, id = ''] = /^\$([a-z0-9]+)\$/.exec(stored) ?? [];
  if (id === '') return des(stored, octets);
  if (id === '1') return md5(stored, octets);
  if (id === '5' || id === '6') {
    const made = await shaCrypt(octets, stored);
    return made !== undefined && sameText(made, stored);
  }
  if (id.startsWith('argon2')) return argon2(stored, password);
  return bcrypt(stored, password);
};
