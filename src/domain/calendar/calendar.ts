import type { DeadChange } from '../collection/dead-properties.ts';
import { memberDecisions } from '../collection/member-decisions.ts';
import {
  isSameMember,
  isWithinPropertyLimits,
  keepingProperties,
} from '../collection/member-properties.ts';
import {
  dropMember,
  hasArrived,
  type MemberFacts,
  type Members,
  noMembers,
  putMember,
  uidHolder,
} from '../collection/members.ts';
import { holds, type Precondition } from '../collection/precondition.ts';
import { classesIn } from '../icalendar/classification.ts';
import type { Content } from '../kernel/content.ts';
import type { KeptHeard } from '../scheduling/kept.ts';
import { accept, type Decider, type Decision, reject } from '../kernel/decision.ts';
import type { AccountId, ETag, ResourceName, ScheduleTag, Uid } from '../kernel/ids.ts';
import { type Access, type Asker, type Classes, mayModify, mayRespond } from '../rights/access.ts';
import type { Grantee } from '../rights/grants.ts';
import {
  type ChangeRights,
  changeRights,
  evolveRights,
  permits,
  type RightsEvent,
  type RightsRejection,
} from '../rights/rights.ts';
import type { Role } from '../rights/roles.ts';

/** The component types a calendar collection may hold (RFC 4791 §5.2.3). */
export const calendarComponents = ['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY'] as const;
export type Component = (typeof calendarComponents)[number];

/** Those that one holds which was not told: clients that make calendars for people know no others. */
export const usualComponents: readonly Component[] = ['VEVENT', 'VTODO', 'VJOURNAL'];

/** What a decision needs to know of a calendar object (RFC 4791 §4.1). */
export interface CalendarFacts extends MemberFacts {
  readonly component: Component;
  /** Of its components; absent in what was stored before anybody asked (`classesOf`). */
  readonly classes?: Classes;
  /** Schedule-Tag (RFC 6638 §3.2.10); absent for what nobody is invited to. */
  readonly scheduleTag?: ScheduleTag;
}

/** Whoever wants it; absent: the owner, or the server for them. */
interface Asked {
  readonly asker?: Asker;
}

/** What its owner has heard of others about an object, kept whether it is there or not. */
export interface HeardOf {
  readonly uid: Uid;
  readonly heard: KeptHeard;
}

/** What those who take part need to know of an object that is deleted. */
export interface Scheduled {
  readonly uid: Uid;
  /** Whether nobody is to be told (Schedule-Reply: F, RFC 6638 §8.1). */
  readonly silent?: true;
}

export type CalendarCommand =
  | {
      readonly type: 'CreateCalendar';
      readonly owner: AccountId;
      readonly components: readonly Component[];
    }
  | (Asked & {
      readonly type: 'StoreCalendarObject';
      readonly name: ResourceName;
      readonly facts: CalendarFacts;
      readonly content: Content;
      readonly when: Precondition;
      /** Whether only the owner's answer to an invitation differs from what is there at `when`. */
      readonly isResponse?: boolean;
      /** Whether what has the name may get another UID, as SOGo allows. */
      readonly mayChangeUid?: boolean;
      /** Recorded with it. */
      readonly heard?: HeardOf;
    })
  /** Gives a member another name within the collection. `when` is about `from`, `over` about `name`. */
  | (Asked & {
      readonly type: 'MoveCalendarObject';
      readonly from: ResourceName;
      readonly name: ResourceName;
      readonly facts: CalendarFacts;
      readonly content: Content;
      readonly when: Precondition;
      readonly over: Precondition;
    })
  /** `content` is what the object has at `etag`: the event says all of the object again. */
  | (Asked & {
      readonly type: 'ChangeCalendarObjectProperties';
      readonly name: ResourceName;
      readonly etag: ETag;
      readonly content: Content;
      readonly change: DeadChange;
    })
  | (Asked & {
      readonly type: 'DeleteCalendarObject';
      readonly name: ResourceName;
      readonly when: Precondition;
      /** Of what others take part in. */
      readonly scheduled?: Scheduled;
      readonly heard?: HeardOf;
    })
  /** Keeps what was heard of an object that stays as it is. */
  | { readonly type: 'HearOfCalendarObject'; readonly heard: HeardOf }
  | ChangeRights
  | { readonly type: 'DeleteCalendar' };

