import { readFile } from 'node:fs/promises';

/** A user of this machine, by numbers. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

export const identityOf = async (name: string): Promise<Identity> => {
  const users = (await readFile('/etc/passwd', 'utf8')).split('\n');
  const [, , uid, gid] = users.find((one) => one.startsWith(`${name}:`))?.split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
};

/** What a group is called. */
export const groupNamed = async (gid: number): Promise<string> => {
  const groups = (await readFile('/etc/group', 'utf8')).split('\n');
  return groups.find((one) => one.split(':')[2] === String(gid))?.split(':')[0] ?? 'nogroup';
};
