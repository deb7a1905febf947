import { createHash, createHmac, randomBytes } from 'node:crypto';
import type {
  AccountCommand,
  AccountEvent,
  AccountRejection,
} from '../../domain/account/account.ts';
import type { PasswordRefusal } from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import type { OneTimeNotes } from '../../domain/account/one-time-notes.ts';
import { PASSWORD_LIMIT, type PasswordHasher } from '../../domain/account/password.ts';
import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Handle } from '../../domain/kernel/handle.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { isMailAddress } from '../../domain/mail/address.ts';
import type { Preferences } from '../../domain/preferences/preferences.ts';
import type { SettingsChange } from '../../domain/preferences/settings.ts';
import type { AccountRow, AccountRows } from '../../projections/account/rows.ts';
import type { Log } from '../log.ts';
import type { Resident } from '../services.ts';
import type { SignInAttempt } from './attempt.ts';
import type { Guard } from './guard.ts';
import { type ChangingSource, SHORTEST } from './own-password.ts';
import type { SharedCounts } from './shared-counts.ts';
import { newToken, questionDigest } from './secrets.ts';

/** SOGo's names of the questions. */
export const recoveryQuestions = ['SecretQuestion1', 'SecretQuestion2', 'SecretQuestion3'] as const;
export type RecoveryQuestion = (typeof recoveryQuestions)[number];

/** How somebody wants to be known again who forgot his password. */
export type RecoveryWay =
  | { readonly mode: 'SecretQuestion'; readonly question: RecoveryQuestion }
  | { readonly mode: 'SecondaryEmail' };

/** What is configured of it, as it is now. */
export interface RecoverySettings {
  /** SOGoPasswordRecoveryEnabled and SOGoPasswordRecoveryDomains; the domain in small letters. */
  isOn(domain: string | undefined): boolean;
  /** Whether that holds in any domain. */
  isAnywhere(): boolean;
  /** Where people know this server: a link in a mail must not say what some visitor said. */
  publicUrl(): string | undefined;
}

/** What mail a token goes out with. */
export interface RecoveryMail {
  readonly row: AccountRow;
  readonly to: string;
  readonly link: string;
  /** Names what caused it. */
  readonly cause: string;
}

interface RecoveryParts {
  readonly settings: RecoverySettings;
  readonly notes: OneTimeNotes;
  readonly accounts: Handle<AccountCommand, AccountEvent, AccountRejection>;
  readonly rows: Pick<AccountRows, 'byLogin' | 'byId'>;
  readonly sources: Iterable<ChangingSource>;
  readonly hasher: PasswordHasher;
  readonly guard: Pick<Guard, 'blocked' | 'failed'>;
  readonly counts: Pick<SharedCounts, 'count' | 'blocked'>;
  preferencesOf(person: Resident): Promise<Preferences>;
  domainOf(person: Resident | AccountRow): string | undefined;
  /** Whether people of a domain have passwords here at all. */
  takesPasswords(domain: string | undefined): boolean;
  /** Puts a mail where it is sent from. */
  send(mail: RecoveryMail): Promise<unknown>;
  signOut(account: AccountId): Promise<void>;
  seen(stream: StreamId, revision: Revision): Promise<unknown>;
  provenance(account: AccountId, client: string): Provenance;
  readonly log: Log;
}

export type RecoveryAnswer =
  | { readonly token: string }
  | { readonly refused: 'wrong' }
  | { readonly refused: 'blocked'; readonly seconds: number };

export type RecoveryOutcome = 'changed' | { readonly refused: PasswordRefusal | 'token' };

/**
 * New passwords for who forgot the old one. Whoever asks is told the same, after the same work, of people who exist,
 * of those who never said how they want to recover, and of those who never were.
 */
export interface Recovery {
  /** Whether anybody's is replaced. */
  isOffered(): boolean;
  isOn(domain: string | undefined): boolean;
  /** How a login is known again; made up, and always the same, for who has no way. */
  wayOf(login: string): Promise<RecoveryWay>;
  /** A token for the right answer to a question, good once. */
  byAnswer(
    login: string,
    given: { readonly question: string; readonly answer: string },
    attempt: SignInAttempt,
  ): Promise<RecoveryAnswer>;
  /** Mails a link to the address that the person named; nothing tells whether there is one. */
  byMail(login: string): void;
  /** Sets a new password. All browsers are signed out; app passwords and the second factor stay. */
  reset(token: string, newPassword: string, client: string): Promise<RecoveryOutcome>;
  /** What is kept of an answer. */
  sealedAnswer(answer: string): Promise<string>;
  /** Waits for mails that are being put. */
  close(): Promise<void>;
}

