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
import type { Content } from '../kernel/content.ts';
import { accept, type Decider, type Decision, reject } from '../kernel/decision.ts';
import type { AccountId, ETag, ResourceName } from '../kernel/ids.ts';

/** The component types a calendar collection may hold (RFC 4791 §5.2.3). */
export const calendarComponents = ['VEVENT', 'VTODO', 'VJOURNAL', 'VFREEBUSY'] as const;
export type Component = (typeof calendarComponents)[number];

/** Those that one holds which was not told: clients that make calendars for people know no others. */
export const usualComponents: readonly Component[] = ['VEVENT', 'VTODO', 'VJOURNAL'];

/** What a decision needs to know of a calendar object (RFC 4791 §4.1). */
export interface CalendarFacts extends MemberFacts {
  readonly component: Component;
}

export type CalendarCommand =
  | {
      readonly type: 'CreateCalendar';
      readonly owner: AccountId;
      readonly components: readonly Component[];
    }
  | {
      readonly type: 'StoreCalendarObject';
      readonly name: ResourceName;
      readonly facts: CalendarFacts;
      readonly content: Content;
      readonly when: Precondition;
    }
  /** Gives a member another name within the collection. `when` is about `from`, `over` about `name`. */
  | {
      readonly type: 'MoveCalendarObject';
      readonly from: ResourceName;
      readonly name: ResourceName;
      readonly facts: CalendarFacts;
      readonly content: Content;
      readonly when: Precondition;
      readonly over: Precondition;
    }
  /** `content` is what the object has at `etag`: the event says all of the object again. */
  | {
      readonly type: 'ChangeCalendarObjectProperties';
      readonly name: ResourceName;
      readonly etag: ETag;
      readonly content: Content;
      readonly change: DeadChange;
    }
  | {
      readonly type: 'DeleteCalendarObject';
      readonly name: ResourceName;
      readonly when: Precondition;
    }
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
  | { readonly type: 'CalendarObjectDeleted'; readonly name: ResourceName }
  | { readonly type: 'CalendarDeleted' };

export type CalendarRejection =
  | { readonly kind: 'PreconditionFailed'; readonly current: ETag | undefined }
  | { readonly kind: 'UidConflict'; readonly holder: ResourceName }
  | { readonly kind: 'ComponentNotSupported'; readonly component: Component }
  | { readonly kind: 'PropertiesTooLarge' }
  | { readonly kind: 'ObjectNotFound' }
  | { readonly kind: 'CollectionNotFound' }
  | { readonly kind: 'CollectionExists' };

export interface CalendarState {
  readonly status: 'absent' | 'live' | 'deleted';
  readonly components: ReadonlySet<Component>;
  readonly members: Members<CalendarFacts>;
}

type Answer = Decision<CalendarEvent, CalendarRejection>;
type Store = Extract<CalendarCommand, { type: 'StoreCalendarObject' }>;

const store = ({ name, facts, content, when }: Store, state: CalendarState): Answer => {
  const member = state.members.byName.get(name);
  const current = member?.etag;
  if (hasArrived(member, facts)) return accept();
  if (!holds(when, current)) return reject({ kind: 'PreconditionFailed', current });
  if (!state.components.has(facts.component))
    return reject({ kind: 'ComponentNotSupported', component: facts.component });
  const holder = uidHolder(state.members, name, facts.uid);
  if (holder !== undefined) return reject({ kind: 'UidConflict', holder });
  const stored = keepingProperties(facts, member);
  // Same octets: nothing happened, and the sync token stays.
  if (isSameMember(stored, member)) return accept();
  if (!isWithinPropertyLimits(state.members, name, stored))
    return reject({ kind: 'PropertiesTooLarge' });
  const replaced = current === undefined ? {} : { replaced: current };
  return accept({ type: 'CalendarObjectStored', name, facts: stored, content, ...replaced });
};

const { move, change, remove } = memberDecisions<CalendarFacts, CalendarEvent>({
  stored: (of) => ({ type: 'CalendarObjectStored', ...of }),
  deleted: (of) => ({ type: 'CalendarObjectDeleted', ...of }),
});

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
      return move(command, state.members);
    case 'ChangeCalendarObjectProperties':
      return change(command, state.members);
    case 'DeleteCalendarObject':
      return remove(command, state.members);
    case 'DeleteCalendar':
      return accept({ type: 'CalendarDeleted' });
  }
};

const evolve = (state: CalendarState, event: CalendarEvent): CalendarState => {
  switch (event.type) {
    case 'CalendarCreated':
      return { ...state, status: 'live', components: new Set(event.components) };
    case 'CalendarObjectStored':
      putMember(state.members, event.name, event.facts);
      return state;
    case 'CalendarObjectDeleted':
      dropMember(state.members, event.name);
      return state;
    case 'CalendarDeleted':
      return { ...state, status: 'deleted', members: noMembers() };
  }
};

/** A calendar collection: one stream, whose revision is its change counter (RFC 4791 §4.2). */
export const calendar: Decider<CalendarCommand, CalendarState, CalendarEvent, CalendarRejection> = {
  initial: () => ({ status: 'absent', components: new Set(), members: noMembers() }),
  decide,
  evolve,
};
