import { accountGrantee, groupGrantee, linkGrantee } from '../../src/domain/rights/grants.ts';
import { classifications, everyRole } from '../../src/domain/rights/roles.ts';
import { answers, invitationStates, offers } from '../../src/domain/notifications/notifications.ts';
import fc from 'fast-check';
import { deviceStandings, policyExtents, wipeScopes } from '../../src/domain/account/devices.ts';
import { appPasswordProtocols } from '../../src/domain/account/app-passwords.ts';
import { calendarComponents } from '../../src/domain/calendar/calendar.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { PropertyChange } from '../../src/domain/home/properties.ts';
import type { Content } from '../../src/domain/kernel/content.ts';

type Arbitraries = {
  readonly [Type in DomainEvent['type']]: fc.Arbitrary<
    Extract<DomainEvent, { readonly type: Type }>
  >;
};

/** Any well-formed text; as `never` it fits every brand. */
const text = fc.string({
  unit: 'binary',
  maxLength: 40,
}) as fc.Arbitrary<never>;

const texts = fc.array(text, { maxLength: 4 });

const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

const content: fc.Arbitrary<Content> = fc.oneof(
  fc.record({ kind: fc.constant('inline' as const), octets: fc.uint8Array({ maxLength: 2000 }) }),
  fc.record({ kind: fc.constant('blob' as const), ref: text, size: uint32 }),
);

const clearable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value);

const change: fc.Arbitrary<PropertyChange> = fc.record(
  {
    displayName: clearable(text),
    description: clearable(text),
    color: clearable(text),
    order: clearable(fc.double({ noNaN: true })),
    timeZone: clearable(text),
    transparency: clearable(fc.constantFrom('opaque' as const, 'transparent' as const)),
    dead: fc
      .array(fc.tuple(text, clearable(text)), { minLength: 1, maxLength: 5 })
      .map((entries) => new Map(entries)),
  },
  { requiredKeys: [] },
);

const typed = <Type extends string>(type: Type): { readonly type: fc.Arbitrary<Type> } => ({
  type: fc.constant(type),
});

const noted = { id: text, at: text, collection: text, from: text, summary: text } as const;
const member = fc.oneof(fc.record({ account: text }), fc.record({ group: text }));
const named = { name: text } as const;
const facts = { uid: text, etag: text } as const;

const dead = fc
  .array(fc.tuple(text, text), { minLength: 1, maxLength: 5 })
  .map((entries) => new Map(entries));

/** Facts of what was stored here first, or was moved here, or has dead properties. */
const moved = <Facts extends object>(plain: fc.Arbitrary<Facts>) =>
  fc.oneof(
    plain,
    fc.tuple(plain, dead).map(([all, dead]) => ({ ...all, dead })),
    fc
      .tuple(plain, fc.record({ collection: text, name: text }))
      .map(([all, movedFrom]) => ({ ...all, movedFrom })),
  );

const component = fc.constantFrom(...calendarComponents);

const classes = fc.subarray([...classifications], { minLength: 1 });

const word = fc
  .string({ unit: 'grapheme-ascii', maxLength: 30 })
  .map((one) => one.replaceAll('/', '')) as fc.Arbitrary<never>;
const grantee = fc.oneof(
  fc.constantFrom('authenticated' as const, 'anonymous' as const),
  text.map((id) => accountGrantee(id)),
  fc
    .tuple(text, text)
    .map(([source, group]) => groupGrantee(String(source).replaceAll('/', ''), group)),
  fc
    .record({ link: word, digest: word, until: word, label: text })
    .map(({ until, ...link }) => linkGrantee(until === '' ? link : { ...link, until })),
);

/** A change to a free name, or to one that held something. */
const replacing = <Stored extends object>(stored: fc.Arbitrary<Stored>) =>
  fc.oneof(
    stored,
    fc.tuple(stored, text).map(([event, replaced]) => ({ ...event, replaced })),
  );

