import type { ComponentNode } from '../icalendar/component-tree.ts';
import { withAddition } from './adding.ts';
import { type Addresses, isOf } from './addresses.ts';
import { cancelled, marksAfterCancel } from './cancelled.ts';
import { isDelegatedBy } from './delegating.ts';
import { isSignificantChange } from './changes.ts';
import { type Heard, marksOf, withMarks } from './heard.ts';
import { type ObjectParts, objectParts, sequenceOf } from './object-parts.ts';
import { attendeeLine, attendeeLines, namedBy, organizerLine, partstatOf } from './people.ts';
import {
  organizerIn,
  type Receipt,
  type Receiving,
  refuse,
  type RefuseReason,
  unchanged,
} from './receipt.ts';
import { receiveReply } from './receiving-replies.ts';
import { marksAfterRequest, type Requested, requested, textOf } from './requested.ts';
import { type InstanceKey, SERIES } from './instance.ts';

/** What a message does to its recipient's object (RFC 5546 §3, RFC 6638 §4). */
export const receive = (receiving: Receiving): Receipt => {
  const { message, heard } = receiving;
  const existing = receiving.existing === undefined ? undefined : readOnce(receiving.existing);
  const sent = objectParts(message.body, [...(existing?.parts.values() ?? [])][0]);
  if (sent === undefined) return refuse('unsupported');
  switch (message.method) {
    case 'REQUEST':
    case 'ADD':
    case 'CANCEL':
    case 'DECLINECOUNTER':
      return receiveFromOrganizer(receiving, sent, existing);
    case 'REPLY':
      return receiveReply(receiving, sent, existing);
    case 'COUNTER':
    case 'REFRESH': {
      const refusal = refusalOfAttendee(receiving, existing);
      if (refusal !== undefined) return refusal;
      return message.method === 'COUNTER'
        ? { kind: 'shown', heard }
        : { kind: 'resend', to: message.sender, heard };
    }
    case 'PUBLISH':
      return refuse('unsupported');
  }
};

const receiveFromOrganizer = (
  receiving: Receiving,
  sent: ObjectParts,
  existing: ObjectParts | undefined,
): Receipt => {
  const { message, heard, recipient, options } = receiving;
  const refusal = refusalOfOrganizer(receiving, sent, existing);
  if (refusal !== undefined) return refuse(refusal);
  if (message.method === 'DECLINECOUNTER') return { kind: 'shown', heard };
  const sender = organizerIn(sent) ?? message.sender;
  const request: Requested = {
    ...{ message: { ...message, sender }, sent, existing, recipient },
    marks: marksOf(heard, sender, existing),
    allDayTransparent: options?.allDayTransparent === true,
  };
  switch (message.method) {
    case 'CANCEL':
      return receiveCancel(receiving, request);
    case 'ADD': {
      const added = withAddition(request);
      if (added === undefined)
        return unchanged(existing === undefined ? 'no-such-object' : 'outdated', heard);
      return stored(receiving, request, added.parts, withMarks(heard, [added.mark]));
    }
    default:
      return receiveRequest(receiving, request);
  }
};

const receiveRequest = (receiving: Receiving, request: Requested): Receipt => {
  const { heard, recipient } = receiving;
  const { existing, sent, marks } = request;
  const invited = [...sent.parts.values()].some((node) => attendeeLine(node, recipient));
  if (!invited) return refuse('not-invited');
  const parts = requested(request);
  if (parts === undefined) return unchanged('outdated', heard);
  const after = marksAfterRequest(heard, request);
  if (existing === undefined && sent.parts.size > 0) {
    // He had it, and took it away: only what asks him again brings it back.
    const asks = [...sent.parts].some(([key, node]) => {
      const mark = marks.of(key) ?? marks.of(SERIES);
      const line = attendeeLine(node, recipient);
      const answered = line === undefined || partstatOf(line) === 'DECLINED';
      const known = mark !== undefined && !mark.cancelled;
      return !answered && (!known || sequenceOf(node) > mark.sequence);
    });
    const wasHere = (marks.of(firstOf(sent)) ?? marks.of(SERIES)) !== undefined;
    if (wasHere && !asks) return unchanged('removed-here', after);
  }
  return stored(receiving, request, parts, after);
};

