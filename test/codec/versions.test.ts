import { describe, expect, it } from 'vitest';
import { present } from '../../src/adapters/codec/fields.ts';
import { messages } from '../../src/adapters/codec/generated/messages.ts';
import { eventRegistry, type Registry } from '../../src/adapters/codec/registry.ts';
import { past, schema, upcast } from '../../src/adapters/codec/schema.ts';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import type { ResourceName } from '../../src/domain/kernel/ids.ts';
import { by, codecWith, owner, recorded } from './recording.ts';

/**
 * A history that never was: CalendarObjectDeleted once named its object by a whole path (version 1),
 * then by a path relative to the home (version 2), and by its last segment only today (version 3).
 * Any message with one string serves as the shape of the old versions.
 */
interface Deleted {
  readonly type: 'CalendarObjectDeleted';
  readonly path: string;
}

const byPath = {
  message: messages.home.CollectionRemoved,
  read: ({ collection }: { readonly collection?: string | null | undefined }): Deleted => ({
    type: 'CalendarObjectDeleted',
    path: present('path', collection),
  }),
  write: ({ path }: Deleted) => ({ collection: path }),
};

const relative = ({ type, path }: Deleted): Deleted => ({
  type,
  path: path.replace('/SOGo/dav/zoe/', ''),
});
const lastSegment = ({ type, path }: Deleted) => ({
  type,
  name: path.split('/').at(-1) as ResourceName,
});

const today = {
  message: messages.calendar.CalendarObjectDeleted,
  read: ({ name }: { readonly name?: string | null | undefined }) => ({
    type: 'CalendarObjectDeleted' as const,
    name: present('name', name) as ResourceName,
  }),
  write: ({ name }: { readonly name: ResourceName }) => ({ name }),
};

const first = past(byPath);
const second = past(byPath, upcast(first, relative));
const third: Registry = {
  ...eventRegistry,
  CalendarObjectDeleted: schema(today, upcast(second, lastSegment)),
};

/** What a node of that time would have appended. */
const written = async (
  version: 1 | 2,
  path: string,
  vault: ReturnType<typeof memoryKeyVault>,
): ReturnType<ReturnType<typeof codecWith>['seal']> => {
  const older = version === 1 ? undefined : upcast(first, relative);
  const then = { ...eventRegistry, CalendarObjectDeleted: schema(byPath, older) };
  return codecWith({ vault, registry: then as unknown as Registry }).seal(
    owner,
    [{ type: 'CalendarObjectDeleted', path } as never],
    by,
  );
};

describe('versions of an event type (docs/adr/0001)', () => {
  it('are numbered from 1 and only the newest is written', async () => {
    expect([first.version, second.version]).toEqual([1, 2]);
    expect([...third.CalendarObjectDeleted.decoders.keys()]).toEqual([1, 2, 3]);
    const [envelope] = await codecWith({ registry: third }).seal(
      owner,
      [{ type: 'CalendarObjectDeleted', name: 'a.ics' as ResourceName }],
      by,
    );
    expect(envelope?.schemaVersion).toBe(3);
  });

  it('are all read as the newest, each through every step after it', async () => {
    const vault = memoryKeyVault();
    const now = codecWith({ vault, registry: third });
    const log = [
      ...(await written(1, '/SOGo/dav/zoe/Calendar/personal/a.ics', vault)),
      ...(await written(2, 'Calendar/personal/b.ics', vault)),
      ...(await now.seal(
        owner,
        [{ type: 'CalendarObjectDeleted', name: 'c.ics' as ResourceName }],
        by,
      )),
    ];
    expect(log.map(({ schemaVersion }) => schemaVersion)).toEqual([1, 2, 3]);
    expect(await now.open(recorded(log))).toEqual(
      ['a.ics', 'b.ics', 'c.ics'].map((name) => ({ type: 'CalendarObjectDeleted', name })),
    );
  });

  it('cannot be exchanged: an event of one version is not opened as another', async () => {
    const vault = memoryKeyVault();
    const [envelope] = recorded(await written(2, 'Calendar/personal/b.ics', vault));
    if (envelope === undefined) throw new Error('nothing was sealed');
    await expect(
      codecWith({ vault, registry: third }).open([{ ...envelope, schemaVersion: 1 }]),
    ).rejects.toMatchObject({ code: 'event-tampered' });
  });

  it('that are not known here are refused, with the place and nothing of the payload', async () => {
    const vault = memoryKeyVault();
    const registry = third;
    const [envelope] = recorded(
      await codecWith({ vault, registry }).seal(
        owner,
        [{ type: 'CalendarObjectDeleted', name: 'secret.ics' as ResourceName }],
        by,
      ),
    );
    if (envelope === undefined) throw new Error('nothing was sealed');
    await expect(codecWith({ vault }).open([{ ...envelope, revision: 7n }])).rejects.toMatchObject({
      code: 'event-undecodable',
      stream: envelope.stream,
      revision: 7n,
      message: `${envelope.stream} at revision 7: CalendarObjectDeleted version 3 is not known here`,
    });
  });
});
