import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { samlProvider } from '../../../src/adapters/saml/saml-provider.ts';
import type { OneTimeNotes } from '../../../src/domain/account/one-time-notes.ts';
import type { SamlProvider } from '../../../src/domain/account/saml-provider.ts';
import {
  encode,
  inSeconds,
  logoutRequestXml,
  redirectQuery,
  said,
  signedResponse,
} from '../../support/saml-messages.ts';
import { ISSUER, ORIGIN, type SamlParties, samlParties } from '../../support/saml-party.ts';

let parties: SamlParties;
beforeAll(async () => {
  parties = await samlParties();
}, 60_000);
afterAll(() => parties.forget());

const memoryNotes = (): OneTimeNotes & { readonly kept: Map<string, string> } => {
  const kept = new Map<string, string>();
  return {
    kept,
    async note(key, text) {
      if (kept.has(key)) return false;
      kept.set(key, text);
      return true;
    },
    async take(key) {
      const text = kept.get(key);
      kept.delete(key);
      return text;
    },
  };
};

const notes = memoryNotes();
/** As each node has it. */
const node = (endsThere = true): SamlProvider =>
  samlProvider({ service: parties.server(), notes, issuer: ISSUER, endsThere });

const answerTo = (memory: string) => said(ORIGIN, ISSUER, memory);
const send = (one: ReturnType<typeof said>) =>
  node().receive(encode(signedResponse(one, parties.theirs)));
const ticketFrom = async (one: ReturnType<typeof said>): Promise<string> => {
  const received = await send(one);
  if ('refused' in received) throw new Error(received.refused);
  return received.ticket;
};
const finish = (ticket: string, memory: string) =>
  node().finish({ origin: ORIGIN, query: new URLSearchParams({ ticket }), memory });

describe('signing in by SAML', () => {
  it('is begun by one node, answered to a second and finished by a third', async () => {
    const { location, memory } = await node().begin(ORIGIN);
    expect(location).toMatch(/^https:\/\/idp\.acme\.com\/sign-on\?.*SAMLRequest=.*Signature=/);
    const one = answerTo(memory);
    const outcome = await finish(await ticketFrom(one), memory);
    expect(outcome).toMatchObject({ outcome: 'proven', name: 'ada' });
  });

  it('takes an answer once (saml-profiles-2.0-os §4.1.4.5)', async () => {
    const one = answerTo((await node().begin(ORIGIN)).memory);
    expect(await send(one)).toHaveProperty('ticket');
    expect(await send(one)).toEqual({ refused: 'replayed' });
    // Nor as another response around the same assertion.
    expect(await send({ ...one, id: '_another' })).toEqual({ refused: 'replayed' });
  });

  it('takes a ticket once, and no other than its own', async () => {
    const { memory } = await node().begin(ORIGIN);
    const ticket = await ticketFrom(answerTo(memory));
    expect(await finish(ticket.slice(1), memory)).toEqual({
      outcome: 'unbelievable',
      why: 'no-ticket',
    });
    expect(await finish(ticket, memory)).toMatchObject({ outcome: 'proven' });
    expect(await finish(ticket, memory)).toEqual({ outcome: 'unbelievable', why: 'no-ticket' });
    // Whoever reads the database can't fetch anything with what is there.
    expect([...notes.kept.keys()].some((key) => key.includes(ticket))).toBe(false);
  });

  it('is of no use in another browser, so that nobody signs somebody in as himself', async () => {
    const forger = await node().begin(ORIGIN);
    const victim = await node().begin(ORIGIN);
    for (const memory of [victim.memory, '']) {
      const ticket = await ticketFrom(answerTo(forger.memory));
      expect(await finish(ticket, memory)).toEqual({
        outcome: 'unbelievable',
        why: 'another-browser',
      });
    }
  });

  it('says why it believes something not, and never who sent it what', async () => {
    const one = answerTo('_x');
    expect(await node().receive(encode(signedResponse(one, parties.forgers)))).toEqual({
      refused: 'signature',
    });
  });
});

