import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unconditional } from '../../src/domain/collection/precondition.ts';
import type { FilesCommand, FilesEvent, FilesState } from '../../src/domain/files/changes.ts';
import { files } from '../../src/domain/files/files.ts';
import { FILE_LIMITS } from '../../src/domain/files/limits.ts';
import { itemAt, type ItemPath, measure } from '../../src/domain/files/tree.ts';
import type { BlobRef, ETag, Instant, Segment } from '../../src/domain/kernel/ids.ts';
import { fold, given, run } from '../support/given.ts';

const at = '2026-01-01T00:00:00.000Z' as Instant;
const later = '2026-02-01T00:00:00.000Z' as Instant;
const path = (text: string): ItemPath =>
  text.split('/').flatMap((segment) => (segment === '' ? [] : [segment as Segment]));
const tag = (text: string): ETag => text as ETag;
const blob = (size: number) => ({ kind: 'blob', ref: 'ref' as BlobRef, size }) as const;

const stored = (
  where: string,
  etag = 'one',
  size = 1,
): Extract<FilesEvent, { type: 'FileStored' }> => ({
  type: 'FileStored',
  path: path(where),
  etag: tag(etag),
  mediaType: 'text/plain',
  content: blob(size),
  at,
});
const store = (where: string, etag = 'one', size = 1): FilesCommand => ({
  ...stored(where, etag, size),
  type: 'StoreFile',
  when: unconditional,
});
const made = (where: string, dead = new Map<string, string>()): FilesEvent => ({
  type: 'FolderMade',
  path: path(where),
  dead,
  at,
});
const make = (where: string): FilesCommand => ({
  type: 'MakeFolder',
  path: path(where),
  dead: new Map(),
  at,
});
const transfer = (from: string, to: string, overwrite = true) => ({
  from: path(from),
  to: path(to),
  overwrite,
  when: unconditional,
});
const copy = (from: string, to: string, overwrite = true, shallow = false): FilesCommand => ({
  type: 'CopyItem',
  ...transfer(from, to, overwrite),
  shallow,
  at: later,
});
const move = (from: string, to: string, overwrite = true): FilesCommand => ({
  type: 'MoveItem',
  ...transfer(from, to, overwrite),
});
const moved = (from: string, to: string, overwrote = false): FilesEvent => ({
  type: 'ItemMoved',
  from: path(from),
  to: path(to),
  overwrote,
});
const remove = (where: string): FilesCommand => ({
  type: 'RemoveItem',
  path: path(where),
  when: unconditional,
});
const mood = (xml: string | null) => new Map([['{urn:x}mood', xml]]);
const change = (where: string, dead: ReadonlyMap<string, string | null>): FilesCommand => ({
  type: 'ChangeItemProperties',
  path: path(where),
  dead,
  when: unconditional,
});

/** Every path in a tree, folders with a slash behind. */
const pathsIn = ({ root }: FilesState): readonly string[] => {
  const below = (folder: typeof root, prefix: string): readonly string[] =>
    [...folder.items].flatMap(([name, item]) =>
      item.kind === 'file'
        ? [`${prefix}${name}`]
        : [`${prefix}${name}/`, ...below(item, `${prefix}${name}/`)],
    );
  return below(root, '').toSorted();
};

