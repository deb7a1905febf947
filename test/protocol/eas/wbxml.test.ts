import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Element } from '../../../src/domain/activesync/data.ts';
import { EasRefusal } from '../../../src/api/eas/errors.ts';
import { decodeWbxml } from '../../../src/api/eas/wbxml/decode.ts';
import { encodeWbxml } from '../../../src/api/eas/wbxml/encode.ts';
import {
  choices,
  data,
  fields,
  flag,
  integer,
  octets,
  optional,
  repeated,
  required,
  text,
} from '../../../src/api/eas/wbxml/read.ts';
import { tagAt, tagNamed, tags } from '../../../src/api/eas/wbxml/tags.ts';
import { traceOf } from '../../../src/api/eas/wbxml/trace.ts';
import { el, readOf, treeOf } from '../../support/eas.ts';
import { fastest } from '../../support/fastest.ts';
import { describeWith } from '../../support/needing.ts';
import { byBoth, wbxml2xml } from '../../support/wbxml2xml.ts';

interface Published {
  readonly codePages: readonly {
    readonly page: number;
    readonly namespace: string;
    readonly tags: Readonly<Record<string, number>>;
    readonly versions?: Readonly<Record<string, readonly string[]>>;
    readonly legacyTags?: Readonly<Record<string, number>>;
  }[];
}
const published = JSON.parse(
  readFileSync(new URL('../../corpus/eas/codepages.json', import.meta.url), 'utf8'),
) as Published;

const statusOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof EasRefusal) return error.status;
    throw error;
  }
  return 'accepted';
};

const drained = (body: Buffer): number => {
  const source = decodeWbxml(body);
  let events = 0;
  while (source.next() !== undefined) events += 1;
  return events;
};

const wbxml = (...rest: readonly number[]): Buffer => Buffer.from([3, 1, 0x6a, 0, ...rest]);

describe('the code pages (MS-ASWBXML 2.1.2.1)', () => {
  test('are those of the machine-readable copy: tokens, names and versions', () => {
    const rows = published.codePages.flatMap(({ page, namespace, versions = {}, ...each }) =>
      [each.tags, each.legacyTags ?? {}].flatMap((table, isOld) =>
        Object.entries(table).map(([name, token]) => ({
          name: `${namespace.toLowerCase()}:${name}`,
          ...{ page, token, isOld: isOld === 1 },
          versions: ['12.1', '14.0', '14.1', '16.0', '16.1'].filter(
            (version) => versions[name]?.includes(version) ?? true,
          ),
        })),
      ),
    );
    const known = ['12.1', '14.0', '14.1', '16.0', '16.1'];
    expect(
      tags.map(({ since, until, ...tag }) => ({
        ...tag,
        versions: known.slice(known.indexOf(since), known.indexOf(until) + 1),
      })),
    ).toEqual(expect.arrayContaining(rows));
    expect(tags).toHaveLength(rows.length);
  });

  test('read three tags of Find where some clients have them', () => {
    expect(tagAt(25, 0x1c)).toBe('find:Picture');
    expect(tagNamed('find:Picture')?.token).toBe(0x22);
  });
});

const leaves = fc.oneof(
  fc
    .string({ unit: 'binary', maxLength: 40 })
    .map((one) => one.replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '')),
  fc.uint8Array({ minLength: 1, maxLength: 200 }),
);
const names = tags.filter(({ isOld }) => !isOld).map(({ name }) => name);
const elements: fc.Arbitrary<Element> = fc.letrec<{ element: Element }>((tie) => ({
  element: fc.record({
    tag: fc.constantFrom(...names),
    value: fc.oneof(
      { depthSize: 'small', maxDepth: 6 },
      leaves,
      fc.array(tie('element'), { minLength: 1, maxLength: 4 }),
    ),
  }),
})).element;

const plain = ({ tag, value }: Element): Element => ({
  tag,
  value:
    typeof value === 'string'
      ? value
      : value instanceof Uint8Array
        ? Buffer.from(value)
        : value.map(plain),
});

