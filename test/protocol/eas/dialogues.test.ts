import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isTagOf, tagNamed } from '../../../src/api/eas/wbxml/tags.ts';
import type { Element } from '../../../src/domain/activesync/data.ts';
import type { DevicePolicy } from '../../../src/domain/activesync/policy.ts';
import type { DeviceId } from '../../../src/domain/account/devices.ts';
import { principals } from '../../support/dav.ts';
import {
  all,
  childrenOf,
  type EasDevice,
  type EasServer,
  el,
  startEas,
  textAt,
  treeOf,
} from '../../support/eas.ts';
import { describeWith } from '../../support/needing.ts';
import { byBoth, wbxml2xml } from '../../support/wbxml2xml.ts';

let server: EasServer;
const policies = new Map<string, DevicePolicy>();
beforeAll(async () => {
  server = await startEas({ settings: { policies: () => policies } });
});
afterAll(() => server.stop());

const PATH = '/Microsoft-Server-ActiveSync';
const hierarchy = (key: string) =>
  el('folderhierarchy:FolderSync', el('folderhierarchy:SyncKey', key));
const wanting = (...content: readonly Element[]) =>
  el(
    'provision:Policies',
    el('provision:Policy', el('provision:PolicyType', 'MS-EAS-Provisioning-WBXML'), ...content),
  );
const information = (details: Readonly<Record<string, string>>) =>
  el(
    'settings:DeviceInformation',
    el(
      'settings:Set',
      ...Object.entries(details).map(([name, value]) => el(`settings:${name}`, value)),
    ),
  );

/** Both phases, with what a device says of itself in the first (MS-ASPROV 4.2). */
const provisioned = async (phone: EasDevice, ...said: readonly Element[]): Promise<void> => {
  phone.policyKey = '0';
  const first = await phone.send('Provision', el('provision:Provision', ...said, wanting()));
  phone.policyKey = textAt(first.root, 'provision:PolicyKey') ?? '';
  const second = await phone.send(
    'Provision',
    el(
      'provision:Provision',
      wanting(el('provision:PolicyKey', phone.policyKey), el('provision:Status', '1')),
    ),
  );
  phone.policyKey = textAt(second.root, 'provision:PolicyKey') ?? '';
};

const names = (root: Element | undefined) =>
  all(root, 'folderhierarchy:Add').map((one) => textAt(one, 'folderhierarchy:Type'));
const statusIn = (root: Element | undefined) => textAt(root, 'folderhierarchy:Status');
const devices = async () => server.parts.desk.of(principals.alice.account);

describe('iOS 26 (16.1)', () => {
  test('asks without credentials, then with, says what it is and takes its policy before it asks for folders', async () => {
    policies.set('*', { demands: new Map([['DevicePasswordEnabled', true]]), admitsOthers: false });
    expect((await server.dav.send('OPTIONS', PATH, { credentials: null })).status).toBe(401);
    const { headers } = await server.dav.send('OPTIONS', PATH);
    expect(String(headers['ms-asprotocolversions']).split(',')).toContain('16.1');
    const phone = server.device({ id: 'JK7T0D5Q7P3T9FQJ0B6A1M2N3O' });
    expect(statusIn((await phone.send('FolderSync', hierarchy('0'))).root)).toBe('142');
    await provisioned(
      phone,
      information({
        ...{ Model: 'iPhone17C1', OS: 'iOS 26.1 23B85', OSLanguage: 'de-DE' },
        ...{ FriendlyName: 'Alice’s iPhone', UserAgent: 'Apple-iPhone17C1/2301.85' },
      }),
    );
    const folders = await phone.send('FolderSync', hierarchy('0'));
    expect(new Set(names(folders.root))).toEqual(new Set(['7', '8', '9', '10']));
    const own = await phone.send(
      'Settings',
      el('settings:Settings', el('settings:UserInformation', el('settings:Get', ''))),
    );
    expect(textAt(own.root, 'settings:PrimarySmtpAddress')).toBe('alice@example.org');
    const known = (await devices()).get('JK7T0D5Q7P3T9FQJ0B6A1M2N3O' as DeviceId);
    expect(known?.details.friendlyName).toBe('Alice’s iPhone');
    policies.clear();
  });
});

