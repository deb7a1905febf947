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
import { type Access, type Asker, mayModify } from '../rights/access.ts';
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

/** Whoever wants it; absent: the owner, or the server for them. */
interface Asked {
  readonly asker?: Asker;
}

/** What decisions about an address object need to know of it. */
export interface AddressFacts extends MemberFacts {
  /** Absent for what most are: vCards. */
  readonly component?: 'VLIST';
}

export type AddressBookCommand =
  | { readonly type: 'CreateAddressBook'; readonly owner: AccountId }
  | (Asked & {
      readonly type: 'StoreAddressObject';
      readonly name: ResourceName;
      readonly facts: AddressFacts;
      readonly content: Content;
      readonly when: Precondition;
      /** Whether the UID may be another member's too, as SOGo allows. */
      readonly mayShareUid?: boolean;
    })
  /** Gives a member another name within the collection. `when` is about `from`, `over` about `name`. */
  | (Asked & {
      readonly type: 'MoveAddressObject';
      readonly from: ResourceName;
      readonly name: ResourceName;
      readonly facts: AddressFacts;
      readonly content: Content;
      readonly when: Precondition;
      readonly over: Precondition;
    })
  /** `content` is what the object has at `etag`: the event says all of the object again. */
  | (Asked & {
      readonly type: 'ChangeAddressObjectProperties';
      readonly name: ResourceName;
      readonly etag: ETag;
      readonly content: Content;
      readonly change: DeadChange;
    })
  | (Asked & {
      readonly type: 'DeleteAddressObject';
      readonly name: ResourceName;
      readonly when: Precondition;
    })
  | ChangeRights
  | { readonly type: 'DeleteAddressBook' };

export type AddressBookEvent =
  | { readonly type: 'AddressBookCreated'; readonly owner: AccountId }
  | {
      readonly type: 'AddressObjectStored';
      readonly name: ResourceName;
      readonly facts: AddressFacts;
      readonly content: Content;
      /** What the name held before; absent when it was free. */
      readonly replaced?: ETag;
    }
  | { readonly type: 'AddressObjectDeleted'; readonly name: ResourceName }
  | RightsEvent
  | { readonly type: 'AddressBookDeleted' };

export type AddressBookRejection =
  | { readonly kind: 'PreconditionFailed'; readonly current: ETag | undefined }
  | { readonly kind: 'UidConflict'; readonly holder: ResourceName }
  | { readonly kind: 'PropertiesTooLarge' }
  | { readonly kind: 'ObjectNotFound' }
  | { readonly kind: 'CollectionNotFound' }
  | { readonly kind: 'CollectionExists' }
  | RightsRejection;

export interface AddressBookState {
  readonly status: 'absent' | 'live' | 'deleted';
  readonly owner: AccountId;
  readonly grants: Map<Grantee, readonly Role[]>;
  readonly members: Members<AddressFacts>;
}

type Answer = Decision<AddressBookEvent, AddressBookRejection>;
type Store = Extract<AddressBookCommand, { type: 'StoreAddressObject' }>;

const may = (
  { asker }: Asked,
  { owner, grants }: AddressBookState,
  test: (access: Access) => boolean,
): boolean => permits(asker, { kind: 'addressbook', owner, grants }, test);

const forbidden: Answer = reject({ kind: 'NeedPrivileges' });

/** Cards have no classification, and one level for all. */
const modifies = (access: Access): boolean => mayModify(access, []);

const store = (command: Store, state: AddressBookState): Answer => {
  const { name, facts, content, when, mayShareUid = false } = command;
  const member = state.members.byName.get(name);
  const allowed = member === undefined ? ({ create }: Access) => create : modifies;
  if (!may(command, state, allowed)) return forbidden;
  const current = member?.etag;
  if (hasArrived(member, facts)) return accept();
  if (!holds(when, current)) return reject({ kind: 'PreconditionFailed', current });
  const holder = uidHolder(state.members, name, facts.uid);
  if (holder !== undefined && !(mayShareUid && holder !== name))
    return reject({ kind: 'UidConflict', holder });
  const stored = keepingProperties(facts, member);
  // Same octets: nothing happened, and the sync token stays.
  if (isSameMember(stored, member)) return accept();
  if (!isWithinPropertyLimits(state.members, name, stored))
    return reject({ kind: 'PropertiesTooLarge' });
  const replaced = current === undefined ? {} : { replaced: current };
  return accept({ type: 'AddressObjectStored', name, facts: stored, content, ...replaced });
};

const { move, change, remove } = memberDecisions<AddressFacts, AddressBookEvent>({
  stored: (of) => ({ type: 'AddressObjectStored', ...of }),
  deleted: (of) => ({ type: 'AddressObjectDeleted', ...of }),
});

const decide = (command: AddressBookCommand, state: AddressBookState): Answer => {
  if (command.type === 'CreateAddressBook') {
    if (state.status !== 'absent') return reject({ kind: 'CollectionExists' });
    return accept({ type: 'AddressBookCreated', owner: command.owner });
  }
  if (state.status !== 'live') return reject({ kind: 'CollectionNotFound' });
  switch (command.type) {
    case 'StoreAddressObject':
      return store(command, state);
    case 'MoveAddressObject':
      return may(command, state, ({ create, erase }) => create && erase)
        ? move(command, state.members)
        : forbidden;
    case 'ChangeAddressObjectProperties':
      return may(command, state, modifies) ? change(command, state.members) : forbidden;
    case 'DeleteAddressObject':
      return may(command, state, ({ erase }) => erase) ? remove(command, state.members) : forbidden;
    case 'ChangeRights': {
      const { owner, grants } = state;
      return changeRights(command, { kind: 'addressbook', owner, grants });
    }
    case 'DeleteAddressBook':
      return accept({ type: 'AddressBookDeleted' });
  }
};

const evolve = (state: AddressBookState, event: AddressBookEvent): AddressBookState => {
  switch (event.type) {
    case 'AddressBookCreated':
      return { ...state, status: 'live', owner: event.owner };
    case 'AddressObjectStored':
      putMember(state.members, event.name, event.facts);
      return state;
    case 'AddressObjectDeleted':
      dropMember(state.members, event.name);
      return state;
    case 'AddressBookDeleted':
      return { ...state, status: 'deleted', members: noMembers() };
    case 'RightsGranted':
    case 'RightsRevoked':
      evolveRights(state.grants, event);
      return state;
  }
};

/** An address book collection: one stream, whose revision is its change counter (RFC 6352 §5.2). */
export const addressBook: Decider<
  AddressBookCommand,
  AddressBookState,
  AddressBookEvent,
  AddressBookRejection
> = {
  initial: () => ({
    status: 'absent',
    owner: '' as AccountId,
    grants: new Map(),
    members: noMembers(),
  }),
  decide,
  evolve,
};
