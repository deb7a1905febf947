import type { Instant, ScheduleTag, Uid } from '../../domain/kernel/ids.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { ResourceName } from '../../domain/kernel/ids.ts';
import { answer } from '../../domain/scheduling/answering.ts';
import { organize } from '../../domain/scheduling/organizing.ts';
import { type Role, roleIn } from '../../domain/scheduling/roles.ts';
import type { NotAllowed } from '../../domain/scheduling/scheduling.ts';
import type { Dialect, Principal } from '../services.ts';
import { newScheduleTag, type SchedulingObjects } from './objects.ts';
import type { SchedulingPeople } from './people.ts';

/** What somebody wants to store in a calendar, or to take away. */
export interface Wish {
  readonly owner: Principal;
  readonly stream: StreamId;
  readonly name: ResourceName;
  readonly uid: Uid;
  /** What is there. */
  readonly before: string | undefined;
  /** `undefined`: it is to be deleted. */
  readonly after: string | undefined;
  /** Whether it is known that the client saw what is there. */
  readonly sawLatest: boolean;
  /** Id of the request. */
  readonly cause: string;
  readonly at: Instant;
}

/** What of a wish is stored, or why it is refused. */
export type Plan =
  /** Nobody else takes part. */
  | { readonly kind: 'plain' }
  | {
      readonly kind: 'scheduled';
      readonly role: Exclude<Role, 'neither'>;
      readonly text: string | undefined;
      readonly scheduleTag: ScheduleTag;
    }
  | NotAllowed
  /** The owner has an object of this UID somewhere else (RFC 6638 §3.2.4.1). */
  | { readonly kind: 'not-unique'; readonly stream: StreamId; readonly name: ResourceName };

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
