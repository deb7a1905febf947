import type { Revision } from '../../domain/kernel/event-store.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { Preferences } from '../../domain/preferences/preferences.ts';
import { accessTo, standingOf } from '../../domain/rights/access.ts';
import type { SchedulingMessage } from '../../domain/scheduling/message.ts';
import {
  type Answers,
  answersIn,
  isSameAnswer,
  noAnswers,
  withAnswers,
} from '../../domain/scheduling/own-answers.ts';
import type { Receipt } from '../../domain/scheduling/receipt.ts';
import type { CollectionRows } from '../../projections/collection/rows.ts';
import type { Principal, Services } from '../services.ts';
import type { Bookings } from './bookings.ts';
import type { Addressee } from './addressee.ts';
import {
  type AnsweredAlone,
  answeredAlone,
  preventsInvitation,
  wantsApproval,
} from './invitation-settings.ts';
import type { Place } from './objects.ts';
import type { SchedulingPeople } from './service.ts';

interface OwnAnsweringParts {
  readonly book: Bookings;
  readonly people: Pick<SchedulingPeople, 'recipients'>;
  readonly collections: Pick<CollectionRows, 'collections'>;
  readonly sharing: Pick<Services['sharing'], 'askerOf'>;
  readonly preferencesOfAll: Services['preferencesOfAll'];
}

/** Why somebody is not invited. */
export type Unwilling = 'prevents-invitations' | 'no-access';

type Stored = Extract<Receipt, { kind: 'store' }>;

/** What is stored of an invitation that is answered at once. */
export interface OwnAnswer {
  readonly receipt: Stored;
  readonly asOf: Revision | undefined;
}

/** What people and resources have said beforehand of invitations by somebody. */
export interface Beforehand {
  /** Asked about who is not invited yet. */
  unwilling(to: Addressee, place: Place): Promise<Unwilling | undefined>;
  /** Whether he answers by himself, or is a resource. */
  answers(to: Addressee): boolean;
  answer(
    to: Addressee,
    of: { readonly message: SchedulingMessage; readonly receipt: Stored; readonly place: Place },
    now: Instant,
  ): Promise<OwnAnswer | undefined>;
}

/** `sender` is absent for somebody elsewhere: nothing is answered for people then, and resources are not booked. */
export type OwnAnswering = (
  to: readonly Addressee[],
  sender: Principal | undefined,
) => Promise<Beforehand>;

/** A person takes one thing at a time. */
const ONE = 1;

export const ownAnswering = (parts: OwnAnsweringParts): OwnAnswering => {
  const { book, collections, people, sharing, preferencesOfAll } = parts;

  /**
   * A resource is booked by whoever has a right in its calendar; and where its owner said nothing of them nor of
   * everybody, by all who may know of it.
   */
  const mayBook = async (sender: Principal, { usual }: Place): Promise<boolean> => {
    const row = usual && (await collections.collections([usual])).get(usual);
    if (row === undefined) return false;
    const asker = await sharing.askerOf(sender);
    const guarded = { kind: 'calendar', owner: row.owner, grants: row.grants } as const;
    if (accessTo(asker, guarded) !== undefined) return true;
    return standingOf(asker, guarded).because === 'usual';
  };

  const isResource = async ({ address, person }: Addressee): Promise<boolean> =>
    (await people.recipients([address], person)).get(address)?.kind === 'resource';

  return async (all, sender) => {
    const chosen = await preferencesOfAll(all.map(({ person }) => person));
    const ofPerson = ({ person: { account } }: Addressee): Preferences | undefined =>
      chosen.get(account satisfies AccountId);

    const answer: Beforehand['answer'] = async (to, { message, receipt, place }, now) => {
      const { addresses, bookings } = to;
      const existing = place.at?.text;
      const held = existing === undefined ? noAnswers : answersIn(existing, addresses);
      const isNew = receipt.significant || !isSameAnswer(answersIn(message.body, addresses), held);
      if (!isNew && bookings !== undefined) return undefined;
      if (bookings === undefined && !receipt.asks) return undefined;
      const first = place.at?.stream ?? place.usual;
      const { answers, asOf } = await book({
        ...{ addresses, uid: message.uid, text: receipt.object, now, bookings: bookings ?? ONE },
        calendars: [...new Set([first, ...place.calendars])].filter((one) => one !== undefined),
      });
      const asked = answersIn(receipt.object, addresses);
      const said =
        bookings === undefined
          ? personal(answers, asked, answeredAlone(ofPerson(to)))
          : wantsApproval(ofPerson(to))
            ? awaiting(answers, held, receipt.significant)
            : answers;
      const object = withAnswers(receipt.object, addresses, said);
      return { receipt: { ...receipt, object }, asOf };
    };

    return {
      async unwilling(to, place) {
        if (sender === undefined && (await isResource(to))) return 'no-access';
        if (to.bookings !== undefined && sender !== undefined)
          return (await mayBook(sender, place)) ? undefined : 'no-access';
        return preventsInvitation(ofPerson(to), sender?.login) ? 'prevents-invitations' : undefined;
      },
      answers(to) {
        if (sender === undefined) return false;
        const { accepts, declines } = answeredAlone(ofPerson(to));
        return to.bookings !== undefined || accepts || declines;
      },
      answer,
    };
  };
};

/** Only what is asked, and as he wants it. */
const personal = (
  answers: Answers,
  asked: Answers,
  { accepts, declines }: AnsweredAlone,
): Answers =>
  new Map(
    [...answers].map(([key, partstat]) => {
      const wanted = partstat === 'ACCEPTED' ? accepts : declines;
      const before = asked.get(key) ?? partstat;
      return [key, wanted && before === 'NEEDS-ACTION' ? partstat : before];
    }),
  );

/** What there is room for waits, unless it was approved as it is. */
const awaiting = (answers: Answers, held: Answers, isOther: boolean): Answers =>
  new Map(
    [...answers].map(([key, partstat]) => [
      key,
      partstat !== 'ACCEPTED' || (!isOther && held.get(key) === 'ACCEPTED')
        ? partstat
        : 'NEEDS-ACTION',
    ]),
  );
