import { accept, type Decider, type Decision } from '../kernel/decision.ts';
import type { AccountId, CollectionId, Instant } from '../kernel/ids.ts';

/** What an owner offers of a calendar: to see all of it, or to do everything with its objects. */
export const offers = ['read', 'read-write'] as const;
export type Offer = (typeof offers)[number];

/** What an invitation tells: that one is asked, that what one accepted was changed, or that it was taken back. */
export const invitationStates = ['asked', 'changed', 'withdrawn'] as const;
export type InvitationState = (typeof invitationStates)[number];

export const answers = ['accepted', 'declined'] as const;
export type Answer = (typeof answers)[number];

interface Noted {
  /** By which it is named; a path segment without an ending. */
  readonly id: string;
  readonly at: Instant;
  readonly collection: CollectionId;
  /** Whose invitation it is, or whose answer. */
  readonly from: AccountId;
  /** What they call the calendar; may be empty. */
  readonly summary: string;
}

/** Somebody is offered a calendar. */
export interface Invitation extends Noted {
  readonly offer: Offer;
  readonly state: InvitationState;
}

/** Somebody answered an invitation to a calendar of one's own. */
export interface InvitationReply extends Noted {
  readonly answer: Answer;
  /** The invitation's id; empty where there was none. */
  readonly invitation: string;
}

export type NotificationsEvent =
  | { readonly type: 'InvitationReceived'; readonly invitation: Invitation }
  | { readonly type: 'InvitationAnswered'; readonly id: string; readonly answer: Answer }
  | { readonly type: 'InvitationReplyReceived'; readonly reply: InvitationReply }
  /** What somebody answered counts no more: they were invited again, or left out. */
  | {
      readonly type: 'InvitationReplyForgotten';
      readonly collection: CollectionId;
      readonly from: AccountId;
    }
  /** Read and put away. */
  | { readonly type: 'NotificationDeleted'; readonly id: string };

export type NotificationsCommand =
  | { readonly type: 'ReceiveInvitation'; readonly invitation: Invitation }
  | { readonly type: 'AnswerInvitation'; readonly id: string; readonly answer: Answer }
  | { readonly type: 'ReceiveInvitationReply'; readonly reply: InvitationReply }
  | {
      readonly type: 'ForgetInvitationReply';
      readonly collection: CollectionId;
      readonly from: AccountId;
    }
  | { readonly type: 'DeleteNotification'; readonly id: string };

/** Notifications of each of the two kinds that somebody has; older ones make room. */
export const NOTIFICATION_LIMIT = 500;

export interface NotificationsState {
  /** By calendar: a newer one takes the place of an older. */
  readonly invitations: Map<CollectionId, Invitation>;
  /** By calendar and who answered. `isRead`: put away, but what they answered counts still. */
  readonly replies: Map<string, { readonly reply: InvitationReply; readonly isRead: boolean }>;
}

const pairOf = ({ collection, from }: Pick<Noted, 'collection' | 'from'>): string =>
  `${collection} ${from}`;

/** Whether something of this kind was said before, as it is said now. */
const isSame = <What extends Noted>(one: What, other: What | undefined): boolean =>
  other !== undefined &&
  (Object.keys(one) as (keyof What)[]).every(
    (key) => key === 'id' || key === 'at' || one[key] === other[key],
  );

const invitationWith = ({ invitations }: NotificationsState, id: string): Invitation | undefined =>
  [...invitations.values()].find((one) => one.id === id);

const decide = (
  command: NotificationsCommand,
  state: NotificationsState,
): Decision<NotificationsEvent, never> => {
  switch (command.type) {
    case 'ReceiveInvitation': {
      const { invitation } = command;
      return isSame(invitation, state.invitations.get(invitation.collection))
        ? accept()
        : accept({ type: 'InvitationReceived', invitation });
    }
    case 'AnswerInvitation': {
      const { id, answer } = command;
      return invitationWith(state, id) === undefined
        ? accept()
        : accept({ type: 'InvitationAnswered', id, answer });
    }
    case 'ReceiveInvitationReply': {
      const { reply } = command;
      return isSame(reply, state.replies.get(pairOf(reply))?.reply)
        ? accept()
        : accept({ type: 'InvitationReplyReceived', reply });
    }
    case 'ForgetInvitationReply': {
      const { collection, from } = command;
      return state.replies.has(pairOf(command))
        ? accept({ type: 'InvitationReplyForgotten', collection, from })
        : accept();
    }
    case 'DeleteNotification': {
      const { id } = command;
      const isThere =
        invitationWith(state, id) !== undefined ||
        [...state.replies.values()].some(({ reply, isRead }) => reply.id === id && !isRead);
      return isThere ? accept({ type: 'NotificationDeleted', id }) : accept();
    }
  }
};

/** Puts something last, and makes room. */
const put = <Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void => {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > NOTIFICATION_LIMIT && oldest !== undefined) map.delete(oldest);
};

const evolve = (state: NotificationsState, event: NotificationsEvent): NotificationsState => {
  const { invitations, replies } = state;
  switch (event.type) {
    case 'InvitationReceived':
      put(invitations, event.invitation.collection, event.invitation);
      return state;
    case 'InvitationReplyReceived':
      put(replies, pairOf(event.reply), { reply: event.reply, isRead: false });
      return state;
    case 'InvitationReplyForgotten':
      replies.delete(pairOf(event));
      return state;
    case 'InvitationAnswered':
    case 'NotificationDeleted': {
      const invitation = invitationWith(state, event.id);
      if (invitation !== undefined) invitations.delete(invitation.collection);
      for (const [pair, { reply }] of replies)
        if (reply.id === event.id) replies.set(pair, { reply, isRead: true });
      return state;
    }
  }
};

/** What somebody is told about sharing, and has not put away. One stream an account. */
export const notifications: Decider<
  NotificationsCommand,
  NotificationsState,
  NotificationsEvent,
  never
> = {
  initial: () => ({ invitations: new Map(), replies: new Map() }),
  decide,
  evolve,
};
