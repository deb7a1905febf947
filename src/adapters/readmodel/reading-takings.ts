import type pg from 'pg';
import { type BusyType, busyTypes } from '../../domain/icalendar/free-busy.ts';
import type { Taking } from '../../domain/icalendar/taking.ts';
import type { TimeRange } from '../../domain/icalendar/time-range.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { BlobRef } from '../../domain/kernel/ids.ts';
import type { Taken, TakingMember } from '../../projections/collection/rows.ts';
import { type Cells, classesFrom, COLUMNS, collectionColumns, collectionFrom } from './cells.ts';
import { inCells } from './faults.ts';
import { textContent } from './page.ts';
import { reaching } from './reading-collections.ts';

/** Of one calendar, what is answered at once: octets of texts to be read, and members. */
const MOST = { octets: 256 * 1024, members: 5_000 } as const;
/** Calendars in one question: bounds what an answer may weigh. */
const TOGETHER = 256;

const mayTake = `m.stream = c.stream and not m.gone and m.taking is distinct from 'none'
  and m.component in ('VEVENT', 'VFREEBUSY')`;

/** A row for each of the calendars `$1`: what may take time between `$2` and `$3`. */
const statement = (withHead: boolean): string => {
  const [from, to] = ['(select $2::float8)', '(select $3::float8)'];
  const each = reaching(from, to).map(
    (condition) => `select m.taking, m.starts, m.ends, m.classes, m.body, m.blob, m.size
      from collection.members m where ${mayTake} and ${condition}`,
  );
  const weight = 'case when taking is null then size else octet_length(taking) end';
  const head = withHead
    ? '(select max(e.revision)::text from log.event e where e.stream = c.stream)'
    : 'null';
  return `select ${collectionColumns}, ${head}, t.too_much, t.times, t.invited, t.texts::text
    from collection.collections c left join lateral (
      select bool_or(octets > ${MOST.octets} or members > ${MOST.members}) as too_much,
        string_agg(concat_ws(' ', taking, starts::text, ends::text, coalesce(classes, '-')), ';')
          filter (where taking in ('BUSY', 'BUSY-TENTATIVE')) as times,
        '[' || string_agg(concat('["', coalesce(classes, '-'), '",', starts, ',', ends, ',', taking, ']'), ',')
          filter (where left(taking, 1) = '{') || ']' as invited,
        json_agg(json_build_array(coalesce(classes, '-'), body, blob, size)) filter
          (where taking is null and octets <= ${MOST.octets}) as texts
      from (
        select *, sum(${weight}) over places as octets, count(*) over places as members
        from (${each.join(' union all ')} limit ${MOST.members + 1}) m
        window places as (rows unbounded preceding)
      ) m
    ) t on true
    where c.stream = any($1::text[]) and c.status is not null`;
};

const classified = (classes: string | undefined) =>
  classesFrom(classes === '-' ? undefined : classes);

const timesFrom = (cell: string): readonly TakingMember[] =>
  cell.split(';').map((each) => {
    const [type = '', start, end, classes] = each.split(' ');
    const time = { start: Number(start), end: Number(end), type: busyTypeOf(type) };
    return { ...classified(classes), time };
  });

const busyTypeOf = (text: string): BusyType => busyTypes.find((one) => one === text) ?? 'BUSY';

type InvitedCells = readonly [
  classes: string,
  start: number,
  end: number,
  taking: Exclude<Taking, 'none'>,
];

const invitedFrom = (cell: string): readonly TakingMember[] =>
  (JSON.parse(cell) as readonly InvitedCells[]).map(([classes, start, end, taking]) => {
    const { type, invitation } = taking;
    return {
      ...classified(classes),
      time: { start, end, type },
      ...(invitation && { invitation }),
    };
  });

type TextCells = readonly [
  classes: string,
  body: string | null,
  blob: BlobRef | null,
  size: number,
];

const textsFrom = (cell: string): readonly TakingMember[] =>
  (JSON.parse(cell) as readonly TextCells[]).flatMap(([classes, body, blob, size]) => {
    if (body !== null) return [{ ...classified(classes), content: textContent(body) }];
    return blob === null
      ? []
      : [{ ...classified(classes), content: { kind: 'blob', ref: blob, size } }];
  });

const takenFrom = (cells: Cells): Taken => {
  const [head, tooMuch, times, invited, texts] = cells.slice(COLUMNS);
  const known = {
    collection: collectionFrom(cells),
    ...(typeof head === 'string' ? { head: BigInt(head) } : {}),
  };
  if (tooMuch === true) return known;
  const members = [
    ...(typeof times === 'string' ? timesFrom(times) : []),
    ...(typeof invited === 'string' ? invitedFrom(invited) : []),
    ...(typeof texts === 'string' ? textsFrom(texts) : []),
  ];
  return { ...known, members };
};

/** What of many calendars may take time in a range, in one question for some hundred of them. */
export const readingTakings = (pool: pg.Pool, logHere: boolean) => {
  const text = statement(logHere);
  return async (
    streams: readonly StreamId[],
    { from, to }: TimeRange,
  ): Promise<ReadonlyMap<StreamId, Taken>> => {
    const found = new Map<StreamId, Taken>();
    for (let at = 0; at < streams.length; at += TOGETHER) {
      const values = [streams.slice(at, at + TOGETHER), from, to];
      const rows = await inCells(pool, { name: 'takings', text, values });
      for (const cells of rows) found.set(cells[0] as StreamId, takenFrom(cells));
    }
    return found;
  };
};
