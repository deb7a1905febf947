import type { DeadChange } from '../collection/dead-properties.ts';
import {
  changeProperties,
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

export type AddressBookCommand =
  | { readonly type: 'CreateAddressBook'; readonly owner: AccountId }
  | (Asked & {
      readonly type: 'StoreAddressObject';
      readonly name: ResourceName;
      readonly facts: MemberFacts;
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
      readonly facts: MemberFacts;
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
      readonly facts: MemberFacts;
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
  readonly members: Members<MemberFacts>;
}

type Answer = Decision<AddressBookEvent, AddressBookRejection>;
type Store = Extract<AddressBookCommand, { type: 'StoreAddressObject' }>;
type Change = Extract<AddressBookCommand, { type: 'ChangeAddressObjectProperties' }>;
type Move = Extract<AddressBookCommand, { type: 'MoveAddressObject' }>;
type Remove = Extract<AddressBookCommand, { type: 'DeleteAddressObject' }>;

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

/** The source goes first, so that its UID is free when the target is stored; both are one append. */
const move = (command: Move, state: AddressBookState): Answer => {
  const { from, name, facts, content, when, over } = command;
  const source = state.members.byName.get(from);
  if (!may(command, state, ({ create, erase }) => create && erase)) return forbidden;
  if (!holds(when, source?.etag))
    return reject({ kind: 'PreconditionFailed', current: source?.etag });
  if (source === undefined) return reject({ kind: 'ObjectNotFound' });
  if (source.uid !== facts.uid) return reject({ kind: 'UidConflict', holder: from });
  const current = state.members.byName.get(name)?.etag;
  if (!holds(over, current)) return reject({ kind: 'PreconditionFailed', current });
  // Whatever has the name has another UID, which it has to keep.
  if (current !== undefined) return reject({ kind: 'UidConflict', holder: name });
  return accept(
    { type: 'AddressObjectDeleted', name: from },
    { type: 'AddressObjectStored', name, facts: keepingProperties(facts, source), content },
  );
};

const change = (command: Change, state: AddressBookState): Answer => {
  const { name, etag, content, change: wanted } = command;
  const { members } = state;
  if (!may(command, state, modifies)) return forbidden;
  const member = members.byName.get(name);
  if (member === undefined) return reject({ kind: 'ObjectNotFound' });
  if (member.etag !== etag) return reject({ kind: 'PreconditionFailed', current: member.etag });
  const facts = changeProperties(member, wanted);
  if (isSameMember(facts, member)) return accept();
  if (!isWithinPropertyLimits(members, name, facts)) return reject({ kind: 'PropertiesTooLarge' });
  return accept({ type: 'AddressObjectStored', name, facts, content, replaced: etag });
};

const remove = (command: Remove, state: AddressBookState): Answer => {
  const { name, when } = command;
  if (!may(command, state, ({ erase }) => erase)) return forbidden;
  const current = state.members.byName.get(name)?.etag;
  if (!holds(when, current)) return reject({ kind: 'PreconditionFailed', current });
  return current === undefined
    ? reject({ kind: 'ObjectNotFound' })
    : accept({ type: 'AddressObjectDeleted', name });
};

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
      return move(command, state);
    case 'ChangeAddressObjectProperties':
      return change(command, state);
    case 'DeleteAddressObject':
      return remove(command, state);
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
