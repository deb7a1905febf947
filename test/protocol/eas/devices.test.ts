import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EasSettings } from '../../../src/api/eas/parts.ts';
import type { DeviceCommand, DeviceId } from '../../../src/domain/account/devices.ts';
import type { Element } from '../../../src/domain/activesync/data.ts';
import type { DevicePolicy } from '../../../src/domain/activesync/policy.ts';
import {
  childrenOf,
  type EasDevice,
  type EasServer,
  el,
  provenance,
  startEas,
  textAt,
} from '../../support/eas.ts';
import { principals } from '../../support/dav.ts';

let server: EasServer;
const settings = {
  policies: new Map<string, DevicePolicy>(),
  quarantine: false,
  devices: 100,
};
const live: Partial<EasSettings> = {
  policies: () => settings.policies,
  quarantine: () => settings.quarantine,
  devices: () => settings.devices,
};
beforeAll(async () => {
  server = await startEas({ settings: live, groups: { staff: ['carol'] } });
});
afterAll(() => server.stop());

const alice = principals.alice.account;
const sync = el('folderhierarchy:FolderSync', el('folderhierarchy:SyncKey', '0'));
const folderStatus = async (phone: EasDevice) => {
  const { status, root } = await phone.send('FolderSync', sync);
  return root === undefined ? status : textAt(root, 'folderhierarchy:Status');
};
const known = async (id: string) => (await server.parts.desk.of(alice)).get(id as DeviceId);
const tell = async (command: DeviceCommand) => server.parts.desk.tell(alice, command, provenance());

const strict: DevicePolicy = {
  demands: new Map<string, boolean | number>([
    ['MinDevicePasswordLength', 6],
    ['DevicePasswordEnabled', true],
  ]),
  admitsOthers: false,
};
const lenient: DevicePolicy = { ...strict, admitsOthers: true };

const provision = (...content: readonly Element[]) => el('provision:Provision', ...content);
const policy = (...content: readonly Element[]) =>
  provision(
    el(
      'provision:Policies',
      el('provision:Policy', el('provision:PolicyType', 'MS-EAS-Provisioning-WBXML'), ...content),
    ),
  );
const acknowledged = (key: string, status: string) =>
  policy(el('provision:PolicyKey', key), el('provision:Status', status));
const offeredKey = async (phone: EasDevice): Promise<string> =>
  textAt((await phone.send('Provision', policy())).root, 'provision:PolicyKey') ?? '';

