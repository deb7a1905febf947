import { createHash, randomBytes } from 'node:crypto';
import type { SignOnOutcome } from '../../domain/account/identity-provider.ts';
import type { OneTimeNotes } from '../../domain/account/one-time-notes.ts';
import {
  type SamlLogout,
  type SamlProvider,
  type SamlRefusal,
  TICKET,
} from '../../domain/account/saml-provider.ts';
import type { LogoutMessage } from './logout.ts';
import { SamlRefused } from './refusal.ts';
import { SKEW } from './times.ts';
import type { ProviderSession, SamlSignIn, ServiceProvider } from './service-provider.ts';

interface SamlProviderParts {
  readonly service: ServiceProvider;
  readonly notes: OneTimeNotes;
  /** The provider's entity id: ids are its own. */
  readonly issuer: string;
  /** Whether signing out here ends the session there (SOGoSAML2LogoutEnabled). */
  readonly endsThere: boolean;
}

/** Seconds for a browser to fetch what it brought. */
const FETCHING = 60;

const newId = (): string => `_${randomBytes(20).toString('hex')}`;

/** A key of constant length that tells nothing. */
const keyOf = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

const nameKey = (name: string): string => JSON.stringify(['name', name]);
const indexKey = (name: string, index: string): string => JSON.stringify(['index', name, index]);

/** By what the provider may end a session: all that go by a name, or one by its index. */
const keysOf = (session: ProviderSession | undefined): readonly string[] => {
  if (session === undefined) return [];
  const { nameId, index } = session;
  const name = nameKey(nameId.value);
  return index === undefined ? [name] : [name, indexKey(nameId.value, index)];
};

const endedBy = ({
  nameId,
  sessionIndexes,
}: Extract<LogoutMessage, { kind: 'request' }>): readonly string[] =>
  sessionIndexes.length === 0
    ? [nameKey(nameId.value)]
    : sessionIndexes.map((index) => indexKey(nameId.value, index));

/** What is parked for a browser. */
type Parked = Pick<SamlSignIn, 'inResponseTo' | 'login'> & { readonly kept: Kept };

/** What is kept with a session here: the provider's name for it, and when it ends there. */
type Kept = Pick<SamlSignIn, 'session' | 'sessionUntil'>;
const keptIn = (keepsake: string): Kept => JSON.parse(keepsake) as Kept;

/** Either, or why the provider's word is not believed; other faults are thrown. */
const unlessRefused = async <What>(work: () => Promise<What>): Promise<What | SamlRefusal> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SamlRefused) return { refused: error.reason };
    throw error;
  }
};

/** An identity provider by SAML 2: what it says once is believed once, by one browser, on whatever node. */
export const samlProvider = (parts: SamlProviderParts): SamlProvider => {
  const { service, notes, issuer, endsThere } = parts;

  /** Whether a message comes for the first time. */
  const isFirst = (id: string, until: number): Promise<boolean> => {
    const seconds = Math.max(Math.ceil((until - Date.now()) / 1000), 1);
    return notes.note(keyOf('saml message', issuer, id), '', seconds);
  };

  return {
    kind: 'saml2',
    metadata: service.metadata,

    async begin() {
      const id = newId();
      return { location: await service.signOnUrl(id), memory: id };
    },

    receive: (encoded) =>
      unlessRefused(async () => {
        const signedIn = await service.signIn(encoded);
        const { id, until, inResponseTo, login, session, sessionUntil } = signedIn;
        if (!(await isFirst(id, until))) return { refused: 'replayed' };
        const parked: Parked = { inResponseTo, login, kept: { session, sessionUntil } };
        const ticket = randomBytes(32).toString('base64url');
        await notes.note(keyOf('saml ticket', ticket), JSON.stringify(parked), FETCHING);
        return { ticket };
      }),

    async finish({ query, memory }): Promise<SignOnOutcome> {
      const ticket = query.get(TICKET) ?? '';
      const text = await notes.take(keyOf('saml ticket', ticket));
      if (text === undefined) return { outcome: 'unbelievable', why: 'no-ticket' };
      const { inResponseTo, login, kept } = JSON.parse(text) as Parked;
      // Else somebody could be signed in, without knowing, as whoever forged the visit.
      if (memory === '' || inResponseTo !== memory)
        return { outcome: 'unbelievable', why: 'another-browser' };
      return {
        outcome: 'proven',
        name: login,
        keys: keysOf(kept.session),
        keepsake: JSON.stringify(kept),
      };
    },

    async end(keepsake) {
      const { session } = keptIn(keepsake);
      return endsThere && session !== undefined ? service.logoutUrl(newId(), session) : undefined;
    },

    async check(keepsake) {
      const { sessionUntil } = keptIn(keepsake);
      const isOver = sessionUntil !== undefined && Date.now() - SKEW >= sessionUntil;
      return { state: isOver ? 'over' : 'holds' };
    },

    // Its own messages come with a browser: `logout`.
    ended: async () => undefined,

    logout: (query) =>
      unlessRefused(async (): Promise<SamlLogout> => {
        const message = await service.logout(query);
        if (message.kind === 'response') return message;
        if (!(await isFirst(message.id, message.until))) return { refused: 'replayed' };
        return {
          kind: 'request',
          keys: endedBy(message),
          answer: () => service.logoutAnswerUrl(message, true),
        };
      }),
  };
};
