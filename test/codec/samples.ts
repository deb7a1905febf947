import { accountGrantee, groupGrantee, linkGrantee } from '../../src/domain/rights/grants.ts';
import type { AppPasswordId } from '../../src/domain/account/app-passwords.ts';
import type { DeviceId } from '../../src/domain/account/devices.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type {
  AccountId,
  BlobRef,
  CollectionId,
  ETag,
  GroupId,
  Instant,
  ResourceName,
  ScheduleTag,
  Segment,
  Uid,
} from '../../src/domain/kernel/ids.ts';

type Samples = {
  readonly [Type in DomainEvent['type']]: Readonly<
    Record<string, Extract<DomainEvent, { readonly type: Type }>>
  >;
};

const owner = '0b5ff1a6-6a46-4b1f-9b3e-1d3c5a7e9f01' as AccountId;
const club = '9c5b94b1-35ad-49bb-b118-8e8fc24abf80' as GroupId;
const collection = '7c9e6679-7425-40de-944b-e07fc1f90ae7' as CollectionId;
const ref = '3f333df6-90a4-4fda-8dd3-9485d27cee36' as BlobRef;
const etag = 'f2ca1bb6c7e907d06dafe4687e579fce' as ETag;
const device = 'ApplDMPKXXXXF182'.toUpperCase() as DeviceId;
const at = '2026-01-01T00:00:00.000Z' as Instant;
const path = (...segments: readonly string[]): readonly Segment[] =>
  segments.map((segment) => segment as Segment);
const octets = (text: string): Uint8Array => new TextEncoder().encode(text);

const lunch = octets(
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:lunch\r\n' +
    'DTSTAMP:20260101T000000Z\r\nDTSTART:20260102T120000Z\r\nSUMMARY:Mittagessen ☕\r\n' +
    'END:VEVENT\r\nEND:VCALENDAR\r\n',
);
const card = octets(
  'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:zoe\r\nFN:Zoë\r\nN:;Zoë;;;\r\nEND:VCARD\r\n',
);

/**
 * What the corpus shows of every type: each optional field there and not there, each alternative.
 * Adding one here asks for a golden (see golden.test.ts).
 */