describe('a session', () => {
  const after = async (sessionUntil: string | undefined) => {
    const one = answerTo((await node().begin(ORIGIN)).memory);
    const ticket = await ticketFrom({ ...one, sessionUntil });
    const outcome = await finish(ticket, one.inResponseTo ?? '');
    if (outcome.outcome !== 'proven') throw new Error(outcome.outcome);
    return node().check?.(outcome.keepsake);
  };

  it('holds as long as it does at the provider, when that says so (saml-core-2.0-os §2.7.2)', async () => {
    expect(await after(undefined)).toEqual({ state: 'holds' });
    expect(await after(inSeconds(3600))).toEqual({ state: 'holds' });
    expect(await send({ ...answerTo('_x'), sessionUntil: inSeconds(-61) })).toEqual({
      refused: 'expired',
    });
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const kept = JSON.stringify({ sessionUntil: Date.now() + 1000 });
      expect(await node().check?.(kept)).toEqual({ state: 'holds' });
      vi.setSystemTime(Date.now() + 62_000);
      expect(await node().check?.(kept)).toEqual({ state: 'over' });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('signing out by SAML', () => {
  const proven = async () => {
    const { memory } = await node().begin(ORIGIN);
    const one = answerTo(memory);
    const outcome = await finish(await ticketFrom(one), memory);
    if (outcome.outcome !== 'proven') throw new Error(outcome.outcome);
    return { ...outcome, index: one.sessionIndex };
  };
  let count = 0;
  const request = (sessionIndexes: readonly string[]): string =>
    redirectQuery(
      'SAMLRequest',
      logoutRequestXml({
        id: `_${(count += 1)}`,
        issuer: ISSUER,
        destination: `${ORIGIN}/SOGo/saml2-sls`,
        issued: inSeconds(0),
        nameId: '<saml:NameID>ada</saml:NameID>',
        sessionIndexes,
      }),
      parties.theirs,
    );
  const endedBy = async (sessionIndexes: readonly string[]): Promise<readonly string[]> => {
    const ended = await node().logout(request(sessionIndexes));
    return 'keys' in ended ? ended.keys : [];
  };

  it('goes on at the provider, if SOGoSAML2LogoutEnabled says so', async () => {
    const { keepsake } = await proven();
    expect(await node().end(keepsake, ORIGIN)).toMatch(/^https:\/\/idp\.acme\.com\/logout\?/);
    expect(await node(false).end(keepsake, ORIGIN)).toBeUndefined();
    const nameless = answerTo((await node().begin(ORIGIN)).memory);
    const outcome = await finish(
      await ticketFrom({ ...nameless, nameId: '' }),
      nameless.inResponseTo ?? '',
    );
    expect(outcome).toMatchObject({ outcome: 'proven', keys: [] });
    expect('keepsake' in outcome && (await node().end(outcome.keepsake, ORIGIN))).toBeUndefined();
  });

  it('is asked for by the provider: one session, or all of a name', async () => {
    const { keys, index } = await proven();
    const other = await proven();
    const [one, all] = [await endedBy([index]), await endedBy([])];
    expect(keys).toEqual(expect.arrayContaining([...one]));
    expect(other.keys).not.toEqual(expect.arrayContaining([...one]));
    expect(keys).toEqual(expect.arrayContaining([...all]));
    expect(other.keys).toEqual(expect.arrayContaining([...all]));
  });

  it('is asked for once by one message, and answered', async () => {
    const query = request([]);
    const asked = await node().logout(query);
    if (!('answer' in asked)) throw new Error('not asked');
    expect(await asked.answer()).toMatch(/^https:\/\/idp\.acme\.com\/logged-out\?SAMLResponse=/);
    expect(await node().logout(query)).toEqual({ refused: 'replayed' });
  });
});
