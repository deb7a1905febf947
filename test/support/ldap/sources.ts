import type { Directory } from '../../../src/domain/account/directory.ts';
import { type LdapSourceParts, ldapSource } from '../../../src/adapters/ldap-source/ldap-source.ts';
import { ldapSourceOf } from './source.ts';

/** Makes sources and closes them again. */
export interface Sources {
  source(parts: Partial<LdapSourceParts> & Pick<LdapSourceParts, 'hostname'>): Directory;
  /** What they reported since the last `close`. */
  readonly troubles: unknown[];
  close(): Promise<void>;
}

export const sources = (): Sources => {
  const open: Directory[] = [];
  const troubles: unknown[] = [];
  return {
    troubles,
    source(parts) {
      const report = (trouble: unknown): void => void troubles.push(trouble);
      const made = ldapSource(ldapSourceOf({ report, ...parts }));
      open.push(made);
      return made;
    },
    async close() {
      troubles.length = 0;
      await Promise.all(open.splice(0).map((source) => source.close()));
    },
  };
};

export const loginOf = async (
  source: Directory,
  typed: string,
  secret: string,
): Promise<string | undefined> => (await source.authenticate(typed, secret))?.login;