export type CalendarEvent =
  | {
      readonly type: 'CalendarCreated';
      readonly owner: AccountId;
      readonly components: readonly Component[];
    }
  | {
      readonly type: 'CalendarObjectStored';
      readonly name: ResourceName;
      readonly facts: CalendarFacts;
      readonly content: Content;
      /** What the name held before; absent when it was free. */
      readonly replaced?: ETag;
    }
  | {
      readonly type: 'CalendarObjectDeleted';
      readonly name: ResourceName;
      readonly scheduled?: Scheduled;
    }
  | { readonly type: 'SchedulingMessageHeard'; readonly uid: Uid; readonly heard: KeptHeard }
  | RightsEvent
  | { readonly type: 'CalendarDeleted' };

export type CalendarRejection =
  | { readonly kind: 'PreconditionFailed'; readonly current: ETag | undefined }
  | { readonly kind: 'UidConflict'; readonly holder: ResourceName }
  | { readonly kind: 'ComponentNotSupported'; readonly component: Component }
  | { readonly kind: 'PropertiesTooLarge' }
  /** Whoever stores it has not looked at what that means for others. */
  | { readonly kind: 'OthersTakePart' }
  | { readonly kind: 'ObjectNotFound' }
  | { readonly kind: 'CollectionNotFound' }
  | { readonly kind: 'CollectionExists' }
  | RightsRejection;

export interface CalendarState {
  readonly status: 'absent' | 'live' | 'deleted';
  readonly owner: AccountId;
  readonly grants: Map<Grantee, readonly Role[]>;
  readonly components: ReadonlySet<Component>;
  readonly members: Members<CalendarFacts>;
}

type Answer = Decision<CalendarEvent, CalendarRejection>;
type Store = Extract<CalendarCommand, { type: 'StoreCalendarObject' }>;

/** The classifications of a stored object: as it was told, else as its octets have it; unknown in a blob. */
export const classesOf = (facts: CalendarFacts, content: Content): Classes =>
  facts.classes ?? (content.kind === 'inline' ? classesIn(utf8.decode(content.octets)) : []);

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

const may = (
  { asker }: Asked,
  { owner, grants }: CalendarState,
  test: (access: Access) => boolean,
): boolean => permits(asker, { kind: 'calendar', owner, grants }, test);

const forbidden: Answer = reject({ kind: 'NeedPrivileges' });

/** Whether an object may be stored over what is there, or where nothing is. */
const mayStore = (
  command: Store,
  member: CalendarFacts | undefined,
  state: CalendarState,
): boolean =>
  may(command, state, (access) =>
    member === undefined
      ? access.create
      : mayModify(access, member.classes ?? []) ||
        (command.isResponse === true && mayRespond(access, member.classes ?? [])),
  );

/** Whether an object's properties may be changed; one that is not there may have any classification. */
const mayChange = (
  command: Asked & { readonly name: ResourceName },
  state: CalendarState,
): boolean =>
  may(command, state, (access) =>
    mayModify(access, state.members.byName.get(command.name)?.classes ?? []),
  );

