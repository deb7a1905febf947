import { randomUUID } from 'node:crypto';
import type { AccountId } from '../../../domain/kernel/ids.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import type {
  Invitation,
  InvitationReply,
  NotificationsCommand,
} from '../../../domain/notifications/notifications.ts';
import type { DavRequest } from '../tables.ts';

/** Characters of what a calendar is called. */
const SUMMARY = 255;

/** Adds to what somebody is told, or takes from it. */
export const notify = async (
  { services, principal, by }: DavRequest,
  account: AccountId,
  command: NotificationsCommand,
): Promise<void> => {
  const { onBehalfOf: _, ...own } = by;
  await services.notify({
    stream: streams.notifications(account),
    owner: account,
    command,
    by: account === principal.account ? own : { ...own, onBehalfOf: account },
  });
};

const shortened = (text: string): string => text.trim().slice(0, SUMMARY).toWellFormed();

export const invite = (
  request: DavRequest,
  account: AccountId,
  invitation: Omit<Invitation, 'id' | 'at'>,
): Promise<void> =>
  notify(request, account, {
    type: 'ReceiveInvitation',
    invitation: {
      ...invitation,
      summary: shortened(invitation.summary),
      id: randomUUID(),
      at: request.by.at,
    },
  });

export const replyTo = (
  request: DavRequest,
  owner: AccountId,
  reply: Omit<InvitationReply, 'id' | 'at'>,
): Promise<void> =>
  notify(request, owner, {
    type: 'ReceiveInvitationReply',
    reply: { ...reply, summary: shortened(reply.summary), id: randomUUID(), at: request.by.at },
  });