describe('files', () => {
  test('are stored in folders that are there (RFC 4918 §9.7.1)', () => {
    given(files).when(store('a.txt')).records(stored('a.txt'));
    given(files, made('f')).when(store('f/a')).records(stored('f/a'));
    given(files).when(store('f/a')).refuses({ kind: 'ParentNotFound' });
    given(files, stored('f')).when(store('f/a')).refuses({ kind: 'ParentNotFound' });
    given(files, made('f')).when(store('f')).refuses({ kind: 'FolderInTheWay' });
    given(files).when(store('')).refuses({ kind: 'FolderInTheWay' });
  });

  test('say what they replace, and nothing when the same is stored again', () => {
    given(files, stored('a')).when(store('a')).records();
    given(files, stored('a'))
      .when(store('a', 'two'))
      .records({ ...stored('a', 'two'), replaced: tag('one') });
  });

  test('are changed only as long as their preconditions hold (RFC 9110 §13.1)', () => {
    const when = { ifMatch: [tag('two')] };
    const refusal = { kind: 'PreconditionFailed', current: tag('one') } as const;
    const before = given(files, stored('a'), made('f'));
    before.when({ ...stored('a', 'two'), type: 'StoreFile', when }).refuses(refusal);
    before.when({ type: 'RemoveItem', path: path('a'), when }).refuses(refusal);
    before.when({ type: 'MoveItem', ...transfer('a', 'b'), when }).refuses(refusal);
    before
      .when({ type: 'ChangeItemProperties', path: path('a'), dead: mood('<m/>'), when })
      .refuses(refusal);
    before
      .when({ type: 'RemoveItem', path: path('f'), when: { ifMatch: '*' } })
      .refuses({ kind: 'PreconditionFailed', current: undefined });
  });

  test('keep their dead properties when their octets change, and lose them when they are removed', () => {
    const properties = made('f');
    const history = [
      properties,
      stored('f/a'),
      { type: 'ItemPropertiesChanged', path: path('f/a'), dead: mood('<m/>') },
      { ...stored('f/a', 'two'), at: later },
    ] as const;
    expect(itemAt(fold(files, history).root, path('f/a'))).toMatchObject({
      createdAt: at,
      modifiedAt: later,
      dead: mood('<m/>'),
    });
    const anew = fold(files, [
      ...history,
      { type: 'ItemRemoved', path: path('f/a') },
      stored('f/a'),
    ]);
    expect(itemAt(anew.root, path('f/a'))?.dead).toEqual(new Map());
  });
});

describe('folders', () => {
  test('are made where nothing is, in folders that are there (RFC 4918 §9.3.1)', () => {
    given(files).when(make('f')).records(made('f'));
    given(files, made('f')).when(make('f')).refuses({ kind: 'ItemExists' });
    given(files, stored('f')).when(make('f')).refuses({ kind: 'ItemExists' });
    given(files).when(make('')).refuses({ kind: 'ItemExists' });
    given(files).when(make('f/g')).refuses({ kind: 'ParentNotFound' });
  });

  test('are removed with everything in them, the root never', () => {
    const state = fold(files, [
      made('f'),
      stored('f/a'),
      made('f/g'),
      stored('b'),
      { type: 'ItemRemoved', path: path('f') },
    ]);
    expect(pathsIn(state)).toEqual(['b']);
    given(files, made('f')).when(remove('')).refuses({ kind: 'RootStays' });
    given(files).when(remove('f')).refuses({ kind: 'ItemNotFound' });
  });

  test('are copied whole, or alone with Depth 0, with their properties (RFC 4918 §9.8.2, §9.8.3)', () => {
    const history = [made('f', new Map([['{urn:x}mood', '<m/>']])), stored('f/a'), made('f/g')];
    const copied = {
      type: 'ItemCopied',
      from: path('f'),
      to: path('c'),
      shallow: false,
      at: later,
      overwrote: false,
    } as const;
    given(files, ...history)
      .when(copy('f', 'c'))
      .records(copied);
    const state = fold(files, [...history, copied]);
    expect(pathsIn(state)).toEqual(['c/', 'c/a', 'c/g/', 'f/', 'f/a', 'f/g/']);
    expect(itemAt(state.root, path('c'))).toMatchObject({ dead: mood('<m/>'), createdAt: later });
    const alone = fold(files, [...history, { ...copied, shallow: true }]);
    expect(pathsIn(alone)).toEqual(['c/', 'f/', 'f/a', 'f/g/']);
  });

  test('once copied are no longer the same: a change in one leaves the other (RFC 4918 §9.8.1)', () => {
    const { state } = run(files, [
      make('f'),
      store('f/a'),
      copy('f', 'c'),
      store('f/b'),
      remove('c/a'),
    ]);
    expect(pathsIn(state)).toEqual(['c/', 'f/', 'f/a', 'f/b']);
  });

  test('never go into themselves, nor over what they hang in (RFC 4918 §9.8.5)', () => {
    const before = given(files, made('f'), made('f/g'));
    for (const command of [
      copy('f', 'f/g/h'),
      move('f', 'f/g/h'),
      copy('f', 'f'),
      move('f/g', 'f'),
      copy('', 'c'),
      move('f', ''),
    ])
      before.when(command).refuses({ kind: 'WithinItself' });
  });

  test('take the place of what is there only with Overwrite (RFC 4918 §10.6)', () => {
    const before = given(files, made('f'), stored('f/a'), made('g'), stored('g/b'), stored('c'));
    before.when(move('f', 'g')).records(moved('f', 'g', true));
    before.when(move('f', 'g', false)).refuses({ kind: 'PreconditionFailed', current: undefined });
    before.when(copy('f', 'c', false)).refuses({ kind: 'PreconditionFailed', current: tag('one') });
    before.when(move('f', 'none/f')).refuses({ kind: 'ParentNotFound' });
    before.when(move('none', 'n')).refuses({ kind: 'ItemNotFound' });
    const state = fold(files, [
      made('f'),
      stored('f/a'),
      made('g'),
      stored('g/b'),
      moved('f', 'g', true),
    ]);
    expect(pathsIn(state)).toEqual(['g/', 'g/a']);
  });
});