describe('a document', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(elements, { minLength: 1, maxLength: 5 }), (children) => {
        const root = { tag: 'airsync:Sync', value: children };
        expect(plain(treeOf(encodeWbxml(root)))).toEqual(plain(root));
      }),
    );
  });

  test('loses what XML cannot hold, and keeps what lies beyond the first plane', () => {
    const written = encodeWbxml(el('calendar:Subject', 'a\u0000b\u0001c\ud83d\ude00\ud800d'));
    expect(readOf(written, 'calendar:Subject', text())).toBe('abc\ud83d\ude00d');
  });

  test('is refused where it is none (MS-ASWBXML 2.1.1)', () => {
    const bodies: Readonly<Record<string, Buffer>> = {
      nothing: Buffer.alloc(0),
      'another version': Buffer.from([9, 1, 0x6a, 0, 0x05]),
      'another charset': Buffer.from([3, 1, 0x04, 0, 0x05]),
      'an attribute': wbxml(0xc5, 0x01),
      'a string of the table': wbxml(0x45, 0x83, 0, 0x01),
      'an entity': wbxml(0x45, 0x02, 0x20, 0x01),
      'a string without end': wbxml(0x45, 0x03, 0x61),
      'a string that is no UTF-8': wbxml(0x45, 0x03, 0xff, 0x00, 0x01),
      'opaque data past the end': wbxml(0x45, 0xc3, 0x8f, 0xff, 0xff, 0xff, 0x7f, 0x01),
      'a number without end': wbxml(0x45, 0xc3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01),
      'elements 100,000 deep': wbxml(...Array.from({ length: 100_000 }, () => 0x45)),
      'no end': wbxml(0x45),
    };
    for (const [what, body] of Object.entries(bodies))
      expect([what, statusOf(() => drained(body))]).toEqual([what, 'InvalidWbxml']);
  });

  test('may have tags and pages that nobody knows: they are passed over with what they hold', () => {
    const body = wbxml(
      0x45,
      0x00,
      254,
      0x45,
      0x46,
      0x03,
      0x61,
      0x00,
      0x01,
      0x01,
      0x00,
      0,
      0x4b,
      0x03,
      0x30,
      0,
      1,
      1,
    );
    const read = fields({ key: required('airsync:SyncKey', text()) });
    expect(readOf(body, 'airsync:Sync', read)).toEqual({ key: '0' });
  });

  test('of many elements is read in time that grows with it alone', () => {
    const many = (count: number) =>
      encodeWbxml({
        tag: 'airsync:Sync',
        value: Array.from({ length: count }, () => el('airsync:ServerId', 'c1:abcdef')),
      });
    const [small, large] = [many(10_000), many(100_000)];
    const few = fastest(5, () => drained(small));
    expect(fastest(5, () => drained(large))).toBeLessThan(Math.max(few, 1) * 40);
  });
});

describeWith('Debian’s decoder', [wbxml2xml], () => {
  test('reads every tag of every page as we do, but for those it does not know', async () => {
    const known = tags.filter(({ isOld }) => !isOld);
    const octetsIn = /^email2:Conversation(?:Id|Index)$/;
    const root = {
      tag: 'airsync:Sync',
      value: known.map(({ name }, index) =>
        el(name, octetsIn.test(name) ? Buffer.from([0, index & 255]) : `text ${index} ä & <`),
      ),
    };
    const document = encodeWbxml(root);
    const { ours, theirs, unknown } = await byBoth(document, treeOf(document));
    const differing = ours.children.flatMap((one, index) => {
      const other = theirs.children[index];
      return JSON.stringify(one) === JSON.stringify(other) ? [] : [[one.tag, other?.tag]];
    });
    expect(differing).toEqual([]);
    // The page Find, and what version 16.1 added.
    expect(unknown).toBeLessThan(60);
  });
});

