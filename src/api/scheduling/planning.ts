import { answer } from '../../domain/scheduling/answering.ts';
import { organize } from '../../domain/scheduling/organizing.ts';
import { roleIn } from '../../domain/scheduling/roles.ts';
import type { Dialect } from '../services.ts';
import { newScheduleTag, type SchedulingObjects } from './objects.ts';
import type { Plan, SchedulingPeople, Wish } from './service.ts';

interface PlanningParts {
  readonly people: SchedulingPeople;
  readonly objects: SchedulingObjects;
  readonly dialect: () => Dialect;
}

const mayBeScheduled = (text: string | undefined): text is string =>
  text !== undefined && /^(?:ATTENDEE|ORGANIZER)/im.test(text);

/** What becomes of a client's wish in a calendar, before it is stored (RFC 6638 §3.2). */
export const planning =
  ({ people, objects, dialect }: PlanningParts) =>
  async (wish: Wish): Promise<Plan> => {
    const { owner, before, after, uid, stream, name, at: now, cause } = wish;
    if (!mayBeScheduled(before) && !mayBeScheduled(after)) return { kind: 'plain' };
    const addresses = await people.addressesOf(owner);
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
    return { kind: 'scheduled', role, text, scheduleTag: newScheduleTag(text ?? '', cause) };
  };