export const samples: Samples = {
  CalendarCreated: {
    'all components': {
      type: 'CalendarCreated',
      owner,
      components: ['VEVENT', 'VTODO', 'VJOURNAL'],
    },
    'one component': { type: 'CalendarCreated', owner, components: ['VTODO'] },
    'no component': { type: 'CalendarCreated', owner, components: [] },
  },
  CalendarObjectStored: {
    'inline octets': {
      type: 'CalendarObjectStored',
      name: 'lunch.ics' as ResourceName,
      facts: { uid: 'lunch' as Uid, etag, component: 'VEVENT' },
      content: { kind: 'inline', octets: lunch },
    },
    'no octets': {
      type: 'CalendarObjectStored',
      name: 'é ☕ 𝄞.ics' as ResourceName,
      facts: { uid: '' as Uid, etag: '' as ETag, component: 'VJOURNAL' },
      content: { kind: 'inline', octets: new Uint8Array() },
    },
    'octets that are no text': {
      type: 'CalendarObjectStored',
      name: 'x' as ResourceName,
      facts: { uid: 'x' as Uid, etag, component: 'VTODO' },
      content: { kind: 'inline', octets: Uint8Array.of(0, 255, 128, 192, 10) },
    },
    'a blob': {
      type: 'CalendarObjectStored',
      name: 'big.ics' as ResourceName,
      facts: { uid: 'big' as Uid, etag, component: 'VTODO' },
      content: { kind: 'blob', ref, size: 26_214_400 },
    },
    'a blob of the largest size': {
      type: 'CalendarObjectStored',
      name: 'big.ics' as ResourceName,
      facts: { uid: 'big' as Uid, etag, component: 'VEVENT' },
      content: { kind: 'blob', ref, size: 4_294_967_295 },
    },
    'over an older one': {
      type: 'CalendarObjectStored',
      name: 'lunch.ics' as ResourceName,
      facts: { uid: 'lunch' as Uid, etag, component: 'VEVENT' },
      content: { kind: 'inline', octets: lunch },
      replaced: 'b1946ac92492d2347c6235b4d2611184' as ETag,
    },
    'moved from another calendar': {
      type: 'CalendarObjectStored',
      name: 'lunch.ics' as ResourceName,
      facts: {
        uid: 'lunch' as Uid,
        etag,
        component: 'VEVENT',
        movedFrom: { collection, name: 'Mittag.ics' as ResourceName },
      },
      content: { kind: 'inline', octets: lunch },
    },
    'of two classifications': {
      type: 'CalendarObjectStored',
      name: 'lunch.ics' as ResourceName,
      facts: {
        uid: 'lunch' as Uid,
        etag,
        component: 'VEVENT',
        classes: ['PUBLIC', 'PRIVATE'],
      },
      content: { kind: 'blob', ref, size: 70_000 },
    },
    'to which others are invited': {
      type: 'CalendarObjectStored',
      name: 'lunch.ics' as ResourceName,
      facts: {
        uid: 'lunch' as Uid,
        etag,
        component: 'VEVENT',
        scheduleTag: 'b1946ac92492d2347c6235' as ScheduleTag,
      },
      content: { kind: 'inline', octets: lunch },
    },
    'with dead properties': {
      type: 'CalendarObjectStored',
      name: 'lunch.ics' as ResourceName,
      facts: {
        uid: 'lunch' as Uid,
        etag,
        component: 'VEVENT',
        dead: new Map([
          ['{urn:x}mood', '<mood xmlns="urn:x">sunny</mood>'],
          ['{urn:x}tag', '<tag xmlns="urn:x"/>'],
        ]),
      },
      content: { kind: 'inline', octets: lunch },
      replaced: etag,
    },
  },
  RightsGranted: {
    'to an account': {
      type: 'RightsGranted',
      to: accountGrantee(owner),
      roles: ['ObjectCreator', 'PublicViewer', 'ConfidentialDAndTViewer', 'PrivateModifier'],
    },
    'to a group': {
      type: 'RightsGranted',
      to: groupGrantee('directory', 'staff/élèves'),
      roles: ['ObjectViewer'],
    },
    'to whoever has signed in, nothing': { type: 'RightsGranted', to: 'authenticated', roles: [] },
    'to everybody': { type: 'RightsGranted', to: 'anonymous', roles: ['ObjectEraser'] },
    'to whoever has a link': {
      type: 'RightsGranted',
      to: linkGrantee({
        link: '6f1c2a9b',
        digest: 'Zm9vYmFy_-Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm8',
        until: '2027-01-01T00:00:00.000Z' as Instant,
        label: 'der Verein: Turnen/Fußball',
      }),
      roles: ['PublicDAndTViewer'],
    },
  },
  RightsRevoked: {
    'from an account': { type: 'RightsRevoked', from: accountGrantee(owner) },
    'from a link without an end or a name': {
      type: 'RightsRevoked',
      from: linkGrantee({ link: '6f1c2a9b', digest: 'Zm9v', label: '' }),
    },
    'from a group': { type: 'RightsRevoked', from: groupGrantee('directory', 'staff') },
  },
  InvitationReceived: {
    'to write': {
      type: 'InvitationReceived',
      invitation: {
        ...{ id: 'a3f0', at, collection, from: owner, summary: 'Träume' },
        ...{ offer: 'read-write', state: 'asked' },
      },
    },
    'taken back, of no name': {
      type: 'InvitationReceived',
      invitation: {
        ...{ id: 'a3f1', at, collection, from: owner, summary: '' },
        ...{ offer: 'read', state: 'withdrawn' },
      },
    },
  },
  InvitationAnswered: {
    accepted: { type: 'InvitationAnswered', id: 'a3f0', answer: 'accepted' },
  },
  InvitationReplyReceived: {
    declined: {
      type: 'InvitationReplyReceived',
      reply: {
        ...{ id: 'a3f2', at, collection, from: owner, summary: 'Alices' },
        ...{ answer: 'declined', invitation: 'a3f0' },
      },
    },
  },
  InvitationReplyForgotten: {
    'of somebody': { type: 'InvitationReplyForgotten', collection, from: owner },
  },
  NotificationDeleted: { one: { type: 'NotificationDeleted', id: 'a3f2' } },
  CalendarObjectDeleted: {
    'a name': { type: 'CalendarObjectDeleted', name: 'lunch.ics' as ResourceName },
    'of what others took part in': {
      type: 'CalendarObjectDeleted',
      name: 'lunch.ics' as ResourceName,
      scheduled: { uid: 'lunch' as Uid },
    },
    'without a word': {
      type: 'CalendarObjectDeleted',
      name: 'lunch.ics' as ResourceName,
      scheduled: { uid: 'lunch' as Uid, silent: true },
    },
  },
  SchedulingMessageHeard: {
    'nothing yet': {
      type: 'SchedulingMessageHeard',
      uid: 'lunch' as Uid,
      heard: { marks: [], held: [] },
    },
    'marks and a held answer': {
      type: 'SchedulingMessageHeard',
      uid: 'lunch' as Uid,
      heard: {
        marks: [
          {
            sender: 'mailto:zoe@example.org',
            instance: '',
            sequence: 0,
            dtstamp: '20260105T090000Z',
            cancelled: false,
          },
          {
            sender: 'mailto:zoe@example.org',
            instance: '20260112T090000Z',
            sequence: 3,
            dtstamp: '20260106T090000Z',
            cancelled: true,
          },
        ],
        held: [{ message: 'BEGIN:VCALENDAR…', sender: 'mailto:max@example.org' }],
      },
    },
  },
  ChangeScheduled: {
    'nobody told': {
      type: 'ChangeScheduled',
      version: { collection, name: 'lunch.ics' as ResourceName, revision: '0' },
      cause: '4fd1a3f0-6a0c-4a6a-9e0e-0f9a4b1f8c11',
      deliveries: [],
    },
    'two told, one by mail': {
      type: 'ChangeScheduled',
      version: { collection, name: 'lunch.ics' as ResourceName, revision: '9007199254740993' },
      cause: '4fd1a3f0-6a0c-4a6a-9e0e-0f9a4b1f8c11',
      said: { sequence: 2, dtstamp: '20260105T090000Z' },
      deliveries: [
        { recipient: 'mailto:zoe@example.org', status: '1.2' },
        { recipient: 'mailto:max@example.com', status: '1.0', mail: 'f00d' },
      ],
    },
  },
  DeliverySettled: {
    'given up': {
      type: 'DeliverySettled',
      recipient: 'mailto:max@example.com',
      status: '5.1',
      mail: 'f00d',
    },
  },
  CalendarDeleted: { bare: { type: 'CalendarDeleted' } },
  AddressBookCreated: { owned: { type: 'AddressBookCreated', owner } },
  AddressObjectStored: {
    'with a dead property': {
      type: 'AddressObjectStored',
      name: 'zoe.vcf' as ResourceName,
      facts: { uid: 'zoe' as Uid, etag, dead: new Map([['{urn:x}mood', '<mood xmlns="urn:x"/>']]) },
      content: { kind: 'inline', octets: card },
    },
    'inline octets': {
      type: 'AddressObjectStored',
      name: 'zoe.vcf' as ResourceName,
      facts: { uid: 'zoe' as Uid, etag },
      content: { kind: 'inline', octets: card },
    },
    'a blob': {
      type: 'AddressObjectStored',
      name: 'photo.vcf' as ResourceName,
      facts: { uid: 'photo' as Uid, etag },
      content: { kind: 'blob', ref, size: 70_000 },
    },
    'over an older one': {
      type: 'AddressObjectStored',
      name: 'zoe.vcf' as ResourceName,
      facts: { uid: 'zoe' as Uid, etag },
      content: { kind: 'inline', octets: card },
      replaced: 'b1946ac92492d2347c6235b4d2611184' as ETag,
    },
    'a contact list': {
      type: 'AddressObjectStored',
      name: 'friends.vlf' as ResourceName,
      facts: { uid: 'friends.vlf' as Uid, etag, component: 'VLIST' },
      content: { kind: 'inline', octets: card },
    },
    'moved from another address book': {
      type: 'AddressObjectStored',
      name: 'zoe.vcf' as ResourceName,
      facts: {
        uid: 'zoe' as Uid,
        etag,
        movedFrom: { collection, name: '' as ResourceName },
      },
      content: { kind: 'inline', octets: card },
    },
  },
  AddressObjectDeleted: {
    'a name': { type: 'AddressObjectDeleted', name: 'zoe.vcf' as ResourceName },
  },
  AddressBookDeleted: { bare: { type: 'AddressBookDeleted' } },
  CollectionAdded: {
    "somebody else's": {
      type: 'CollectionAdded',
      collection,
      kind: 'calendar',
      segment: 'alice_personal' as Segment,
      properties: { displayName: 'Alice (Team)' },
      owner,
    },
    'no properties': {
      type: 'CollectionAdded',
      collection,
      kind: 'addressbook',
      segment: 'personal' as Segment,
      properties: {},
    },
    'all properties': {
      type: 'CollectionAdded',
      collection,
      kind: 'calendar',
      segment: 'travel & co' as Segment,
      properties: {
        displayName: 'Reisen',
        description: 'Where we go',
        color: '#FF2968FF',
        order: 2,
        timeZone: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n',
        transparency: 'transparent',
        dead: new Map([
          ['{http://apple.com/ns/ical/}refreshrate', '<refreshrate>P1D</refreshrate>'],
          ['{urn:x}empty', ''],
        ]),
      },
    },
  },
  CollectionPropertiesChanged: {
    'one property set': {
      type: 'CollectionPropertiesChanged',
      collection,
      change: { color: '#00FF00' },
    },
    'empty and zero are values': {
      type: 'CollectionPropertiesChanged',
      collection,
      change: { displayName: '', description: '', color: '', order: 0, timeZone: '' },
    },
    'a fraction and a sign': {
      type: 'CollectionPropertiesChanged',
      collection,
      change: { order: -1.5, transparency: 'opaque' },
    },
    'all properties taken away': {
      type: 'CollectionPropertiesChanged',
      collection,
      change: {
        displayName: null,
        description: null,
        color: null,
        order: null,
        timeZone: null,
        transparency: null,
        dead: new Map([['{urn:x}gone', null]]),
      },
    },
    'the address of a feed': {
      type: 'CollectionPropertiesChanged',
      collection,
      change: { source: 'https://example.org/holidays.ics' },
    },
    'no feed any more': {
      type: 'CollectionPropertiesChanged',
      collection,
      change: { source: null },
    },
    'some set and some taken away': {
      type: 'CollectionPropertiesChanged',
      collection,
      change: {
        displayName: 'Work',
        color: null,
        dead: new Map([
          ['{urn:x}a', '<a xmlns="urn:x"/>'],
          ['{urn:x}b', null],
        ]),
      },
    },
  },
  WebCalendarCredentialsSet: {
    both: { type: 'WebCalendarCredentialsSet', username: 'ada', password: 'pä ss:word' },
    'empty ones': { type: 'WebCalendarCredentialsSet', username: '', password: '' },
  },
  WebCalendarCredentialsForgotten: { bare: { type: 'WebCalendarCredentialsForgotten' } },
  CollectionRemoved: { bare: { type: 'CollectionRemoved', collection } },
  FileStored: {
    'in a folder, in the place of another': {
      type: 'FileStored',
      path: path('Papers', 'é ☕ 𝄞.txt'),
      etag,
      mediaType: 'text/plain; charset=utf-8',
      content: { kind: 'blob', ref, size: 4_294_967_295 },
      at,
      replaced: 'old' as ETag,
    },
    'where nothing was, without octets': {
      type: 'FileStored',
      path: path('empty'),
      etag,
      mediaType: 'application/octet-stream',
      content: { kind: 'inline', octets: new Uint8Array() },
      at,
    },
  },
  FolderMade: {
    'with a property': {
      type: 'FolderMade',
      path: path('Papers'),
      dead: new Map([['{urn:x}mood', '<mood xmlns="urn:x">sunny</mood>']]),
      at,
    },
    'without properties': {
      type: 'FolderMade',
      path: path('Papers', '2026'),
      dead: new Map(),
      at,
    },
  },
  ItemPropertiesChanged: {
    'one set, one taken away': {
      type: 'ItemPropertiesChanged',
      path: path('Papers'),
      dead: new Map([
        ['{urn:x}mood', '<mood xmlns="urn:x"/>'],
        ['{urn:x}gone', null],
      ]),
    },
    'of the root': {
      type: 'ItemPropertiesChanged',
      path: [],
      dead: new Map([['{urn:x}gone', null]]),
    },
  },
  GroupAdded: {
    'with an address': {
      type: 'GroupAdded',
      group: club,
      name: 'chess',
      displayName: 'Schach & Zoë',
      mail: 'chess@acme.com',
    },
    'with names alone': {
      type: 'GroupAdded',
      group: club,
      name: 'chess',
      displayName: '',
      mail: '',
    },
  },
  GroupChanged: {
    everything: {
      type: 'GroupChanged',
      group: club,
      name: 'go',
      displayName: 'Go',
      mail: 'go@acme.com',
    },
    'the address taken away': { type: 'GroupChanged', group: club, mail: '' },
  },
  GroupMemberAdded: {
    'a person': { type: 'GroupMemberAdded', group: club, member: { account: owner } },
    'a group': { type: 'GroupMemberAdded', group: club, member: { group: club } },
  },
  GroupMemberRemoved: {
    'a person': { type: 'GroupMemberRemoved', group: club, member: { account: owner } },
    'a group': { type: 'GroupMemberRemoved', group: club, member: { group: club } },
  },
  GroupRemoved: { 'a group': { type: 'GroupRemoved', group: club } },
  ItemCopied: {
    'a folder alone, over another': {
      type: 'ItemCopied',
      from: path('Papers'),
      to: path('Copies', 'Papers'),
      shallow: true,
      at,
      overwrote: true,
    },
    'whole, where nothing was': {
      type: 'ItemCopied',
      from: path('a'),
      to: path('b'),
      shallow: false,
      at,
      overwrote: false,
    },
  },
  ItemMoved: {
    'over another': {
      type: 'ItemMoved',
      from: path('a'),
      to: path('b', 'c'),
      overwrote: true,
    },
    'where nothing was': {
      type: 'ItemMoved',
      from: path('a'),
      to: path('b'),
      overwrote: false,
    },
  },
  ItemRemoved: {
    'in a folder': {
      type: 'ItemRemoved',
      path: path('a', 'b'),
    },
  },
  SettingsChanged: {
    'some set and one taken away': {
      type: 'SettingsChanged',
      change: new Map([
        ['defaults/Vacation', '{"autoReplyText":"weird \\u00e9 \\\\"}'],
        ['settings/Calendar/View', null],
        ['settings/General/x', ''],
      ]),
    },
    none: { type: 'SettingsChanged', change: new Map() },
  },
  PreferencesChanged: {
    everything: {
      type: 'PreferencesChanged',
      change: { timeZone: 'Europe/Berlin', weekStart: 6, language: 'pt-BR' },
    },
    'only the first day of the week, Sunday': {
      type: 'PreferencesChanged',
      change: { weekStart: 0 },
    },
    categories: {
      type: 'PreferencesChanged',
      change: { contactsCategories: ['Friends', 'Café, "Zoë" & Co'] },
    },
    'no categories any more': { type: 'PreferencesChanged', change: { contactsCategories: [] } },
    nothing: { type: 'PreferencesChanged', change: {} },
  },
  AccountOpened: {
    full: {
      type: 'AccountOpened',
      login: 'zoe',
      displayName: 'Zoë Example',
      mail: 'zoe@example.org',
    },
    'neither name nor mail': { type: 'AccountOpened', login: 'zoe', displayName: '', mail: '' },
  },
  PasswordSet: {
    'a PHC string': {
      type: 'PasswordSet',
      passwordHash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA',
    },
  },
  AccountRemoved: { bare: { type: 'AccountRemoved' } },
  AccountRenamed: {
    'login alone': { type: 'AccountRenamed', login: 'ada.king' },
    everything: {
      type: 'AccountRenamed',
      login: 'ada.king@example.org',
      displayName: 'Ada King, Countess of Lovelace',
      mail: 'ada.king@example.org',
    },
  },
  AccountErased: { bare: { type: 'AccountErased' } },
  AppPasswordAdded: {
    'for everything': {
      type: 'AppPasswordAdded',
      id: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed' as AppPasswordId,
      name: 'Zoës Telefon ☎',
      protocols: ['dav', 'eas', 'mail'],
      digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    },
    'for one protocol': {
      type: 'AppPasswordAdded',
      id: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed' as AppPasswordId,
      name: 'laptop',
      protocols: ['dav'],
      digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
    },
  },
  AppPasswordRevoked: {
    'an id': {
      type: 'AppPasswordRevoked',
      id: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed' as AppPasswordId,
    },
  },
  SecondFactorEnrolled: {
    'a secret': { type: 'SecondFactorEnrolled', secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
  },
  SecondFactorTurnedOn: {
    'with recovery codes': {
      type: 'SecondFactorTurnedOn',
      recoveryCodes: ['n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg', 'x'],
    },
    'without any': { type: 'SecondFactorTurnedOn', recoveryCodes: [] },
  },
  SecondFactorTurnedOff: { bare: { type: 'SecondFactorTurnedOff' } },
  RecoveryCodesReplaced: {
    'by others': {
      type: 'RecoveryCodesReplaced',
      recoveryCodes: ['n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg'],
    },
    'by none': { type: 'RecoveryCodesReplaced', recoveryCodes: [] },
  },
  RecoveryCodeUsed: {
    'a digest': { type: 'RecoveryCodeUsed', digest: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg' },
  },
  DeviceConnected: {
    'a phone': {
      type: 'DeviceConnected',
      device,
      deviceType: 'iPhone',
      agent: 'Apple-iPhone11C8/2007.75',
      protocolVersion: '16.1',
      standing: 'quarantined',
    },
  },
  DeviceDescribed: {
    'in full': {
      type: 'DeviceDescribed',
      device,
      details: {
        model: 'iPhone11C8',
        imei: '490154203237518',
        friendlyName: 'Zoës Telefon ☎',
        os: 'iOS 26.1',
        osLanguage: 'de-DE',
        phoneNumber: '+49 30 1234',
        userAgent: 'Apple-iPhone11C8/2007.75',
        mobileOperator: 'Example',
      },
    },
    'by nothing': { type: 'DeviceDescribed', device, details: {} },
  },
  DevicePolicyRecorded: {
    'applied in part': {
      type: 'DevicePolicyRecorded',
      device,
      policy: 'n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg',
      extent: 'part',
    },
  },
  DeviceStandingChanged: {
    blocked: { type: 'DeviceStandingChanged', device, standing: 'blocked' },
  },
  DeviceWipeRequested: {
    'of an account': { type: 'DeviceWipeRequested', device, scope: 'account' },
  },
  DeviceWipeRecorded: {
    done: { type: 'DeviceWipeRecorded', device, succeeded: true },
    'not done': { type: 'DeviceWipeRecorded', device, succeeded: false },
  },
  DeviceForgotten: { 'a phone': { type: 'DeviceForgotten', device } },
  LoginClaimed: { 'an account': { type: 'LoginClaimed', account: owner } },
  LoginReleased: { 'an account': { type: 'LoginReleased', account: owner } },
  DomainsRevealed: {
    'two domains': { type: 'DomainsRevealed', one: 'acme.com', other: 'sub.acme.com' },
  },
  DomainsHidden: {
    'two domains': { type: 'DomainsHidden', one: 'acme.com', other: 'sub.acme.com' },
  },
};

export const allSamples: readonly DomainEvent[] = Object.values(samples).flatMap((variants) =>
  Object.values<DomainEvent>(variants),
);