describe('readers', () => {
  const item = fields({
    id: required('airsync:ServerId', text(8)),
    read: optional('email:Read', flag),
    many: repeated('airsync:ClientId', integer, 2),
  });
  const read = (...children: readonly Element[]) => {
    const document = encodeWbxml({ tag: 'airsync:Change', value: children });
    return readOf(document, 'airsync:Change', item);
  };
  const id = el('airsync:ServerId', 'c1:1');

  test('take children in any order, pass over others, and take an empty element as true', () => {
    expect(read(el('email:Read', ''), el('email:Subject', 'x'), id)).toEqual({
      ...{ id: 'c1:1', read: true, many: [] },
    });
  });

  test('take opaque data for text, and text for octets', () => {
    expect(read(el('airsync:ServerId', Buffer.from('c1:2'))).id).toBe('c1:2');
    const body = encodeWbxml(el('composemail:Mime', 'To: a'));
    expect(readOf(body, 'composemail:Mime', octets(10))).toEqual(Buffer.from('To: a'));
  });

  test('refuse what the schema has not (MS-ASCMD 2.2.2, InvalidXML)', () => {
    const cases: readonly (readonly Element[])[] = [
      [],
      [id, id],
      [el('airsync:ServerId', 'far too long')],
      [id, el('email:Read', 'maybe')],
      [id, el('airsync:ClientId', '-1')],
      [id, el('airsync:ClientId', '1'), el('airsync:ClientId', '2'), el('airsync:ClientId', '3')],
      [el('airsync:ServerId', id)],
      [el('airsync:ServerId', Buffer.from([0xff]))],
    ];
    for (const children of cases) expect(statusOf(() => read(...children))).toBe('InvalidXml');
    expect(statusOf(() => readOf(encodeWbxml(id), 'airsync:Change', item))).toBe('InvalidXml');
  });

  test('keep the order of children of several tags', () => {
    const body = encodeWbxml(
      el(
        'airsync:Commands',
        el('airsync:Delete', id),
        el('airsync:Fetch', id),
        el('airsync:Delete', id),
      ),
    );
    const read = choices({ 'airsync:Delete': item, 'airsync:Fetch': item }, 3);
    expect(readOf(body, 'airsync:Commands', read).map(({ tag }) => tag)).toEqual([
      ...['airsync:Delete', 'airsync:Fetch', 'airsync:Delete'],
    ]);
    const two = choices({ 'airsync:Delete': item, 'airsync:Fetch': item }, 2);
    expect(statusOf(() => readOf(body, 'airsync:Commands', two))).toBe('InvalidXml');
  });

  test('hand application data on as it is', () => {
    const given = el(
      'airsync:ApplicationData',
      el('calendar:Subject', 'x'),
      el('airsyncbase:Body', ''),
    );
    expect(readOf(encodeWbxml(given), given.tag, data)).toEqual(given.value);
  });
});

describe('a trace (SOGoEASDebugEnabled)', () => {
  test('is XML without bodies, mails and passwords', () => {
    const shown = traceOf(
      encodeWbxml(
        el(
          'airsync:Sync',
          el('calendar:Subject', 'a <b> & c'),
          el('airsyncbase:Data', 'my secret'),
          el('settings:Password', 'hunter2'),
          el('email2:ConversationId', Buffer.from('octets')),
          el('airsync:GetChanges', ''),
          el('tasks:Subject', 'long '.repeat(100)),
        ),
      ),
    );
    expect(shown).not.toMatch(/secret|hunter2/);
    expect(shown).toContain('<calendar:Subject>a &lt;b&gt; &amp; c</calendar:Subject>');
    expect(shown).toContain('<airsync:GetChanges/>');
    expect(shown.length).toBeLessThan(600);
  });

  test('says where a document stops being one', () => {
    expect(traceOf(wbxml(0x45, 0x4b))).toMatch(/^<airsync:Sync><airsync:SyncKey> … \S/);
  });
});
