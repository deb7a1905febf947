import type { StreamId } from '../../../domain/kernel/event-store.ts';
import type { ResourceName } from '../../../domain/kernel/ids.ts';
import { unescapeText } from '../../../domain/icalendar/content-lines.ts';
import { cardLines } from '../../../domain/vcard/card.ts';
import { ADDRESS_LIMITS } from '../../../domain/vcard/address-object.ts';
import type { Book, CardSummary } from '../../../domain/vcard/lists/book.ts';
import { isGroup, isList, referencesIn } from '../../../domain/vcard/lists/conversion.ts';
import type { MemberContent } from '../../../projections/collection/rows.ts';
import { askedForm } from '../forms/object-forms.ts';
import type { PropertyRequest } from '../properties/respond.ts';
import type { Services } from '../../services.ts';
import { carddav } from '../xml/names.ts';
import { type Read, withContents } from './contents.ts';
import { objectText } from './data.ts';
import { VLIST } from './media.ts';

/** What lists are to be turned into: groups, whose members have UIDs, or SOGo's lists, whose members have names. */
export type Turning = 'into groups' | 'into lists';

/** How a report's answer turns lists; `undefined`: it does not. */
export const turningOf = (request: PropertyRequest): Turning | undefined => {
  const elements =
    request.kind === 'prop' ? request.asked : request.kind === 'allprop' ? request.include : [];
  const data = elements.find(({ name }) => name === carddav('address-data'));
  const form = askedForm('addressbook', data);
  if (form === undefined || form === 'stored') return undefined;
  return form.type === VLIST ? 'into lists' : 'into groups';
};

/** Whether an object cannot be turned without its address book. */
export const needsBook = (text: string, turning: Turning): boolean =>
  turning === 'into groups' ? isList(text) : /group/i.test(text) && isGroup(cardLines(text));

type Reading = Pick<Services, 'collections' | 'blobs'>;

/** An address book as lists are looked up in, read once for as many of them as there are. */
export const bookReading = ({ collections, blobs }: Reading, stream: StreamId) => {
  let known: Promise<Known> | undefined;

  const read = async (): Promise<Known> => {
    const uids = new Map<string, string>();
    const names = new Map<string, ResourceName>();
    const snapshot = await collections.all(stream);
    for await (const page of snapshot?.members ?? [])
      for (const { name, uid } of page) {
        uids.set(name, uid);
        names.set(uid, name);
      }
    return { uids, names };
  };

  const summaries = async (
    wanted: readonly ResourceName[],
  ): Promise<ReadonlyMap<string, CardSummary>> => {
    const found = new Map<string, CardSummary>();
    if (wanted.length === 0) return found;
    const snapshot = await collections.named(stream, wanted);
    for await (const page of withContents(blobs, snapshot?.members ?? []))
      for (const [{ name }, held] of page) found.set(name, summaryOf(objectText(held)));
    return found;
  };

  /** What these objects need to know of the book to be turned. */
  return async (texts: readonly string[], turning: Turning): Promise<Book> => {
    known ??= read();
    const { uids, names } = await known;
    const members =
      turning === 'into groups'
        ? []
        : [...new Set(texts.flatMap(referencesIn))].flatMap((uid) => names.get(uid) ?? []);
    const about = await summaries(members.slice(0, ADDRESS_LIMITS.cards));
    return {
      uidOf: (name) => uids.get(name),
      nameOf: (uid) => names.get(uid),
      about: (name) => about.get(name),
    };
  };
};

interface Known {
  readonly uids: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, ResourceName>;
}

const summaryOf = (card: string): CardSummary => {
  const lines = cardLines(card);
  const valueOf = (wanted: string): string | undefined => {
    const value = lines.find(({ name }) => name === wanted)?.value;
    return value === undefined ? undefined : unescapeText(value);
  };
  const fullName = valueOf('FN');
  const email = valueOf('EMAIL');
  return { ...(fullName !== undefined && { fullName }), ...(email !== undefined && { email }) };
};

/** Gives the lists among objects that were read the book that turning them needs. */
export async function* withBooks<Member extends Partial<MemberContent>>(
  services: Reading,
  stream: StreamId,
  turning: Turning | undefined,
  pieces: AsyncIterable<readonly Read<Member>[]>,
): AsyncGenerator<readonly Read<Member>[]> {
  const bookFor = bookReading(services, stream);
  for await (const piece of pieces) {
    const texts =
      turning === undefined
        ? []
        : piece.map(([, held]) => objectText(held)).filter((text) => needsBook(text, turning));
    if (turning === undefined || texts.length === 0) {
      yield piece;
      continue;
    }
    const book = await bookFor(texts, turning);
    yield piece.map(([member, held]) => [member, { ...held, book }] as const);
  }
}