const store = (command: Store, state: CalendarState): Answer => {
  const { name, facts, content, when, mayChangeUid } = command;
  const member = state.members.byName.get(name);
  if (!mayStore(command, member, state)) return forbidden;
  const current = member?.etag;
  if (hasArrived(member, facts)) return accept();
  if (!holds(when, current)) return reject({ kind: 'PreconditionFailed', current });
  if (!state.components.has(facts.component))
    return reject({ kind: 'ComponentNotSupported', component: facts.component });
  const holder = uidHolder(state.members, name, facts.uid, mayChangeUid);
  if (holder !== undefined) return reject({ kind: 'UidConflict', holder });
  if (member?.scheduleTag !== undefined && facts.scheduleTag === undefined)
    return reject({ kind: 'OthersTakePart' });
  const stored = keepingProperties(facts, member);
  // Same octets: nothing happened, and the sync token stays.
  if (isSameMember(stored, member)) return accept(...hearing(command.heard));
  if (!isWithinPropertyLimits(state.members, name, stored))
    return reject({ kind: 'PropertiesTooLarge' });
  const replaced = current === undefined ? {} : { replaced: current };
  return accept(
    { type: 'CalendarObjectStored', name, facts: stored, content, ...replaced },
    ...hearing(command.heard),
  );
};

const hearing = (heard: HeardOf | undefined): readonly CalendarEvent[] =>
  heard === undefined ? [] : [{ type: 'SchedulingMessageHeard', ...heard }];

const { move, change, remove } = memberDecisions<CalendarFacts, CalendarEvent>({
  stored: (of) => ({ type: 'CalendarObjectStored', ...of }),
  deleted: (of) => ({ type: 'CalendarObjectDeleted', ...of }),
});

const withdraw = (
  command: Extract<CalendarCommand, { type: 'DeleteCalendarObject' }>,
  { members }: CalendarState,
): Answer => {
  const removed = remove(command, members);
  if ('rejected' in removed) return removed;
  const { name, scheduled } = command;
  return accept(
    { type: 'CalendarObjectDeleted', name, ...(scheduled && { scheduled }) },
    ...hearing(command.heard),
  );
};

const decide = (command: CalendarCommand, state: CalendarState): Answer => {
  if (command.type === 'CreateCalendar') {
    if (state.status !== 'absent') return reject({ kind: 'CollectionExists' });
    return accept({
      type: 'CalendarCreated',
      owner: command.owner,
      components: command.components,
    });
  }
  if (state.status !== 'live') return reject({ kind: 'CollectionNotFound' });
  switch (command.type) {
    case 'StoreCalendarObject':
      return store(command, state);
    case 'MoveCalendarObject':
      return may(command, state, ({ create, erase }) => create && erase)
        ? move(command, state.members)
        : forbidden;
    case 'ChangeCalendarObjectProperties':
      return mayChange(command, state) ? change(command, state.members) : forbidden;
    case 'DeleteCalendarObject':
      return may(command, state, ({ erase }) => erase) ? withdraw(command, state) : forbidden;
    case 'HearOfCalendarObject':
      return accept(...hearing(command.heard));
    case 'ChangeRights':
      return changeRights(command, { kind: 'calendar', owner: state.owner, grants: state.grants });
    case 'DeleteCalendar':
      return accept({ type: 'CalendarDeleted' });
  }
};

const evolve = (state: CalendarState, event: CalendarEvent): CalendarState => {
  switch (event.type) {
    case 'CalendarCreated':
      return {
        ...state,
        status: 'live',
        owner: event.owner,
        components: new Set(event.components),
      };
    case 'CalendarObjectStored': {
      const { name, facts, content } = event;
      const told = facts.classes !== undefined;
      putMember(
        state.members,
        name,
        told ? facts : { ...facts, classes: classesOf(facts, content) },
      );
      return state;
    }
    case 'RightsGranted':
    case 'RightsRevoked':
      evolveRights(state.grants, event);
      return state;
    case 'CalendarObjectDeleted':
      dropMember(state.members, event.name);
      return state;
    case 'SchedulingMessageHeard':
      return state;
    case 'CalendarDeleted':
      return { ...state, status: 'deleted', members: noMembers() };
  }
};

/** A calendar collection: one stream, whose revision is its change counter (RFC 4791 §4.2). */
export const calendar: Decider<CalendarCommand, CalendarState, CalendarEvent, CalendarRejection> = {
  initial: () => ({
    status: 'absent',
    owner: '' as AccountId,
    grants: new Map(),
    components: new Set(),
    members: noMembers(),
  }),
  decide,
  evolve,
};