describe('a device', () => {
  test('is known from its first request on, by its id in any letters', async () => {
    const phone = server.device({ id: 'newPhone1' });
    await phone.send('FolderSync', sync);
    await server.device({ id: 'NEWPHONE1' }).send('FolderSync', sync);
    expect(await known('NEWPHONE1')).toEqual({
      deviceType: 'iPhone',
      agent: 'Apple-iPhone11C8/2007.75',
      protocolVersion: '16.1',
      standing: 'allowed',
      details: {},
    });
    const [seen] = (await server.parts.ledger.seen(alice)).filter(
      ({ device }) => device === 'NEWPHONE1',
    );
    expect(seen?.seen).toMatchObject({
      agent: 'Apple-iPhone11C8/2007.75',
      protocolVersion: '16.1',
    });
  });

  test('says what it is, in Settings or in Provision, and is recorded once (MS-ASCMD 2.2.3.51)', async () => {
    const phone = server.device({ id: 'TALKATIVE' });
    const information = el(
      'settings:DeviceInformation',
      el('settings:Set', el('settings:Model', 'iPhone11C8'), el('settings:OS', 'iOS 26.1')),
    );
    const said = await phone.send('Settings', el('settings:Settings', information));
    expect(textAt(said.root, 'settings:Status')).toBe('1');
    expect((await known('TALKATIVE'))?.details).toEqual({ model: 'iPhone11C8', os: 'iOS 26.1' });
    const both = await phone.send(
      'Provision',
      provision(information, ...(policy().value as Element[])),
    );
    expect(textAt(both.root, 'settings:Status')).toBe('1');
    expect(textAt(both.root, 'provision:PolicyKey')).toMatch(/^[1-9]\d*$/);
  });

  test('is one too many where there are as many as there may be (177)', async () => {
    settings.devices = (await server.parts.desk.of(alice)).size;
    expect(await folderStatus(server.device({ id: 'TOOMANY' }))).toBe('177');
    expect(await folderStatus(server.device({ id: 'TOOMANY', version: '12.1' }))).toBe(403);
    expect(await folderStatus(server.device({ id: 'NEWPHONE1' }))).toBe('1');
    settings.devices = 100;
  });

  test('is no device when Android only tries whether there is anything', async () => {
    const probe = server.device({ id: 'validate', type: 'Android' });
    expect(await folderStatus(probe)).toBe('1');
    expect(await known('VALIDATE')).toBeUndefined();
  });

  test('waits in quarantine until it is allowed, and may say what it is meanwhile', async () => {
    settings.quarantine = true;
    const phone = server.device({ id: 'STRANGER' });
    expect(await folderStatus(phone)).toBe('129');
    expect(await folderStatus(server.device({ id: 'STRANGER', version: '12.1' }))).toBe(403);
    const settled = await phone.send(
      'Settings',
      el(
        'settings:Settings',
        el('settings:DeviceInformation', el('settings:Set', el('settings:Model', 'X'))),
      ),
    );
    expect(textAt(settled.root, 'settings:Status')).toBe('1');
    expect(await folderStatus(server.device({ id: 'validate' }))).toBe('129');
    settings.quarantine = false;
    expect(await known('STRANGER')).toMatchObject({
      standing: 'quarantined',
      details: { model: 'X' },
    });
    await tell({
      type: 'ChangeDeviceStanding',
      device: 'STRANGER' as DeviceId,
      standing: 'allowed',
    });
    expect(await folderStatus(phone)).toBe('1');
  });

  test('is kept out once it is blocked, also from Provision', async () => {
    const phone = server.device({ id: 'BLOCKED' });
    await phone.send('FolderSync', sync);
    await tell({
      type: 'ChangeDeviceStanding',
      device: 'BLOCKED' as DeviceId,
      standing: 'blocked',
    });
    expect(await folderStatus(phone)).toBe('129');
    expect(textAt((await phone.send('Provision', policy())).root, 'provision:Status')).toBe('129');
  });
});