describe('dead properties of files and folders (RFC 4918 §4.3)', () => {
  test('record only what really changes', () => {
    given(files, made('f', new Map([['{urn:x}mood', '<m/>']])))
      .when(change('f', new Map([...mood('<m/>'), ['{urn:x}none', null]])))
      .records();
    given(files, made('f'))
      .when(change('', mood('<m/>')))
      .records({
        type: 'ItemPropertiesChanged',
        path: [],
        dead: mood('<m/>'),
      });
    given(files)
      .when(change('f', mood('<m/>')))
      .refuses({ kind: 'ItemNotFound' });
  });

  test('are bounded in number and size, and can be taken away at the bound', () => {
    const many = new Map(
      Array.from({ length: FILE_LIMITS.properties + 1 }, (_, index) => [`{urn:x}${index}`, '<m/>']),
    );
    const large = mood('x'.repeat(FILE_LIMITS.itemCharacters));
    for (const dead of [many, large])
      given(files, made('f')).when(change('f', dead)).refuses({ kind: 'PropertiesTooLarge' });
    given(files)
      .when({ type: 'MakeFolder', path: path('f'), dead: many, at })
      .refuses({
        kind: 'PropertiesTooLarge',
      });
    const nearly = 'x'.repeat(FILE_LIMITS.itemCharacters - 100);
    const full = Array.from(
      { length: Math.floor(FILE_LIMITS.characters / nearly.length) },
      (_, index) => made(`f${index}`, new Map([['{urn:x}mood', nearly]])),
    );
    const before = given(files, ...full, made('g'));
    before.when(change('g', mood(nearly))).refuses({ kind: 'PropertiesTooLarge' });
    before.when(change('f0', mood(null))).records({
      type: 'ItemPropertiesChanged',
      path: path('f0'),
      dead: mood(null),
    });
  });
});

