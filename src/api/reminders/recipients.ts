import type { EmailAlarms, Ring } from '../../domain/icalendar/email-alarms.ts';
import { isMailAddress } from '../../domain/mail/address.ts';
import type { Mailbox } from '../../domain/mail/transport.ts';

/** People that one alarm is mailed to, besides the owner. */
const OTHERS = 50;

/**
 * Whom an alarm is mailed to: the owner, when it names an address of theirs or nobody; others whom it names, when
 * they are invited to the very thing, and the owner is who invites them. So nobody makes the server write to whom they like.
 *
 * @param own the owner's addresses, in small letters: `mailto:a@example.org`
 */
export const recipientsOf = (
  { alarm, occurrence }: Pick<Ring, 'alarm' | 'occurrence'>,
  { components }: Pick<EmailAlarms, 'components'>,
  own: ReadonlySet<string>,
  owner: Mailbox | undefined,
): readonly Mailbox[] => {
  const lines = components[occurrence?.component ?? alarm.component]?.properties ?? [];
  const addressesIn = (name: string): readonly string[] =>
    lines.filter((line) => line.name === name).map(({ value }) => value.trim().toLowerCase());
  const wanted = [...new Set(alarm.attendees)];
  const isForOwner = wanted.length === 0 || wanted.some((address) => own.has(address));
  const invites = addressesIn('ORGANIZER').some((address) => own.has(address));
  const invited = new Set(invites ? addressesIn('ATTENDEE') : []);
  const others = wanted
    .filter((address) => !own.has(address) && invited.has(address))
    .map((address) => address.replace(/^mailto:/, ''))
    .filter(isMailAddress)
    .slice(0, OTHERS)
    .map((address) => ({ address, name: '' }));
  return isForOwner && owner !== undefined ? [owner, ...others] : others;
};
