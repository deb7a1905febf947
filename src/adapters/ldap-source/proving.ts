import { randomUUID } from 'node:crypto';
import type { PasswordProof } from '../../domain/account/directory.ts';
import type { Naming } from '../../domain/account/naming.ts';
import { PASSWORD_LIMIT } from '../../domain/account/password.ts';
import type { Attributes } from './attributes.ts';
import { type Connection, DirectoryAnswer, RESULT } from './connection.ts';
import type { Connections } from './connections.ts';
import { childOf } from './dn.ts';
import type { Entries, Place } from './entries.ts';
import { type Fields, userAttributes, userOf } from './entry.ts';
import { activeDirectoryError, type PolicyAnswer, PasswordPolicyControl } from './policy.ts';

export interface ProvingParts {
  readonly id: string;
  readonly place: Place;
  readonly fields: Fields;
  readonly naming: Naming;
  readonly connections: Connections;
  readonly entries: Entries;
  readonly passwordPolicy: boolean;
  readonly bindAsCurrentUser: boolean;
  /** Whether there is a service that may read people's entries. */
  readonly hasService: boolean;
}

/** Somebody whose name is known, with the password that may be theirs. */
export interface Claim {
  readonly dn: string;
  readonly password: string;
}

/** What a bind came to; the connection is then theirs, when `outcome` is no refusal. */
export interface Bound {
  readonly outcome: PasswordProof['outcome'];
  readonly policy: PolicyAnswer;
}

/**
 * A password that may be sent to a directory. Without this a bind with an empty password succeeds as
 * nobody (RFC 4513 §5.1.2), and one with NUL may be compared up to there only.
 */
export const isPassword = (password: string): boolean =>
  password !== '' && password.length <= PASSWORD_LIMIT && !password.includes('\0');

/** Answers to a bind that mean: not these credentials. Everything else means that nobody can tell. */
const refusals: ReadonlySet<number> = new Set([
  RESULT.constraintViolation,
  RESULT.noSuchObject,
  RESULT.invalidDnSyntax,
  RESULT.inappropriateAuthentication,
  RESULT.invalidCredentials,
  RESULT.insufficientAccessRights,
  RESULT.unwillingToPerform,
]);

const outcomeOf = (error: PolicyAnswer['error']): PasswordProof['outcome'] | undefined =>
  error === 'expired' || error === 'locked' || error === 'must-change' ? error : undefined;

/** Binds as somebody, with the policy's word where the source minds it. */
export const bindAs = async (
  connection: Connection,
  { dn, password }: Claim,
  passwordPolicy: boolean,
): Promise<Bound> => {
  const control = passwordPolicy ? new PasswordPolicyControl() : undefined;
  try {
    await connection.bind(dn, password, control);
    const policy = control?.answer ?? {};
    return { outcome: outcomeOf(policy.error) ?? 'right', policy };
  } catch (error) {
    if (!(error instanceof DirectoryAnswer) || !refusals.has(error.result)) throw error;
    const policy = control?.answer ?? {};
    const reason = policy.error ?? activeDirectoryError(error.message);
    return { outcome: outcomeOf(reason) ?? 'wrong', policy };
  }
};

/** Finds who a typed login is in the directory, and whether a password is theirs. */
export interface Proving {
  prove(typed: string, password: string): Promise<PasswordProof & { readonly dn?: string }>;
  /** The names of entries that a typed login may stand for. */
  names(typed: string): Promise<readonly string[]>;
}

const WRONG: PasswordProof = { outcome: 'wrong' };

export const proving = (parts: ProvingParts): Proving => {
  const { id, place, fields, naming, connections, entries, passwordPolicy } = parts;
  const isIndirect = place.bindFields.length > 0;
  const readsAsThemselves = parts.bindAsCurrentUser || !parts.hasService;
  const attributes = userAttributes(fields);
  // Whoever is unknown takes a bind too, so that time does not tell who exists.
  const nobody = childOf('', fields.IDFieldName, `nobody-${randomUUID()}`);

  interface Candidate {
    readonly dn: string;
    readonly read: Attributes | undefined;
  }
  const candidates = async (typed: string): Promise<readonly Candidate[]> => {
    const meant = entries.meant(typed);
    if (meant === undefined) return [];
    const { logins, base } = meant;
    if (!isIndirect)
      return logins.map((login) => ({
        dn: childOf(base, fields.IDFieldName, login),
        read: undefined,
      }));
    const found = await connections.shared((connection) =>
      entries.byLogin(connection, meant, parts.bindAsCurrentUser ? ['1.1'] : attributes),
    );
    if (found === undefined) return [];
    return [{ dn: found.dn, read: parts.bindAsCurrentUser ? undefined : found }];
  };

  const proven = (
    { dn, read }: Candidate,
    password: string,
  ): Promise<PasswordProof & { readonly dn: string }> =>
    connections.own(async (connection) => {
      const { outcome, policy } = await bindAs(connection, { dn, password }, passwordPolicy);
      if (outcome !== 'right') return { outcome, dn };
      const entry =
        read ??
        (readsAsThemselves
          ? await entries.at(connection, dn, attributes)
          : await connections.shared((shared) => entries.at(shared, dn, attributes)));
      const user = entry && userOf(entry, fields, id, naming);
      if (user === undefined) return { outcome: 'wrong', dn };
      const { expiresIn, graceLogins } = policy;
      return {
        outcome,
        user,
        dn,
        ...(expiresIn === undefined ? {} : { expiresIn }),
        ...(graceLogins === undefined ? {} : { graceLogins }),
      };
    });

  return {
    names: async (typed) => (await candidates(typed)).map(({ dn }) => dn),
    async prove(typed, password) {
      if (!isPassword(password)) return WRONG;
      const found = await candidates(typed);
      if (found.length === 0) {
        await connections.own((connection) =>
          bindAs(connection, { dn: nobody, password }, passwordPolicy),
        );
        return WRONG;
      }
      let proof: PasswordProof = WRONG;
      for (const candidate of found) {
        const answer = await proven(candidate, password);
        if (answer.outcome === 'right') return answer;
        if (answer.outcome !== 'wrong') proof = answer;
      }
      return proof;
    },
  };
};