describe('Gmail of 2025.11 (16.1)', () => {
  const options = {
    ...{ id: 'android1732288000123', type: 'Android' },
    agent: 'Android-Mail/2025.11.02.828171290.Release',
  };

  test('tries what there is as the device validate, which stays nobody', async () => {
    const probe = server.device({ ...options, id: 'validate' });
    expect((await server.dav.send('OPTIONS', PATH)).status).toBe(200);
    expect(statusIn((await probe.send('FolderSync', hierarchy('0'))).root)).toBe('1');
    expect((await devices()).has('VALIDATE' as DeviceId)).toBe(false);
  });

  test('asks with key 0 whenever somebody pulls to refresh, and goes on with what it had', async () => {
    const phone = server.device(options);
    await provisioned(phone, information({ Model: 'Pixel 9', OS: 'Android 16' }));
    const first = await phone.send('FolderSync', hierarchy('0'));
    const again = await phone.send('FolderSync', hierarchy('0'));
    expect(names(again.root)).toEqual(names(first.root));
    const key = textAt(again.root, 'folderhierarchy:SyncKey') ?? '';
    const next = await phone.send('FolderSync', hierarchy(key));
    expect(textAt(next.root, 'folderhierarchy:Count')).toBe('0');
  });
});

describe('Outlook for iOS and Android (14.1, from Microsoft’s addresses)', () => {
  test('finds the server by the second version of Autodiscover, and takes its policy beforehand', async () => {
    const found = await server.dav.send(
      'GET',
      '/autodiscover/autodiscover.json/v1.0/alice%40example.org?Protocol=ActiveSync&RedirectCount=1',
      { credentials: null },
    );
    const { Url } = JSON.parse(found.body) as { readonly Url: string };
    expect(new URL(Url).pathname).toBe(PATH);
    const outlook = server.device({
      ...{ id: 'A1B2C3D4E5F60718', type: 'Outlook', version: '14.1' },
      agent: 'Outlook-iOS-Android/1.0',
    });
    await provisioned(outlook, information({ Model: 'Outlook for iOS and Android', OS: 'iOS' }));
    const folders = await outlook.send('FolderSync', hierarchy('0'));
    expect(names(folders.root)).toEqual(expect.arrayContaining(['8', '9', '7']));
  });
});

describe('Outlook 2016 (14.0)', () => {
  test('sends Latin-1, says what it is in Settings, and knows one folder of contacts alone', async () => {
    await server.dav.send('MKCOL', '/SOGo/dav/alice/Contacts/club/');
    const authorization = `Basic ${Buffer.from('EXAMPLE\\alice:secret', 'latin1').toString('base64')}`;
    const outlook = server.device({
      ...{ id: '5F0E2D8C7B6A49385F0E2D8C7B6A4938', type: 'WindowsOutlook15', version: '14.0' },
      agent: 'Outlook/16.0 (16.0.7167.2040; C2R; x86)',
    });
    await provisioned(outlook);
    const said = await outlook.send(
      'Settings',
      el('settings:Settings', information({ Model: 'Outlook', OS: 'Windows' })),
      { authorization },
    );
    expect(textAt(said.root, 'settings:Status')).toBe('1');
    const { root } = await outlook.send('FolderSync', hierarchy('0'), { authorization });
    expect(names(root).filter((type) => type === '9')).toHaveLength(1);
    expect(names(root)).not.toContain('14');
  });
});

describe('an old device (12.1)', () => {
  test('is sent to Provision by HTTP, and has no notes', async () => {
    policies.set('*', { demands: new Map([['DevicePasswordEnabled', true]]), admitsOthers: false });
    const device = server.device({ id: 'NOKIA1', type: 'NokiaE72', version: '12.1' });
    const early = await device.send('FolderSync', hierarchy('0'));
    expect([early.status, early.octets.toString()]).toEqual([
      449,
      'Retry after sending a PROVISION command\n',
    ]);
    await provisioned(device);
    expect(names((await device.send('FolderSync', hierarchy('0'))).root)).not.toContain('10');
    policies.clear();
  });
});

describe('everything that was said', () => {
  test('has no tag that its version has not (MS-ASWBXML 2.1.2.1)', () => {
    const strange = server.documents.flatMap(({ version, octets }) => {
      const within = (element: Element): readonly string[] => [
        element.tag,
        ...childrenOf(element).flatMap(within),
      ];
      return within(treeOf(octets)).filter((name) => {
        const tag = tagNamed(name);
        return tag === undefined || !isTagOf(version, tag);
      });
    });
    expect(strange).toEqual([]);
    expect(server.documents.length).toBeGreaterThan(20);
  });
});

describeWith('everything that was said, read by Debian’s decoder', [wbxml2xml], () => {
  test('means the same', async () => {
    for (const { octets } of server.documents) {
      const { ours, theirs } = await byBoth(octets, treeOf(octets));
      expect(ours).toEqual(theirs);
    }
  });
});
