import type { AccountId, CollectionId, Instant } from '../../domain/kernel/ids.ts';
import {
  answers,
  invitationStates,
  type NotificationsEvent,
  offers,
} from '../../domain/notifications/notifications.ts';
import { oneOf, present } from './fields.ts';
import { messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

const { notifications } = messages;

interface NotedBody {
  readonly id?: string | null | undefined;
  readonly at?: string | null | undefined;
  readonly collection?: string | null | undefined;
  readonly from?: string | null | undefined;
  readonly summary?: string | null | undefined;
}

/** @throws Malformed */
const noted = ({ id, at, collection, from, summary }: NotedBody) => ({
  id: present('id', id),
  at: present('at', at) as Instant,
  collection: present('collection', collection) as CollectionId,
  from: present('from', from) as AccountId,
  summary: summary ?? '',
});

export const notificationsSchemas: Schemas<NotificationsEvent> = {
  InvitationReceived: schema({
    message: notifications.InvitationReceived,
    write: ({ invitation }) => ({ ...invitation }),
    read: (body) => ({
      type: 'InvitationReceived',
      invitation: {
        ...noted(body),
        offer: oneOf('offer', offers, body.offer),
        state: oneOf('state', invitationStates, body.state),
      },
    }),
  }),
  InvitationAnswered: schema({
    message: notifications.InvitationAnswered,
    write: ({ id, answer }) => ({ id, answer }),
    read: ({ id, answer }) => ({
      type: 'InvitationAnswered',
      id: present('id', id),
      answer: oneOf('answer', answers, answer),
    }),
  }),
  InvitationReplyReceived: schema({
    message: notifications.InvitationReplyReceived,
    write: ({ reply }) => ({ ...reply }),
    read: (body) => ({
      type: 'InvitationReplyReceived',
      reply: {
        ...noted(body),
        answer: oneOf('answer', answers, body.answer),
        invitation: body.invitation ?? '',
      },
    }),
  }),
  InvitationReplyForgotten: schema({
    message: notifications.InvitationReplyForgotten,
    write: ({ collection, from }) => ({ collection, from }),
    read: ({ collection, from }) => ({
      type: 'InvitationReplyForgotten',
      collection: present('collection', collection) as CollectionId,
      from: present('from', from) as AccountId,
    }),
  }),
  NotificationDeleted: schema({
    message: notifications.NotificationDeleted,
    write: ({ id }) => ({ id }),
    read: ({ id }) => ({ type: 'NotificationDeleted', id: present('id', id) }),
  }),
};
