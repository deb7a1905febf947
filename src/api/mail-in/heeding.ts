import { canonicalLogin } from '../../domain/account/login.ts';
import type { UserSource } from '../../domain/account/user-source.ts';
import type { Directory } from '../../domain/account/directory.ts';
import type { SchedulingMessage } from '../../domain/scheduling/message.ts';
import { answersIn, withAnswers } from '../../domain/scheduling/own-answers.ts';
import { type Addresses, mailto } from '../../domain/scheduling/addresses.ts';
import type { Uid } from '../../domain/kernel/ids.ts';
import type { AccountsByMail } from '../../projections/account/rows.ts';
import type { Principal } from '../principal.ts';
import type { Cause, delivering } from '../scheduling/delivering.ts';
import type { SchedulingObjects } from '../scheduling/objects.ts';
import { type SchedulingProcess, versionOf } from '../scheduling/process.ts';
import type { SchedulingPeople } from '../scheduling/service.ts';
import type { Services } from '../services.ts';
import type { MailRecipient, TakingParts } from './taking.ts';

interface HeedingParts {
  readonly objects: Pick<SchedulingObjects, 'place'>;
  readonly deliver: ReturnType<typeof delivering>;
  readonly process: Pick<SchedulingProcess, 'tellAttendees' | 'tellOrganizer'>;
}

/** Does to people's calendars what mails say, and has the others told of answers (RFC 5546 §3.2.3). */
export const heeding =
  (parts: HeedingParts): TakingParts['heed'] =>
  async (message, { person, addresses, bookings }, cause) => {
    const { deliver, process } = parts;
    const [address] = message.recipients;
    if (address === undefined) return 'refuse';
    const given = async (what: SchedulingMessage) => {
      const dispatch = { message: what, senderAddresses: new Set([what.sender]), cause };
      const [done] = await deliver(dispatch, [
        { address, person, addresses, ...(bookings === undefined ? {} : { bookings }) },
      ]);
      return done;
    };
    const done = await given(message);
    if (done === undefined || done.kind === 'refuse') return 'refuse';
    if (message.method === 'REQUEST' && done.answers !== undefined)
      await tellAnswer(parts, message.uid, person, addresses, cause);
    // Whoever proposes something else has also answered what he was asked.
    const answered = message.method === 'COUNTER' ? await given(answerIn(message)) : done;
    // Again, even where nothing is new: whoever was to be told may not have been.
    if (answered !== undefined && (message.method === 'REPLY' || answered !== done))
      await process.tellAttendees(person, message.uid, cause, answered.before);
    return answered?.kind === 'store' ? 'store' : done.kind;
  };

/** Somebody answers by himself, as he has said beforehand: the organizer has to hear of it. */
const tellAnswer = async (
  { objects, process }: HeedingParts,
  uid: Uid,
  owner: Principal,
  addresses: Addresses,
  cause: Cause,
): Promise<void> => {
  const { at } = await objects.place(owner.account, uid);
  if (at === undefined) return;
  const asked = new Map(
    [...answersIn(at.text, addresses).keys()].map((key) => [key, 'NEEDS-ACTION']),
  );
  const before = withAnswers(at.text, addresses, asked);
  const version = versionOf(at.stream, at.member);
  await process.tellOrganizer({
    ...{ owner, uid, version, before, after: at.text, silent: false, cause },
  });
};

/** A counter-proposal as the answer that it is too: times are the organizer's to change (RFC 5546 §3.2.7). */
const answerIn = (message: SchedulingMessage): SchedulingMessage => ({
  ...message,
  method: 'REPLY',
  body: {
    ...message.body,
    properties: message.body.properties.map((line) =>
      line.name === 'METHOD' ? { ...line, value: 'REPLY' } : line,
    ),
  },
});

interface ResidentsParts {
  readonly accounts: AccountsByMail;
  readonly sources: Iterable<UserSource | Directory>;
  readonly sharing: Pick<Services['sharing'], 'personCalled'>;
  readonly people: Pick<SchedulingPeople, 'recipients'>;
}

/** Who of those with an account has a mailbox; an address that several have is nobody's. */
export const residentsOver =
  ({ accounts, sources, sharing, people }: ResidentsParts): TakingParts['residents'] =>
  async (mails) => {
    const rows = await accounts.byMails(mails);
    const found: MailRecipient[] = [];
    for (const mail of mails) {
      const own = rows.filter((row) => row.mail.toLowerCase() === mail);
      const person = own.length > 1 ? undefined : await personOf(own[0]?.login, mail);
      if (person === undefined || found.some((one) => one.person.account === person.account))
        continue;
      const address = mailto(mail);
      const known = address && (await people.recipients([address], person)).get(address);
      if (known?.kind === 'person' || known?.kind === 'resource') found.push({ ...known, mail });
    }
    return found;

    async function personOf(
      login: string | undefined,
      mail: string,
    ): Promise<Principal | undefined> {
      if (login !== undefined) return sharing.personCalled(login);
      for (const source of sources) {
        const entry = 'find' in source ? await source.find({ mail }) : undefined;
        if (entry?.login !== undefined && entry.kind !== 'group')
          return sharing.personCalled(canonicalLogin(entry.login));
      }
      return sharing.personCalled(canonicalLogin(mail));
    }
  };