describe('what one account may keep', () => {
  test('is bounded in octets, and what is replaced counts no more (RFC 4918 §9.7.1, 507)', () => {
    const full = stored('a', 'one', FILE_LIMITS.octets);
    given(files, full).when(store('b')).refuses({ kind: 'NoRoom' });
    given(files, full).when(copy('a', 'b')).refuses({ kind: 'NoRoom' });
    given(files, full)
      .when(store('a', 'two', 5))
      .records({
        ...stored('a', 'two', 5),
        replaced: tag('one'),
      });
    given(files, stored('b'), full).when(copy('a', 'b')).refuses({ kind: 'NoRoom' });
  });

  test('is bounded in files and folders, and in what one COPY makes', () => {
    const folder = [
      made('f'),
      ...Array.from({ length: FILE_LIMITS.copied }, (_, index) => stored(`f/${index}`)),
    ];
    given(files, ...folder)
      .when(copy('f', 'g'))
      .refuses({ kind: 'TooManyItems' });
    given(files, ...folder)
      .when(copy('f', 'g', true, true))
      .records({
        type: 'ItemCopied',
        from: path('f'),
        to: path('g'),
        shallow: true,
        at: later,
        overwrote: false,
      });
    const all = Array.from({ length: FILE_LIMITS.items - 1 }, (_, index) => stored(`${index}`));
    given(files, ...all)
      .when(store('more'))
      .refuses({ kind: 'TooManyItems' });
    given(files, ...all)
      .when(make('more'))
      .refuses({ kind: 'TooManyItems' });
  });

  test('is bounded in depth, by whatever way it gets there', () => {
    const deep = Array.from({ length: FILE_LIMITS.depth }, (_, index) => 'd/'.repeat(index + 1));
    const history = deep.map((where) => made(where));
    given(files, ...history)
      .when(make('d/'.repeat(FILE_LIMITS.depth + 1)))
      .refuses({
        kind: 'TooDeep',
      });
    given(files, ...history)
      .when(store(`${'d/'.repeat(FILE_LIMITS.depth)}a`))
      .refuses({
        kind: 'TooDeep',
      });
    given(files, ...history, made('f'))
      .when(move('d', 'f/d'))
      .refuses({ kind: 'TooDeep' });
    given(files, ...history, made('f'))
      .when(copy('d', 'f/d'))
      .refuses({ kind: 'TooDeep' });
    given(files, ...history, made('f'))
      .when(move('d', 'e'))
      .records(moved('d', 'e'));
  });
});

const names = fc
  .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 })
  .map((all) => all.join('/'));
const commands: fc.Arbitrary<FilesCommand> = fc.oneof(
  fc.tuple(names, fc.constantFrom('one', 'two'), fc.nat(9)).map((all) => store(...all)),
  names.map(make),
  names.map(remove),
  fc
    .tuple(names, fc.option(fc.constantFrom('<m/>', '<mm/>')))
    .map(([where, xml]) => change(where, mood(xml))),
  fc.tuple(names, names, fc.boolean(), fc.boolean()).map((all) => copy(...all)),
  fc.tuple(names, names, fc.boolean()).map((all) => move(...all)),
);

/** The same as plain paths in a map: what a tree must come to, said in another way. */
const model = (events: readonly FilesEvent[]): ReadonlyMap<string, string> => {
  const known = new Map<string, string>();
  const within = (where: string, top: string) => where === top || where.startsWith(`${top}/`);
  const drop = (top: string) => {
    for (const where of [...known.keys()]) if (within(where, top)) known.delete(where);
  };
  for (const event of events) {
    if (event.type === 'FileStored') known.set(event.path.join('/'), event.etag);
    else if (event.type === 'FolderMade') known.set(event.path.join('/'), '');
    else if (event.type === 'ItemRemoved') drop(event.path.join('/'));
    else if (event.type === 'ItemCopied' || event.type === 'ItemMoved') {
      const [from, to] = [event.from.join('/'), event.to.join('/')];
      const alone = event.type === 'ItemCopied' && event.shallow;
      const brought = [...known].filter(([where]) =>
        alone ? where === from : within(where, from),
      );
      drop(to);
      if (event.type === 'ItemMoved') drop(from);
      for (const [where, what] of brought) known.set(`${to}${where.slice(from.length)}`, what);
    }
  }
  return known;
};

describe('a tree', () => {
  test('is what its events say, whatever they are, and knows its own size', () => {
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 60 }), (all) => {
        const { events, state } = run(files, all);
        const expected = [...model(events)].map(([where, what]) => (what ? where : `${where}/`));
        expect(pathsIn(state)).toEqual(expected.toSorted());
        expect(state.total).toEqual(measure(state.root));
        expect(fold(files, events)).toEqual(state);
      }),
    );
  });
});