describe('a policy (MS-ASPROV 3.1.5.1)', () => {
  test('that nobody demands is given, and not needed', async () => {
    settings.policies = new Map();
    const phone = server.device({ id: 'FREE' });
    expect(await folderStatus(phone)).toBe('1');
    const first = await phone.send('Provision', policy());
    expect(textAt(first.root, 'provision:DevicePasswordEnabled')).toBe('0');
    expect(textAt(first.root, 'provision:AllowHTMLEmail')).toBe('1');
  });

  test('is offered, acknowledged and needed from then on, with the device’s own key', async () => {
    settings.policies = new Map([['*', strict]]);
    const phone = server.device({ id: 'PROVISIONED' });
    expect(await folderStatus(phone)).toBe('142');
    expect(await folderStatus(server.device({ id: 'OLD', version: '12.1' }))).toBe(449);
    const first = await phone.send('Provision', policy());
    // In the schema's order, whatever that of the configuration (MS-ASPROV 6.2).
    const document = childrenOf(first.root).at(-1);
    expect(JSON.stringify(document)).toMatch(/DevicePasswordEnabled.*MinDevicePasswordLength/);
    const temporary = textAt(first.root, 'provision:PolicyKey') ?? '';
    phone.policyKey = temporary;
    expect(await folderStatus(phone)).toBe('144');
    const second = await phone.send('Provision', acknowledged(temporary, '1'));
    const key = textAt(second.root, 'provision:PolicyKey') ?? '';
    expect(key).not.toBe(temporary);
    phone.policyKey = key;
    expect(await folderStatus(phone)).toBe('1');
    const other = server.device({ id: 'PROVISIONED2' });
    other.policyKey = key;
    expect(await folderStatus(other)).toBe('144');
    for (const nonsense of ['', 'x', '-1', '99999999999999']) {
      other.policyKey = nonsense;
      expect(await folderStatus(other)).toBe('144');
    }
    expect((await known('PROVISIONED'))?.policy).toMatchObject({ extent: 'whole' });
  });

  test('may be acknowledged again where the answer was lost', async () => {
    const phone = server.device({ id: 'FORGETFUL' });
    const temporary = await offeredKey(phone);
    const heard = await phone.send('Provision', acknowledged(temporary, '1'));
    const again = await phone.send('Provision', acknowledged(temporary, '1'));
    expect(again.root).toEqual(heard.root);
    phone.policyKey = textAt(again.root, 'provision:PolicyKey') ?? '';
    expect(await folderStatus(phone)).toBe('1');
  });

  test('that was changed has to be taken anew', async () => {
    const phone = server.device({ id: 'CHANGED' });
    await phone.provision();
    expect(await folderStatus(phone)).toBe('1');
    settings.policies = new Map([
      ['*', { ...strict, demands: new Map([['DevicePasswordEnabled', true]]) }],
    ]);
    expect(await folderStatus(phone)).toBe('144');
    await phone.provision();
    expect(await folderStatus(phone)).toBe('1');
  });

  test('is that of the person, else of a group, else everybody’s', async () => {
    settings.policies = new Map([
      ['alice', { ...strict, demands: new Map([['MinDevicePasswordLength', 1]]) }],
      ['@staff', { ...strict, demands: new Map([['MinDevicePasswordLength', 2]]) }],
      ['*', { ...strict, demands: new Map([['MinDevicePasswordLength', 3]]) }],
    ]);
    const least = async (credentials: string) =>
      textAt(
        (await server.device({ id: 'WHOSE', credentials }).send('Provision', policy())).root,
        'provision:MinDevicePasswordLength',
      );
    expect(await least('alice:secret')).toBe('1');
    expect(await least('carol:secret')).toBe('2');
    expect(await least('bob@example.org:secret')).toBe('3');
  });

  test('applied in part, or not, lets in where that is admitted alone (139, 145)', async () => {
    for (const [extent, status] of [
      ['2', '139'],
      ['3', '139'],
      ['4', '145'],
    ] as const) {
      settings.policies = new Map([['*', strict]]);
      const phone = server.device({ id: `EXTENT${extent}` });
      const refused = await phone.send('Provision', acknowledged(await offeredKey(phone), extent));
      expect(textAt(refused.root, 'provision:Status')).toBe(status);
      expect(await folderStatus(phone)).toBe('142');
      settings.policies = new Map([['*', lenient]]);
      const let_in = await phone.send('Provision', acknowledged(await offeredKey(phone), extent));
      phone.policyKey = textAt(let_in.root, 'provision:PolicyKey') ?? '';
      expect(await folderStatus(phone)).toBe('1');
    }
  });

  test('of no type, or of another, or with a wrong key, is answered 2, 3 and 5', async () => {
    settings.policies = new Map();
    const phone = server.device({ id: 'CONFUSED' });
    const statusOf = async (root: Element) => (await phone.send('Provision', root)).root;
    expect(textAt(await statusOf(provision()), 'provision:Status')).toBe('2');
    const other = await statusOf(
      provision(
        el(
          'provision:Policies',
          el('provision:Policy', el('provision:PolicyType', 'MS-WAP-Provisioning-XML')),
        ),
      ),
    );
    expect(JSON.stringify(other)).toContain('"provision:Status","value":"3"');
    const wrong = await statusOf(acknowledged('123', '1'));
    expect(JSON.stringify(wrong)).toContain('"provision:Status","value":"5"');
    expect(textAt(wrong, 'provision:PolicyKey')).toBeUndefined();
    expect(textAt(await statusOf(acknowledged('123', '9')), 'provision:Status')).toBe('2');
  });
});

