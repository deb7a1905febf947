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