/** Events of every type with every field anything that its type allows. */
export const arbitraryEvents = {
  CalendarCreated: fc.record({
    ...typed('CalendarCreated'),
    owner: text,
    components: fc.array(component, { maxLength: 4 }),
  }),
  CalendarObjectStored: replacing(
    fc.record({
      ...typed('CalendarObjectStored'),
      ...named,
      facts: moved(
        fc.record(
          { ...facts, component, classes, scheduleTag: text },
          { requiredKeys: ['uid', 'etag', 'component'] },
        ),
      ),
      content,
    }),
  ),
  RightsGranted: fc.record({
    ...typed('RightsGranted'),
    to: grantee,
    roles: fc.subarray([...everyRole]),
  }),
  RightsRevoked: fc.record({ ...typed('RightsRevoked'), from: grantee }),
  CalendarObjectDeleted: fc.record(
    {
      ...typed('CalendarObjectDeleted'),
      ...named,
      scheduled: fc.record(
        { uid: text, silent: fc.constant(true as const) },
        { requiredKeys: ['uid'] },
      ),
    },
    { requiredKeys: ['type', 'name'] },
  ),
  SchedulingMessageHeard: fc.record({
    ...typed('SchedulingMessageHeard'),
    uid: text,
    heard: fc.record({
      marks: fc.array(
        fc
          .record({
            ...{ sender: text, instance: text, dtstamp: text },
            sequence: fc.nat(),
            cancelled: fc.boolean(),
          })
          .map((mark) => ({ ...mark })),
        { maxLength: 4 },
      ),
      held: fc.array(
        fc.record({ message: text, sender: text }).map((one) => ({ ...one })),
        { maxLength: 2 },
      ),
    }),
  }),
  ChangeScheduled: fc.record(
    {
      ...typed('ChangeScheduled'),
      version: fc.record({
        ...{ collection: text, name: text },
        revision: fc.bigInt({ min: 0n, max: 2n ** 62n }).map(String),
      }),
      cause: text,
      said: fc.record({ sequence: fc.nat(), dtstamp: text }),
      deliveries: fc.array(
        fc
          .record(
            { recipient: text, status: text, mail: text },
            { requiredKeys: ['recipient', 'status'] },
          )
          .map((one) => ({ ...one })),
        { maxLength: 4 },
      ),
    },
    { requiredKeys: ['type', 'version', 'cause', 'deliveries'] },
  ),
  DeliverySettled: fc.record({
    ...typed('DeliverySettled'),
    ...{ recipient: text, status: text, mail: text },
  }),
  CalendarDeleted: fc.record(typed('CalendarDeleted')),
  AddressBookCreated: fc.record({ ...typed('AddressBookCreated'), owner: text }),
  AddressObjectStored: replacing(
    fc.record({
      ...typed('AddressObjectStored'),
      ...named,
      facts: moved(
        fc.oneof(
          fc.record(facts),
          fc.record({ ...facts, component: fc.constant('VLIST' as const) }),
        ),
      ),
      content,
    }),
  ),
  AddressObjectDeleted: fc.record({ ...typed('AddressObjectDeleted'), ...named }),
  AddressBookDeleted: fc.record(typed('AddressBookDeleted')),
  CollectionAdded: fc.record({
    ...typed('CollectionAdded'),
    collection: text,
    kind: fc.constantFrom('calendar' as const, 'addressbook' as const),
    segment: text,
    properties: change,
  }),
  CollectionPropertiesChanged: fc.record({
    ...typed('CollectionPropertiesChanged'),
    collection: text,
    change,
  }),
  CollectionRemoved: fc.record({ ...typed('CollectionRemoved'), collection: text }),
  FileStored: replacing(
    fc.record({
      ...typed('FileStored'),
      path: texts,
      etag: text,
      mediaType: text,
      content,
      at: text,
    }),
  ),
  FolderMade: fc.record({
    ...typed('FolderMade'),
    path: texts,
    dead: fc.array(fc.tuple(text, text), { maxLength: 5 }).map((entries) => new Map(entries)),
    at: text,
  }),
  ItemPropertiesChanged: fc.record({
    ...typed('ItemPropertiesChanged'),
    path: texts,
    dead: fc
      .array(fc.tuple(text, clearable(text)), { maxLength: 5 })
      .map((entries) => new Map(entries)),
  }),
  ItemCopied: fc.record({
    ...typed('ItemCopied'),
    from: texts,
    to: texts,
    shallow: fc.boolean(),
    at: text,
    overwrote: fc.boolean(),
  }),
  ItemMoved: fc.record({
    ...typed('ItemMoved'),
    from: texts,
    to: texts,
    overwrote: fc.boolean(),
  }),
  ItemRemoved: fc.record({ ...typed('ItemRemoved'), path: texts }),
  SettingsChanged: fc.record({
    ...typed('SettingsChanged'),
    change: fc
      .array(fc.tuple(text, clearable(text)), { maxLength: 5 })
      .map((entries) => new Map(entries)),
  }),
  PreferencesChanged: fc.record({
    ...typed('PreferencesChanged'),
    change: fc.record(
      {
        timeZone: text,
        weekStart: fc.constantFrom(0, 1, 2, 3, 4, 5, 6),
        language: text,
        contactsCategories: fc.array(text, { maxLength: 3 }),
      },
      { requiredKeys: [] },
    ),
  }),
  AccountOpened: fc.record(
    { ...typed('AccountOpened'), login: text, displayName: text, mail: text, source: text },
    { requiredKeys: ['type', 'login', 'displayName', 'mail'] },
  ),
  PasswordSet: fc.record({ ...typed('PasswordSet'), passwordHash: text }),
  AccountRemoved: fc.record(typed('AccountRemoved')),
  AccountRenamed: fc.record(
    { ...typed('AccountRenamed'), login: text, displayName: text, mail: text },
    { requiredKeys: ['type', 'login'] },
  ),
  AccountErased: fc.record(typed('AccountErased')),
  AppPasswordAdded: fc.record({
    ...typed('AppPasswordAdded'),
    id: text,
    name: text,
    protocols: fc.array(fc.constantFrom(...appPasswordProtocols), { maxLength: 3 }),
    digest: text,
  }),
  AppPasswordRevoked: fc.record({ ...typed('AppPasswordRevoked'), id: text }),
  SecondFactorEnrolled: fc.record({ ...typed('SecondFactorEnrolled'), secret: text }),
  SecondFactorTurnedOn: fc.record({
    ...typed('SecondFactorTurnedOn'),
    recoveryCodes: fc.array(text, { maxLength: 10 }),
  }),
  SecondFactorTurnedOff: fc.record(typed('SecondFactorTurnedOff')),
  RecoveryCodesReplaced: fc.record({
    ...typed('RecoveryCodesReplaced'),
    recoveryCodes: fc.array(text, { maxLength: 10 }),
  }),
  RecoveryCodeUsed: fc.record({ ...typed('RecoveryCodeUsed'), digest: text }),
  DeviceConnected: fc.record({
    ...typed('DeviceConnected'),
    ...{ device: text, deviceType: text, agent: text, protocolVersion: text },
    standing: fc.constantFrom('allowed', 'quarantined'),
  }),
  DeviceDescribed: fc.record({
    ...typed('DeviceDescribed'),
    device: text,
    details: fc.record(
      { model: text, imei: text, friendlyName: text, os: text, osLanguage: text, userAgent: text },
      { requiredKeys: [] },
    ),
  }),
  DevicePolicyRecorded: fc.record({
    ...typed('DevicePolicyRecorded'),
    ...{ device: text, policy: text },
    extent: fc.constantFrom(...policyExtents),
  }),
  DeviceStandingChanged: fc.record({
    ...typed('DeviceStandingChanged'),
    device: text,
    standing: fc.constantFrom(...deviceStandings),
  }),
  DeviceWipeRequested: fc.record({
    ...typed('DeviceWipeRequested'),
    device: text,
    scope: fc.constantFrom(...wipeScopes),
  }),
  DeviceWipeRecorded: fc.record({
    ...typed('DeviceWipeRecorded'),
    device: text,
    succeeded: fc.boolean(),
  }),
  DeviceForgotten: fc.record({ ...typed('DeviceForgotten'), device: text }),
  GroupAdded: fc.record({
    ...typed('GroupAdded'),
    ...{ group: text, name: text, displayName: text, mail: text },
  }),
  GroupChanged: fc.record(
    { ...typed('GroupChanged'), group: text, name: text, displayName: text, mail: text },
    { requiredKeys: ['type', 'group'] },
  ),
  GroupRemoved: fc.record({ ...typed('GroupRemoved'), group: text }),
  GroupMemberAdded: fc.record({ ...typed('GroupMemberAdded'), group: text, member }),
  GroupMemberRemoved: fc.record({ ...typed('GroupMemberRemoved'), group: text, member }),
  InvitationReceived: fc.record({
    ...typed('InvitationReceived'),
    invitation: fc.record({
      ...noted,
      offer: fc.constantFrom(...offers),
      state: fc.constantFrom(...invitationStates),
    }),
  }),
  InvitationAnswered: fc.record({
    ...typed('InvitationAnswered'),
    id: text,
    answer: fc.constantFrom(...answers),
  }),
  InvitationReplyReceived: fc.record({
    ...typed('InvitationReplyReceived'),
    reply: fc.record({ ...noted, answer: fc.constantFrom(...answers), invitation: text }),
  }),
  InvitationReplyForgotten: fc.record({
    ...typed('InvitationReplyForgotten'),
    collection: text,
    from: text,
  }),
  NotificationDeleted: fc.record({ ...typed('NotificationDeleted'), id: text }),
  LoginClaimed: fc.record({ ...typed('LoginClaimed'), account: text }),
  WebCalendarCredentialsSet: fc.record({
    ...typed('WebCalendarCredentialsSet'),
    username: text,
    password: text,
  }),
  WebCalendarCredentialsForgotten: fc.record(typed('WebCalendarCredentialsForgotten')),
  LoginReleased: fc.record({ ...typed('LoginReleased'), account: text }),
  DomainsRevealed: fc.record({ ...typed('DomainsRevealed'), one: text, other: text }),
  DomainsHidden: fc.record({ ...typed('DomainsHidden'), one: text, other: text }),
} satisfies Arbitraries;

export const arbitraryEvent: fc.Arbitrary<DomainEvent> = fc.oneof(
  ...Object.values<fc.Arbitrary<DomainEvent>>(arbitraryEvents),
);