/** Seconds for which a token is good. */
const GOOD_FOR = { answer: 900, mail: 3600 } as const;
/** Mails that one login may cause, whoever asks. */
const MAILS = { count: 5, interval: 3600, block: 3600 } as const;
/** Where a person's own choices are kept. */
const PATH = 'defaults/SOGoPasswordRecovery';
export const RECOVERY_ANSWER = `${PATH}QuestionAnswer`;
export const RECOVERY_ADDRESS = `${PATH}SecondaryEmail`;

const textAt = ({ settings }: Preferences, name: string): string => {
  const value: unknown = JSON.parse(settings.get(`${PATH}${name}`) ?? '""');
  return typeof value === 'string' ? value : '';
};

/** How somebody wants to be known again, as he sees it. */
export interface OwnRecovery {
  readonly mode: RecoveryWay['mode'] | 'Disabled';
  readonly question: RecoveryQuestion;
  /** '' where none was named. */
  readonly address: string;
}

export const ownRecovery = (preferences: Preferences): OwnRecovery => {
  const mode = textAt(preferences, 'Mode');
  const question = textAt(preferences, 'Question');
  return {
    mode: mode === 'SecretQuestion' || mode === 'SecondaryEmail' ? mode : 'Disabled',
    question: recoveryQuestions.find((each) => each === question) ?? 'SecretQuestion1',
    address: textAt(preferences, 'SecondaryEmail'),
  };
};

/** What somebody's choice is to the settings of his preferences; an empty answer stays as it was. */
export const recoveryChange = (
  { mode, question, address }: OwnRecovery,
  sealedAnswer: string | undefined,
): SettingsChange =>
  new Map([
    [`${PATH}Mode`, JSON.stringify(mode)],
    [`${PATH}Question`, JSON.stringify(question)],
    [RECOVERY_ADDRESS, JSON.stringify(address)],
    ...(sealedAnswer === undefined
      ? []
      : ([[RECOVERY_ANSWER, JSON.stringify(sealedAnswer)]] as const)),
  ]);

/** People write an answer now so, now otherwise. */
const plainAnswer = (answer: string): string =>
  answer.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim().slice(0, PASSWORD_LIMIT);

const noteOf = (token: string): string =>
  `recovery ${createHash('sha256').update(`daybook recovery\0${token}`).digest('base64url')}`;
/** A token is for a password that is still the one it was made for. */
const stateOf = ({ passwordHash }: AccountRow): string =>
  createHash('sha256').update(passwordHash).digest('base64url').slice(0, 16);

/** Whose preferences are read for who is nobody: they are always empty. */
const NOBODY = '00000000-0000-4000-8000-000000000000' as AccountId;

