import type { Content } from '../kernel/content.ts';
import { accept, type Decision, reject } from '../kernel/decision.ts';
import type { ETag, ResourceName } from '../kernel/ids.ts';
import type { DeadChange } from './dead-properties.ts';
import {
  changeProperties,
  isSameMember,
  isWithinPropertyLimits,
  keepingProperties,
} from './member-properties.ts';
import type { MemberFacts, Members } from './members.ts';
import { holds, type Precondition } from './precondition.ts';

/** Gives a member another name within the collection. `when` is about `from`, `over` about `name`. */
interface Move<Facts> {
  readonly from: ResourceName;
  readonly name: ResourceName;
  readonly facts: Facts;
  readonly content: Content;
  readonly when: Precondition;
  readonly over: Precondition;
}

/** `content` is what the member has at `etag`: the event says all of the member again. */
interface Change {
  readonly name: ResourceName;
  readonly etag: ETag;
  readonly content: Content;
  readonly change: DeadChange;
}

interface Removal {
  readonly name: ResourceName;
  readonly when: Precondition;
}

interface Stored<Facts> {
  readonly name: ResourceName;
  readonly facts: Facts;
  readonly content: Content;
  readonly replaced?: ETag;
}

type MemberRejection =
  | { readonly kind: 'PreconditionFailed'; readonly current: ETag | undefined }
  | { readonly kind: 'UidConflict'; readonly holder: ResourceName }
  | { readonly kind: 'PropertiesTooLarge' }
  | { readonly kind: 'ObjectNotFound' };

/** What a kind of collection calls what happens to its members. */
interface Events<Facts, Event> {
  stored(of: Stored<Facts>): Event;
  deleted(of: { readonly name: ResourceName }): Event;
}

/** What is decided about members alike, whatever kind of collection they are in. */
export const memberDecisions = <Facts extends MemberFacts, Event>({
  stored,
  deleted,
}: Events<Facts, Event>) => ({
  /** The source goes first, so that its UID is free when the target is stored; both are one append. */
  move(
    { from, name, facts, content, when, over }: Move<Facts>,
    { byName }: Members<Facts>,
  ): Decision<Event, MemberRejection> {
    const source = byName.get(from);
    if (!holds(when, source?.etag))
      return reject({ kind: 'PreconditionFailed', current: source?.etag });
    if (source === undefined) return reject({ kind: 'ObjectNotFound' });
    if (source.uid !== facts.uid) return reject({ kind: 'UidConflict', holder: from });
    const current = byName.get(name)?.etag;
    if (!holds(over, current)) return reject({ kind: 'PreconditionFailed', current });
    // Whatever has the name has another UID, which it has to keep.
    if (current !== undefined) return reject({ kind: 'UidConflict', holder: name });
    return accept(
      deleted({ name: from }),
      stored({ name, facts: keepingProperties(facts, source), content }),
    );
  },

  change(
    { name, etag, content, change }: Change,
    members: Members<Facts>,
  ): Decision<Event, MemberRejection> {
    const member = members.byName.get(name);
    if (member === undefined) return reject({ kind: 'ObjectNotFound' });
    if (member.etag !== etag) return reject({ kind: 'PreconditionFailed', current: member.etag });
    const facts = changeProperties(member, change);
    if (isSameMember(facts, member)) return accept();
    if (!isWithinPropertyLimits(members, name, facts))
      return reject({ kind: 'PropertiesTooLarge' });
    return accept(stored({ name, facts, content, replaced: etag }));
  },

  remove({ name, when }: Removal, { byName }: Members<Facts>): Decision<Event, MemberRejection> {
    const current = byName.get(name)?.etag;
    if (!holds(when, current)) return reject({ kind: 'PreconditionFailed', current });
    return current === undefined ? reject({ kind: 'ObjectNotFound' }) : accept(deleted({ name }));
  },
});
