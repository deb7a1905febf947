import { describe, expect, it } from 'vitest';
import type { AccountId, CollectionId, Instant } from '../../src/domain/kernel/ids.ts';
import {
  type Invitation,
  type InvitationReply,
  NOTIFICATION_LIMIT,
  type NotificationsEvent,
  notifications,
} from '../../src/domain/notifications/notifications.ts';
import { given } from '../support/given.ts';

const noted = {
  id: 'one',
  at: '2026-01-01T00:00:00.000Z' as Instant,
  collection: 'c1' as CollectionId,
  from: 'a1' as AccountId,
  summary: 'Family',
};
const invitation: Invitation = { ...noted, offer: 'read', state: 'asked' };
const reply: InvitationReply = { ...noted, answer: 'accepted', invitation: 'one' };
const received: NotificationsEvent = { type: 'InvitationReceived', invitation };
const answered: NotificationsEvent = { type: 'InvitationReplyReceived', reply };

describe('notifications (calendarserver.org, caldav-sharing §4)', () => {
  it('tell of an invitation once, however often it is sent', () => {
    given(notifications).when({ type: 'ReceiveInvitation', invitation }).records(received);
    const again = { ...invitation, id: 'two', at: '2026-01-02T00:00:00.000Z' as Instant };
    given(notifications, received).when({ type: 'ReceiveInvitation', invitation: again }).records();
    const more: Invitation = { ...again, offer: 'read-write' };
    given(notifications, received)
      .when({ type: 'ReceiveInvitation', invitation: more })
      .records({ type: 'InvitationReceived', invitation: more });
  });

  it('take an answer to what there is alone', () => {
    const command = { type: 'AnswerInvitation', id: 'one', answer: 'declined' } as const;
    const event = { type: 'InvitationAnswered', id: 'one', answer: 'declined' } as const;
    given(notifications, received).when(command).records(event);
    given(notifications, received, event).when(command).records();
    given(notifications).when(command).records();
  });

  it('keep what somebody answered when it was put away, until they are asked again', () => {
    const away = { type: 'DeleteNotification', id: 'one' } as const;
    const event: NotificationsEvent = { type: 'NotificationDeleted', id: 'one' };
    given(notifications, answered).when(away).records(event);
    given(notifications, answered, event).when(away).records();
    const { collection, from } = noted;
    const forgotten = { type: 'InvitationReplyForgotten', collection, from } as const;
    const forget = { type: 'ForgetInvitationReply', collection, from } as const;
    given(notifications, answered, event).when(forget).records(forgotten);
    given(notifications, answered, event, forgotten).when(forget).records();
  });

  it(`are the newest ${NOTIFICATION_LIMIT}`, () => {
    let state = notifications.initial();
    for (let at = 0; at <= NOTIFICATION_LIMIT; at += 1)
      state = notifications.evolve(state, {
        type: 'InvitationReceived',
        invitation: { ...invitation, id: `${at}`, collection: `c${at}` as CollectionId },
      });
    const ids = [...state.invitations.values()].map(({ id }) => id);
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([500, '1', '500']);
  });
});
