import { actingFor } from '../../domain/scheduling/acting.ts';
import type { Addresses } from '../../domain/scheduling/addresses.ts';
import { answer } from '../../domain/scheduling/answering.ts';
import { withMembers } from '../../domain/scheduling/groups.ts';
import { organize } from '../../domain/scheduling/organizing.ts';
import { attendeesOf, roleIn } from '../../domain/scheduling/roles.ts';
import type { Dialect, Principal } from '../services.ts';
import type { invitedGroups } from './groups.ts';
import { newScheduleTag, type SchedulingObjects } from './objects.ts';
import type { refusing } from './refusing.ts';
import type { Plan, SchedulingPeople, Wish } from './service.ts';

interface PlanningParts {
  readonly people: SchedulingPeople;
  readonly objects: SchedulingObjects;
  readonly dialect: () => Dialect;
  readonly groups: ReturnType<typeof invitedGroups>;
  /** Why what an organizer wants is refused before it is stored, in SOGo's dialect. */
  readonly refusal: ReturnType<typeof refusing>;
}

const mailOfPerson = ({ mail, login, account }: Principal): string => {
  const address = [mail, login].find((one) => one.includes('@'));
  return address === undefined ? `urn:uuid:${account}` : `mailto:${address}`;
};

const mayBeScheduled = (text: string | undefined): text is string =>
  text !== undefined && /^(?:ATTENDEE|ORGANIZER)/im.test(text);

/** What becomes of a client's wish in a calendar, before it is stored (RFC 6638 §3.2). */
export const planning =
  ({ people, objects, dialect, groups, refusal }: PlanningParts) =>
  async (wish: Wish): Promise<Plan> => {
    /** What is to be stored, with who acts for the owner. */
    const acted = async (
      { actor, owner, before, after }: Wish,
      own: Addresses,
    ): Promise<string | undefined> =>
      actor === undefined || actor.account === owner.account || after === undefined
        ? after
        : actingFor(before, after, {
            ...{ owner: own, ownerAddress: mailOfPerson(owner) },
            ...{ actor: await people.addressesOf(actor), actorAddress: mailOfPerson(actor) },
            marksAnswers: dialect() !== 'sogo',
          });
    const { owner, before, uid, stream, name, at: now, cause } = wish;
    if (!mayBeScheduled(before) && !mayBeScheduled(wish.after)) return { kind: 'plain' };
    const addresses = await people.addressesOf(owner);
    let after = await acted(wish, addresses);
    const [was, is] = [before, after].map((text) =>
      text === undefined ? 'neither' : roleIn(text, addresses),
    );
    const role = [was, is].includes('organizer')
      ? 'organizer'
      : [was, is].includes('attendee')
        ? 'attendee'
        : undefined;
    if (role === undefined) return { kind: 'plain' };
    if (before === undefined) {
      const { at } = await objects.place(owner.account, uid);
      if (at !== undefined && (at.stream !== stream || at.member.name !== name))
        return { kind: 'not-unique', stream: at.stream, name: at.member.name };
    }
    if (role === 'organizer' && after !== undefined && wish.keepsGroups !== true) {
      const found = await groups(attendeesOf(after), owner);
      if ('tooLarge' in found) return { kind: 'refused', reason: found.tooLarge };
      after = withMembers(after, found.groups, addresses);
    }
    const isLikeSOGo = dialect() === 'sogo';
    const planned =
      role === 'organizer'
        ? organize({
            ...{ before, after, organizer: addresses, now },
            keepAnswers: !wish.sawLatest,
            dropOwnAttendance: isLikeSOGo,
          })
        : answer({ before, after, attendee: addresses, now, lenient: isLikeSOGo });
    if (planned.kind === 'not-allowed') return planned;
    const text = planned.stored;
    if (isLikeSOGo && role === 'organizer' && text !== undefined) {
      const reason = await refusal({ owner, addresses, uid, before, text, now });
      if (reason !== undefined) return { kind: 'refused', reason };
    }
    return { kind: 'scheduled', role, text, scheduleTag: newScheduleTag(text ?? '', cause) };
  };
