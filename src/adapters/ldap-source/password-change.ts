import { Attribute, BerWriter, Change } from 'ldapts';
import type { PasswordChange, PasswordRefusal } from '../../domain/account/directory.ts';
import { attributesOf } from './attributes.ts';
import { type Connection, DirectoryAnswer, RESULT } from './connection.ts';
import { present } from './filters.ts';
import { type PolicyError, PasswordPolicyControl } from './policy.ts';
import type { Claim } from './proving.ts';
import { lmHash, ntHash } from './samba.ts';

export interface ChangingParts {
  readonly passwordPolicy: boolean;
  readonly updateSambaNTLMPasswords: boolean;
  /** What is to stand in userPassword: `{SSHA}…`, or the password where the directory hashes it. */
  stored(password: string): Promise<string>;
}

/** Password Modify (RFC 3062). */
const PASSWORD_MODIFY = '1.3.6.1.4.1.4203.1.11.1';
/** supportedCapabilities of Active Directory and Samba 4 (MS-ADTS §3.1.1.3.4.3.1). */
const ACTIVE_DIRECTORY = '1.2.840.113556.1.4.800';

/** Whether the server is Active Directory or keeps passwords as it does. */
const isActiveDirectory = async (connection: Connection): Promise<boolean> => {
  const [root] = await connection.search({
    base: '',
    scope: 'base',
    filter: present('objectClass'),
    attributes: ['supportedCapabilities'],
    limit: 1,
  });
  return (
    root !== undefined && attributesOf(root).all('supportedCapabilities').includes(ACTIVE_DIRECTORY)
  );
};

const change = (
  operation: 'add' | 'delete' | 'replace',
  type: string,
  values: string[] | Buffer[],
): Change => new Change({ operation, modification: new Attribute({ type, values }) });

/** unicodePwd's form (MS-ADTS §3.1.1.3.1.5): in quotes, in UTF-16. */
const quoted = (password: string): Buffer => Buffer.from(`"${password}"`, 'utf16le');

/** `undefined` where a class that has them is missing. */
const sambaChanges = async (
  connection: Connection,
  dn: string,
  password: string,
): Promise<readonly Change[]> => {
  const [entry] = await connection.search({
    base: dn,
    scope: 'base',
    filter: present('objectClass'),
    attributes: ['objectClass'],
    limit: 1,
  });
  const classes = entry === undefined ? [] : attributesOf(entry).all('objectClass');
  if (!classes.some((name) => name.toLowerCase() === 'sambasamaccount')) return [];
  const lm = lmHash(password);
  return [
    change('replace', 'sambaNTPassword', [ntHash(password)]),
    change('replace', 'sambaLMPassword', lm === undefined ? [] : [lm]),
  ];
};

const refusalOf = (
  error: DirectoryAnswer,
  policyError: PolicyError | undefined,
): PasswordRefusal => {
  switch (policyError) {
    case 'old-needed':
      return 'wrong';
    case 'must-change':
    case undefined:
      break;
    default:
      return policyError;
  }
  // Active Directory's own words (MS-ERREF §2.2): password restriction; wrong old password.
  if (/\b0000052D\b/i.test(error.message)) return 'too-weak';
  if (/\b00000056\b/.test(error.message)) return 'wrong';
  return error.result === RESULT.insufficientAccessRights ? 'not-allowed' : 'refused';
};

/** Sets a new password on a connection that is bound as the person, or with no old one as somebody who may. */
export const changePassword = async (
  connection: Connection,
  { dn, password: old }: Pick<Claim, 'dn'> & { readonly password: string | undefined },
  wanted: string,
  parts: ChangingParts,
): Promise<PasswordChange> => {
  const control = parts.passwordPolicy ? new PasswordPolicyControl() : undefined;
  try {
    if (await isActiveDirectory(connection)) {
      // Deleting the old one is what makes it a change by the person, to which the policy applies.
      await connection.modify(
        dn,
        old === undefined
          ? [change('replace', 'unicodePwd', [quoted(wanted)])]
          : [
              change('delete', 'unicodePwd', [quoted(old)]),
              change('add', 'unicodePwd', [quoted(wanted)]),
            ],
      );
      return { changed: true };
    }
    const samba = parts.updateSambaNTLMPasswords ? await sambaChanges(connection, dn, wanted) : [];
    if (control === undefined) {
      const stored = change('replace', 'userPassword', [await parts.stored(wanted)]);
      await connection.modify(dn, [stored, ...samba]);
      return { changed: true };
    }
    const request = new BerWriter();
    request.startSequence();
    request.writeString(dn, 0x80);
    if (old !== undefined) request.writeString(old, 0x81);
    request.writeString(wanted, 0x82);
    request.endSequence();
    await connection.extended(PASSWORD_MODIFY, request.buffer, control);
    if (samba.length > 0) await connection.modify(dn, samba);
    return { changed: true };
  } catch (error) {
    if (!(error instanceof DirectoryAnswer)) throw error;
    return { refused: refusalOf(error, control?.answer.error) };
  }
};
