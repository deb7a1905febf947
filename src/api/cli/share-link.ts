import { splitStream } from '../../domain/kernel/streams.ts';
import type { CollectionId } from '../../domain/kernel/ids.ts';
import { linksIn } from '../../domain/rights/links.ts';
import { linkFor, revocation, toldLink } from '../share-links/managing.ts';
import { type Command, text, UsageError } from './command.ts';
import { changeRights, placeAt, working } from './rights.ts';
import type { Surroundings } from './surroundings.ts';

const PATH = 'PATH is OWNER/Calendar/ID or OWNER/Contacts/ID.';

/** `daybook share-link …`: addresses by which whoever knows them reads a collection. */
export const shareLinkCommands: readonly Command<Surroundings>[] = [
  {
    name: 'share-link create',
    summary: 'make a secret address of a collection, and print it: it is not known afterwards',
    operands: ['PATH'],
    options: [
      { name: 'view', value: 'VIEW', summary: 'full (the usual) or date-and-time' },
      { name: 'days', value: 'DAYS', summary: 'how long it holds (365), or never for without end' },
      { name: 'label', value: 'TEXT', summary: 'whom or what it is for' },
    ],
    details: PATH,
    run: working(async (daybook, given, { print }) => {
      const place = await placeAt(daybook, given.operands[0] ?? '');
      const { row } = place;
      const wanted = {
        view: text(given, 'view'),
        days: text(given, 'days'),
        label: text(given, 'label'),
      };
      const now = daybook.services.now();
      const collection = splitStream(row.stream)[1] as CollectionId;
      const made = linkFor({ collection, kind: row.kind, grants: row.grants }, wanted, now);
      if (typeof made === 'string') throw new UsageError(made);
      await changeRights(daybook, place, made.changes);
      print(JSON.stringify({ ...toldLink(made.link, now), path: made.path }));
      return 0;
    }),
  },
  {
    name: 'share-link list',
    summary: 'print the secret addresses of a collection, without their secrets, as JSON lines',
    operands: ['PATH'],
    options: [],
    details: PATH,
    run: working(async (daybook, { operands }, { print }) => {
      const { row } = await placeAt(daybook, operands[0] ?? '');
      const now = daybook.services.now();
      for (const link of linksIn(row.grants)) print(JSON.stringify(toldLink(link, now)));
      return 0;
    }),
  },
  {
    name: 'share-link revoke',
    summary: 'end a secret address of a collection at once',
    operands: ['PATH', 'LINK'],
    options: [],
    details: `${PATH} LINK is what share-link list names it.`,
    run: working(async (daybook, { operands }) => {
      const [path = '', link = ''] = operands;
      const place = await placeAt(daybook, path);
      const changes = revocation(place.row.grants, link);
      if (changes === undefined) throw new UsageError(`there is no link '${link}'`);
      await changeRights(daybook, place, changes);
      return 0;
    }),
  },
];