export const recovery = (parts: RecoveryParts): Recovery => {
  const { settings, notes, rows, hasher, guard, counts, log } = parts;
  const key = randomBytes(32);
  const decoy = hasher.hash(randomBytes(16).toString('hex'));
  const underWay = new Set<Promise<void>>();

  /** What nobody chose: the same for the same login as long as this server runs. */
  const madeUp = (login: string): RecoveryWay => {
    const [first = 0, second = 0] = createHmac('sha256', key).update(login).digest();
    const question = recoveryQuestions[second % recoveryQuestions.length] ?? 'SecretQuestion1';
    return first % 2 === 0 ? { mode: 'SecretQuestion', question } : { mode: 'SecondaryEmail' };
  };

  interface Asked {
    readonly row: AccountRow | undefined;
    readonly way: RecoveryWay | undefined;
    /** What is kept of the answer; '' where there is none. */
    readonly answer: string;
    readonly address: string;
  }

  const asked = async (login: string): Promise<Asked> => {
    const found = await rows.byLogin(login);
    const chosen = await parts.preferencesOf(found ?? { account: NOBODY, login, mail: '' });
    const [mode, address] = [textAt(chosen, 'Mode'), textAt(chosen, 'SecondaryEmail')];
    const answer = textAt(chosen, 'QuestionAnswer');
    const question = recoveryQuestions.find((each) => each === textAt(chosen, 'Question'));
    const domain = found && parts.domainOf(found);
    const mayRecover = found !== undefined && settings.isOn(domain) && parts.takesPasswords(domain);
    const row = mayRecover ? found : undefined;
    if (mode === 'SecretQuestion' && answer !== '')
      return {
        ...{ row, answer, address: '' },
        way: { mode, question: question ?? 'SecretQuestion1' },
      };
    if (mode === 'SecondaryEmail' && isMailAddress(address))
      return { ...{ row, answer: '', address }, way: { mode } };
    return { row: undefined, way: undefined, answer: '', address: '' };
  };

  const tokenFor = async (row: AccountRow, seconds: number): Promise<string> => {
    const token = newToken();
    await notes.note(noteOf(token), `${row.account} ${stateOf(row)}`, seconds);
    return token;
  };

  const mailed = async (login: string): Promise<void> => {
    const asking = `recovery mail ${login}`;
    counts.count(asking, MAILS);
    if (counts.blocked(asking) !== undefined) return;
    const { row, way, address } = await asked(login);
    const origin = settings.publicUrl();
    if (row === undefined || way?.mode !== 'SecondaryEmail' || origin === undefined) return;
    const token = await tokenFor(row, GOOD_FOR.mail);
    const link = `${origin}/SOGo/passwordRecoveryEmail?${new URLSearchParams({ token })}`;
    await parts.send({ row, to: address, link, cause: noteOf(token) });
    log('recovery-mailed', { account: row.account });
  };

  const inSource = async (login: string, newPassword: string): Promise<RecoveryOutcome> => {
    for (const source of parts.sources) {
      if (source.resetPassword === undefined) continue;
      if ((await source.lookup(login))?.login !== login) continue;
      const change = await source.resetPassword(login, newPassword);
      return 'changed' in change ? 'changed' : change;
    }
    return { refused: 'not-allowed' };
  };

  const inTable = async (
    { account }: AccountRow,
    newPassword: string,
    client: string,
  ): Promise<RecoveryOutcome> => {
    if (Array.from(newPassword).length < SHORTEST) return { refused: 'too-short' };
    const stream = streams.account(account);
    const command = { type: 'SetPassword', passwordHash: await hasher.hash(newPassword) } as const;
    const by = parts.provenance(account, client);
    const outcome = await parts.accounts({ stream, owner: account, command, by });
    if ('rejected' in outcome) return { refused: 'not-allowed' };
    if (outcome.revision !== 'no-stream') await parts.seen(stream, outcome.revision);
    return 'changed';
  };

  return {
    isOffered: settings.isAnywhere,
    isOn: (domain) => settings.isOn(domain) && parts.takesPasswords(domain),
    async wayOf(typed) {
      const login = canonicalLogin(typed);
      const { row, way } = await asked(login);
      return (row === undefined ? undefined : way) ?? madeUp(login);
    },
    async byAnswer(typed, { question, answer }, attempt) {
      const login = canonicalLogin(typed);
      const who = `recovery ${login}`;
      const seconds = guard.blocked(who, attempt);
      if (seconds !== undefined) return { refused: 'blocked', seconds };
      const { row, way, answer: kept } = await asked(login);
      const isRight = await hasher.verify(kept === '' ? await decoy : kept, plainAnswer(answer));
      const isMeant = way?.mode === 'SecretQuestion' && way.question === question;
      if (row !== undefined && isMeant && kept !== '' && isRight)
        return { token: await tokenFor(row, GOOD_FOR.answer) };
      guard.failed(who, questionDigest(who, answer), attempt);
      return { refused: 'wrong' };
    },
    byMail(typed) {
      // Nobody waits for it: how long it takes tells nothing.
      const work = mailed(canonicalLogin(typed)).catch((error: unknown) =>
        log('recovery-trouble', { cause: error instanceof Error ? error.name : typeof error }),
      );
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    },
    async reset(token, newPassword, client) {
      const isUsable =
        newPassword.length <= PASSWORD_LIMIT &&
        !newPassword.includes('\0') &&
        newPassword.isWellFormed() &&
        newPassword !== '';
      if (!isUsable) return { refused: 'too-weak' };
      if (!/^[\w-]{43}$/.test(token)) return { refused: 'token' };
      const note = await notes.take(noteOf(token));
      const [account = '', state] = note?.split(' ') ?? [];
      const row = account === '' ? undefined : await rows.byId(account as AccountId);
      if (note === undefined || row === undefined || stateOf(row) !== state)
        return { refused: 'token' };
      const outcome =
        row.passwordHash === ''
          ? await inSource(row.login, newPassword)
          : await inTable(row, newPassword, client);
      if (outcome === 'changed') {
        await parts.signOut(row.account);
        log('password-recovered', { account: row.account });
        // Another password may be taken.
      } else await notes.note(noteOf(token), note, GOOD_FOR.answer);
      return outcome;
    },
    sealedAnswer: (answer) => hasher.hash(plainAnswer(answer)),
    async close() {
      await Promise.all(underWay);
    },
  };
};
