import { addressesOf, type CalendarUserAddress, isOf } from './addresses.ts';
import { isSignificantChange } from './changes.ts';
import { type Heard, HEARD_LIMITS, marksOf, withMarks } from './heard.ts';
import { writeMessage } from './message.ts';
import { type ObjectParts, objectParts, writeParts } from './object-parts.ts';
import { attendeeLine, attendeeLines, isOrganizedBy } from './people.ts';
import { readMessage } from './reading.ts';
import { type Receipt, type Receiving, refuse, unchanged } from './receipt.ts';
import { delegatorsOf, replied, type Reply } from './replied.ts';

/** What an attendee's answer does to the organizer's object. */
export const receiveReply = (
  receiving: Receiving,
  sent: ObjectParts,
  existing: ObjectParts | undefined,
): Receipt => {
  const { message, heard, recipient, options } = receiving;
  if (existing === undefined || receiving.existing === undefined)
    return unchanged('no-such-object', heard);
  const nodes = [...existing.parts.values()];
  if (!nodes.some((node) => isOrganizedBy(node, recipient))) return refuse('not-organized-here');
  const names = new Set([message.sender, ...(options?.senderAddresses ?? [])]);
  const whose = answererIn(sent, existing, names);
  if (whose === undefined) return unchanged('unknown-attendee', heard);
  const reply: Reply = {
    ...{ message: { ...message, sender: whose }, sent, existing },
    marks: marksOf(heard, whose),
    sender: new Set([whose, ...names]),
    crashing: options?.partyCrashers === 'add' && !isKnown(existing, names),
  };
  if (!reply.crashing && !isKnown(existing, reply.sender)) {
    const delegators = delegatorsOf(reply);
    return delegators.some((one) => isKnown(existing, new Set([one])))
      ? unchanged('held', withHeld(heard, receiving))
      : unchanged('unknown-attendee', heard);
  }
  const { parts, marks, taken, outdated } = replied(reply);
  if (!taken) return unchanged(outdated ? 'answer-outdated' : 'unknown-attendee', heard);
  const after = withMarks(heard, marks);
  const object = writeParts(existing, parts, receiving.existing);
  if (object === receiving.existing) return unchanged('same', after);
  const receipt: Receipt = {
    ...{ kind: 'store', object, component: existing.component, heard: after, asks: false },
    significant: isSignificantChange(existing, { ...existing, parts }),
  };
  return withHeldAnswers(receiving, receipt);
};

/** Whose answer it is: the sender's own, under whichever of his addresses he was invited. */
const answererIn = (
  sent: ObjectParts,
  existing: ObjectParts,
  names: ReadonlySet<CalendarUserAddress>,
): CalendarUserAddress | undefined => {
  const lines = [...sent.parts.values()].flatMap(attendeeLines);
  const own = lines.find((line) => isOf(line, names));
  if (own === undefined) return undefined;
  const invited = [...existing.parts.values()]
    .map((node) => attendeeLine(node, new Set([...addressesOf(own), ...names])))
    .find((line) => line !== undefined);
  return addressesOf(invited ?? own)[0];
};

const isKnown = ({ parts }: ObjectParts, names: ReadonlySet<CalendarUserAddress>): boolean =>
  [...parts.values()].some((node) => attendeeLine(node, names) !== undefined);

const withHeld = (heard: Heard, { message }: Receiving): Heard => {
  const text = writeMessage(message);
  if (heard.held.some((one) => one.message === text)) return heard;
  if (heard.held.length >= HEARD_LIMITS.held) return heard;
  return { ...heard, held: [...heard.held, { message: text, sender: message.sender }] };
};

/** Answers of delegates that came before what made them delegates. */
const withHeldAnswers = (receiving: Receiving, receipt: Receipt): Receipt => {
  if (receipt.kind !== 'store') return receipt;
  const { held } = receipt.heard;
  let current: Extract<Receipt, { kind: 'store' }> = receipt;
  for (const answer of held) {
    const { sender } = answer;
    const reading = readMessage(answer.message, { sender, recipients: [...receiving.recipient] });
    const object = objectParts(current.object);
    if (!('message' in reading) || object === undefined) continue;
    if (!isKnown(object, new Set([sender]))) continue;
    const left = current.heard.held.filter((one) => one !== answer);
    const heard = { ...current.heard, held: left };
    const next = receiveReply(
      { ...receiving, message: reading.message, existing: current.object, heard },
      objectParts(reading.message.body) ?? object,
      object,
    );
    current =
      next.kind === 'store'
        ? { ...next, significant: current.significant || next.significant }
        : { ...current, heard: next.kind === 'unchanged' ? next.heard : heard };
  }
  return current;
};
