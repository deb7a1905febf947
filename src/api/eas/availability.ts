import { mergedFreeBusy } from '../../domain/activesync/merged-free-busy.ts';
import type { TimeRange } from '../../domain/icalendar/time-range.ts';
import { mailto } from '../../domain/scheduling/addresses.ts';
import { type Asked, busyTimeOf } from '../scheduling/busy.ts';
import { viewedBy } from '../viewing.ts';
import type { EasRequest } from './table.ts';

/** How long a time may be asked about, in ms; that many half hours stay below the digits that one answer may have. */
const LONGEST = 400 * 86_400_000;

const instant = /^\d{4}-?\d\d-?\d\dT\d\d:?\d\d:?\d\d(?:\.\d{1,3})?Z$/;

const momentOf = (text: string): number => {
  if (!instant.test(text)) return Number.NaN;
  const [day = '', time = ''] = text.replaceAll(/[-:]/g, '').split('T');
  return Date.parse(
    `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4)}`,
  );
};

/** The time that is asked about; `undefined` where that is none, or too long. */
export const rangeOf = (start: string, end: string): TimeRange | undefined => {
  const [from, to] = [momentOf(start), momentOf(end)];
  return to > from && to - from <= LONGEST ? { from, to } : undefined;
};

/**
 * When people are busy, by their mail addresses, as digits (`mergedFreeBusy`); without those who are not from here, or
 * of whom whoever asks is told nothing.
 */
export const availabilityOf = async (
  { services, principal }: Pick<EasRequest, 'services' | 'principal'>,
  mails: readonly string[],
  range: TimeRange,
): Promise<ReadonlyMap<string, string>> => {
  const asker = await services.sharing.askerOf(principal);
  const addresses = new Map(
    mails.flatMap((mail) => {
      const address = mailto(mail);
      return address === undefined ? [] : [[mail, address] as const];
    }),
  );
  const recipients = await services.scheduling.people.recipients(
    [...addresses.values()],
    principal,
  );
  const here = [...addresses].flatMap(([mail, address]) => {
    const one = recipients.get(address);
    if (one?.kind !== 'person' && one?.kind !== 'resource') return [];
    const asked: Asked = {
      person: one.person,
      addresses: one.addresses,
      ...(one.kind === 'resource' ? { bookings: one.bookings } : {}),
    };
    return [{ mail, asked }];
  });
  const { collections: unveiled, blobs } = services;
  const seen = { ...services, collections: viewedBy({ rows: unveiled, blobs, asker }) };
  const told = await busyTimeOf(
    { services: seen, unveiled, principal: { ...principal, asker } },
    here.map(({ asked }) => asked),
    range,
  );
  return new Map(
    here.flatMap(({ mail }, index) => {
      const answer = told[index];
      return answer === undefined || 'untold' in answer
        ? []
        : [[mail, mergedFreeBusy(answer.times, range)] as const];
    }),
  );
};