describe('a wipe (MS-ASPROV 3.1.5.1.2)', () => {
  const wiping = async (id: string, scope: 'device' | 'account', options: object = {}) => {
    const phone = server.device({ id, ...options });
    await phone.send('FolderSync', sync);
    await tell({ type: 'RequestDeviceWipe', device: id as DeviceId, scope });
    return phone;
  };

  test('is asked for at the next request, acknowledged, and keeps the device out', async () => {
    const phone = await wiping('WIPED', 'device');
    expect(await folderStatus(phone)).toBe('140');
    expect(await folderStatus(server.device({ id: 'WIPED', version: '12.1' }))).toBe(449);
    const order = await phone.send('Provision', provision());
    expect(JSON.stringify(order.root)).toContain('provision:RemoteWipe');
    const done = await phone.send(
      'Provision',
      provision(el('provision:RemoteWipe', el('provision:Status', '1'))),
    );
    expect(textAt(done.root, 'provision:Status')).toBe('1');
    expect((await known('WIPED'))?.wipe).toEqual({ scope: 'device', state: 'done' });
    expect(await folderStatus(phone)).toBe('129');
    await tell({ type: 'ChangeDeviceStanding', device: 'WIPED' as DeviceId, standing: 'allowed' });
    expect(await folderStatus(phone)).toBe('1');
  });

  test('of the account alone is for version 16.1; others are kept out', async () => {
    const phone = await wiping('MINE', 'account');
    const order = await phone.send('Provision', provision());
    expect(JSON.stringify(order.root)).toContain('provision:AccountOnlyRemoteWipe');
    await phone.send(
      'Provision',
      provision(el('provision:AccountOnlyRemoteWipe', el('provision:Status', '2'))),
    );
    expect((await known('MINE'))?.wipe).toEqual({ scope: 'account', state: 'failed' });
    expect(await folderStatus(phone)).toBe('129');
    const older = await wiping('OLDER', 'account', { version: '14.1' });
    const refused = await older.send('Provision', provision());
    expect(textAt(refused.root, 'provision:Status')).toBe('129');
  });

  test('that nobody asked for is not acknowledged', async () => {
    const phone = server.device({ id: 'EAGER' });
    await phone.send('FolderSync', sync);
    await phone.send(
      'Provision',
      provision(el('provision:RemoteWipe', el('provision:Status', '1'))),
    );
    expect((await known('EAGER'))?.wipe).toBeUndefined();
  });
});

describe('Settings (MS-ASCMD 2.2.1.18)', () => {
  test('answer what was asked in its order, and say honestly what is not there', async () => {
    const root = el(
      'settings:Settings',
      el('settings:UserInformation', el('settings:Get', '')),
      el('settings:Oof', el('settings:Get', el('settings:BodyType', 'TEXT'))),
      el('settings:DevicePassword', el('settings:Set', el('settings:Password', 'secret'))),
      el('settings:RightsManagementInformation', el('settings:Get', '')),
    );
    const newer = (await server.device({ id: 'ASKING' }).send('Settings', root)).root;
    expect(
      childrenOf(newer).map(({ tag, value }) => [tag, textAt({ tag, value }, 'settings:Status')]),
    ).toEqual([
      ['settings:Status', undefined],
      ['settings:UserInformation', '1'],
      ['settings:Oof', '4'],
      ['settings:DevicePassword', '3'],
      ['settings:RightsManagementInformation', '168'],
    ]);
    expect(textAt(newer, 'settings:PrimarySmtpAddress')).toBe('alice@example.org');
    const older = (await server.device({ id: 'ASKING', version: '14.0' }).send('Settings', root))
      .root;
    expect(textAt(older, 'settings:SMTPAddress')).toBe('alice@example.org');
    expect(JSON.stringify(older)).not.toContain('Accounts');
  });
});