const receiveCancel = (receiving: Receiving, request: Requested): Receipt => {
  const { heard, options } = receiving;
  const { existing } = request;
  const cancel = { ...request, kept: options?.cancelled === 'mark' };
  const parts = cancelled(cancel);
  if (parts === undefined) return unchanged('outdated', heard);
  const after = marksAfterCancel(heard, cancel);
  if (existing === undefined) return unchanged('no-such-object', after);
  if (parts.size === 0) return { kind: 'remove', heard: after };
  return stored(receiving, request, parts, after);
};

const stored = (
  { recipient }: Receiving,
  request: Requested,
  parts: ReadonlyMap<InstanceKey, ComponentNode>,
  heard: Heard,
): Receipt => {
  const own = request.existing;
  const object = textOf(request, parts);
  return {
    ...{ kind: 'store', object, component: request.sent.component, heard },
    significant: own === undefined || isSignificantChange(own, { ...own, parts }),
    asks: [...parts.values()].some((node) => isAsked(node, recipient)),
  };
};

const isAsked = (node: ComponentNode, recipient: Addresses): boolean => {
  const line = attendeeLine(node, recipient);
  return line !== undefined && partstatOf(line) === 'NEEDS-ACTION';
};

/** Who may say what an organizer says: he himself, whoever acts for him (SENT-BY), and for something new a delegator. */
const refusalOfOrganizer = (
  { message, recipient, options, heard }: Receiving,
  sent: ObjectParts,
  existing: ObjectParts | undefined,
): RefuseReason | undefined => {
  const { sender } = message;
  const organizer = organizerIn(sent);
  if (organizer === undefined) return 'not-the-organizer';
  if (existing !== undefined && organizerIn(existing) !== organizer) return 'other-organizer';
  if (recipient.has(organizer)) return 'other-organizer';
  const names = new Set([sender, ...(options?.senderAddresses ?? [])]);
  if (names.has(organizer)) return undefined;
  const lines = [...(existing ?? sent).parts.values()].flatMap((node) => organizerLine(node) ?? []);
  if (lines.some((line) => isOf(line, names))) return undefined;
  if (lines.some((line) => namedBy(line, 'SENT-BY').some((one) => names.has(one))))
    return undefined;
  const isNew = existing === undefined && marksOf(heard, organizer).of(firstOf(sent)) === undefined;
  const handedOn =
    message.method === 'REQUEST' &&
    [...sent.parts.values()].some((node) => isDelegatedBy(node, sender, recipient));
  return isNew && handedOn ? undefined : 'not-the-organizer';
};

const refusalOfAttendee = (
  { message, recipient, heard, options }: Receiving,
  existing: ObjectParts | undefined,
): Receipt | undefined => {
  if (existing === undefined) return unchanged('no-such-object', heard);
  const organizer = organizerIn(existing);
  if (organizer === undefined || !recipient.has(organizer)) return refuse('not-organized-here');
  const names = new Set([message.sender, ...(options?.senderAddresses ?? [])]);
  const known = [...existing.parts.values()].some(
    (node) => attendeeLines(node).length > 0 && attendeeLine(node, names) !== undefined,
  );
  return known ? undefined : unchanged('unknown-attendee', heard);
};

/** Thousands of recipients may have the same, one after the other. */
const readOnce = (text: string): ObjectParts | undefined => {
  if (recent?.text !== text) recent = { text, object: objectParts(text) };
  return recent.object;
};

let recent: { readonly text: string; readonly object: ObjectParts | undefined } | undefined;

/** What a message speaks of first. */
const firstOf = ({ parts }: ObjectParts): InstanceKey => [...parts.keys()][0] ?? SERIES;
