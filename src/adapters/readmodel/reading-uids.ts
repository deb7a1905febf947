import type pg from 'pg';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { Uid } from '../../domain/kernel/ids.ts';
import type { KeptHeard } from '../../domain/scheduling/kept.ts';
import type { UidRows, WithUid } from '../../projections/collection/rows.ts';
import { inCells } from './faults.ts';
import {
  bodies,
  contentColumns,
  filledFrom,
  memberColumns,
  membersAsJson,
  type MembersJson,
} from './page.ts';

/** Found by the UID, which few calendars share, and then among the streams. */
const text = `
with these as materialized (
  select m.stream, ${memberColumns}, ${contentColumns} from collection.members m
  where m.uid = $2 and not m.gone
), heard as materialized (
  select h.stream, h.heard from collection.heard h where h.uid = $2
)
select stream, members::text, bodies, heard::text
from (
  select m.stream, ${membersAsJson(true)} as members, ${bodies} as bodies
  from these m group by m.stream
) m full join heard h using (stream)
join collection.collections c using (stream)
where stream = any($1::text[]) and c.status = 'live'`;

/** Objects by their UIDs. */
export const readingUids = (pool: pg.Pool): UidRows => ({
  async withUid(streams, uid: Uid) {
    if (streams.length === 0) return [];
    const rows = await inCells(pool, { name: 'with uid', text, values: [streams, uid] });
    return rows.map(([stream, members, bodies, heard]): WithUid => {
      const [member] =
        typeof members === 'string'
          ? filledFrom({ members: JSON.parse(members) as MembersJson, bodies })
          : [];
      return {
        stream: stream as StreamId,
        ...(member === undefined ? {} : { member }),
        ...(typeof heard === 'string' ? { heard: JSON.parse(heard) as KeptHeard } : {}),
      };
    });
  },
});
