import { describe, expect, it } from 'vitest';
import { sealOctets } from '../../src/adapters/codec/sealing.ts';
import { messages } from '../../src/adapters/codec/generated/messages.ts';
import { eventRegistry } from '../../src/adapters/codec/registry.ts';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Erased } from '../../src/domain/kernel/ports.ts';
import { by, codecWith, owner, recorded } from './recording.ts';

const { account, calendar, addressbook, home, preferences } = messages;
const collection = 'c';

/** Opens octets that were sealed as an event of a type, whatever they are. */
const opening = async (type: string, octets: Uint8Array): Promise<DomainEvent | Erased> => {
  const vault = memoryKeyVault();
  const codec = codecWith({ vault });
  const [envelope] = recorded(await codec.seal(owner, [{ type: 'AccountRemoved' }], by));
  if (envelope === undefined) throw new Error('nothing was sealed');
  const { secret } = await vault.keyOf(owner);
  const payload = sealOctets(secret, octets, `${envelope.id}\n${type}\n1`);
  const [event] = await codec.open([{ ...envelope, type, payload }]);
  if (event === undefined) throw new Error('nothing was opened');
  return event;
};

const inline = { inline: new Uint8Array() };
const stored = { name: 'n', uid: 'u', etag: 'e', component: 'VEVENT', content: inline };
const lacking = (key: keyof typeof stored): Partial<Record<keyof typeof stored, never>> =>
  ({ ...stored, [key]: undefined }) as object;
const opened = { login: 'l', displayName: 'd', mail: 'm' };
const added = { collection, kind: 'calendar', segment: 's', properties: {} };
const changed = (change: object): Uint8Array =>
  home.CollectionPropertiesChanged.encode({ collection, change }).finish();

const refused: readonly (readonly [type: string, why: string, octets: Uint8Array])[] = [
  ...(['name', 'uid', 'etag', 'component', 'content'] as const).map(
    (key) =>
      [
        'CalendarObjectStored',
        `lacks ${key}`,
        calendar.CalendarObjectStored.encode(lacking(key)).finish(),
      ] as const,
  ),
  ...(['name', 'uid', 'etag', 'content'] as const).map(
    (key) =>
      [
        'AddressObjectStored',
        `lacks ${key}`,
        addressbook.AddressObjectStored.encode({ ...lacking(key), component: undefined }).finish(),
      ] as const,
  ),
  [
    'AddressObjectStored',
    'has an unknown component',
    addressbook.AddressObjectStored.encode({ ...stored, component: 'VEVENT' }).finish(),
  ],
  [
    'CalendarObjectStored',
    'has an unknown component',
    calendar.CalendarObjectStored.encode({ ...stored, component: 'VALARM' }).finish(),
  ],
  [
    'CalendarObjectStored',
    'has neither octets nor a blob',
    calendar.CalendarObjectStored.encode({ ...stored, content: {} }).finish(),
  ],
  [
    'CalendarObjectStored',
    'lacks ref',
    calendar.CalendarObjectStored.encode({ ...stored, content: { blob: { size: 1 } } }).finish(),
  ],
  [
    'CalendarObjectStored',
    'lacks size',
    calendar.CalendarObjectStored.encode({ ...stored, content: { blob: { ref: 'r' } } }).finish(),
  ],
  [
    'CalendarCreated',
    'has an unknown component',
    calendar.CalendarCreated.encode({ owner, components: ['VEVENT', 'VPOLL'] }).finish(),
  ],
  ...(['collection', 'kind', 'segment', 'properties'] as const).map(
    (key) =>
      [
        'CollectionAdded',
        `lacks ${key}`,
        home.CollectionAdded.encode({ ...added, [key]: null }).finish(),
      ] as const,
  ),
  [
    'CollectionAdded',
    'has an unknown kind',
    home.CollectionAdded.encode({ ...added, kind: 'journal' }).finish(),
  ],
  [
    'CollectionPropertiesChanged',
    'sets and removes one property',
    changed({ order: 0, removed: ['order'] }),
  ],
  ['CollectionPropertiesChanged', 'lacks dead.name', changed({ dead: [{ xml: '<x/>' }] })],
  [
    'CollectionPropertiesChanged',
    'has an unknown transparency',
    changed({ transparency: 'TRANSPARENT' }),
  ],
  [
    'PreferencesChanged',
    'has an unknown weekStart',
    preferences.PreferencesChanged.encode({ weekStart: 7 }).finish(),
  ],
  ...(['login', 'displayName', 'mail'] as const).map(
    (key) =>
      [
        'AccountOpened',
        `lacks ${key}`,
        account.AccountOpened.encode({ ...opened, [key]: null }).finish(),
      ] as const,
  ),
  ...(
    [
      ['CalendarCreated', 'owner'],
      ['CalendarObjectDeleted', 'name'],
      ['AddressBookCreated', 'owner'],
      ['AddressObjectDeleted', 'name'],
      ['CollectionPropertiesChanged', 'collection'],
      ['CollectionRemoved', 'collection'],
      ['PasswordSet', 'passwordHash'],
      ['LoginClaimed', 'account'],
      ['LoginReleased', 'account'],
    ] as const
  ).map(([type, field]) => [type, `lacks ${field}`, new Uint8Array()] as const),
  ['CalendarObjectDeleted', 'is no message of its type', Uint8Array.of(0x0a, 0x05, 0x61)],
  ['CalendarObjectDeleted', 'is no message of its type', Uint8Array.of(0x0a, 0x01, 0xff)],
];

describe('a payload that is no event of its type is a fault, not an event with gaps', () => {
  it.each(refused)('%s that %s', async (type, why, octets) => {
    await expect(opening(type, octets)).rejects.toMatchObject({
      code: 'event-undecodable',
      message: expect.stringMatching(
        new RegExp(`at revision 0: ${type} version 1 ${why}$`),
      ) as string,
    });
  });

  it('a type that is not known here', async () => {
    for (const type of ['CalendarShared', 'toString', '__proto__'])
      await expect(opening(type, new Uint8Array())).rejects.toMatchObject({
        code: 'event-undecodable',
      });
  });
});

describe('what a later version adds within a schema version is passed over', () => {
  const later = Uint8Array.of(0xf2, 0x06, 0x01, 0x78); // field 110, a string

  it('as a field of an event', async () => {
    const octets = calendar.CalendarObjectDeleted.encode({ name: 'a.ics' }).finish();
    expect(await opening('CalendarObjectDeleted', Buffer.concat([octets, later]))).toEqual({
      type: 'CalendarObjectDeleted',
      name: 'a.ics',
    });
  });

  it('as a property taken away', async () => {
    expect(
      await opening('CollectionPropertiesChanged', changed({ removed: ['color', 'refreshRate'] })),
    ).toEqual({ type: 'CollectionPropertiesChanged', collection, change: { color: null } });
  });
});

it('every type of the registry can be opened', async () => {
  for (const type of Object.keys(eventRegistry))
    await opening(type, new Uint8Array()).then(
      (event) => expect(event.type).toBe(type),
      (error: unknown) =>
        expect(error).toMatchObject({ message: expect.stringContaining(' lacks ') as string }),
    );
});
