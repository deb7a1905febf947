import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeWbxml } from '../../../src/api/eas/wbxml/encode.ts';
import { childrenOf, type EasServer, el, startEas } from '../../support/eas.ts';

let server: EasServer;
beforeAll(async () => {
  server = await startEas();
});
afterAll(() => server.stop());

/** Numbers that follow from a seed (Park and Miller). */
const numbers = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
};

const good: readonly (readonly [command: string, body: Buffer])[] = [
  ['FolderSync', encodeWbxml(el('folderhierarchy:FolderSync', el('folderhierarchy:SyncKey', '0')))],
  [
    'Settings',
    encodeWbxml(
      el(
        'settings:Settings',
        el('settings:DeviceInformation', el('settings:Set', el('settings:Model', 'X'))),
        el('settings:UserInformation', el('settings:Get', '')),
      ),
    ),
  ],
  [
    'Provision',
    encodeWbxml(
      el(
        'provision:Provision',
        el(
          'provision:Policies',
          el('provision:Policy', el('provision:PolicyType', 'MS-EAS-Provisioning-WBXML')),
        ),
      ),
    ),
  ],
];

const tokens = [0x00, 0x01, 0x02, 0x03, 0x04, 0x40, 0x43, 0x45, 0x80, 0x83, 0xc3, 0xc4, 0xff];

const mutated = (body: Buffer, next: (below: number) => number): Buffer => {
  const copy = Buffer.from(body);
  switch (next(7)) {
    case 0:
      return copy.subarray(0, next(copy.length));
    case 1:
      copy[next(copy.length)] = tokens[next(tokens.length)] ?? 0;
      return copy;
    case 2:
      copy[next(copy.length)] = next(256);
      return copy;
    case 3:
      return Buffer.concat([
        copy.subarray(0, next(copy.length)),
        Buffer.alloc(next(40), next(256)),
      ]);
    case 4: {
      const at = next(copy.length);
      return Buffer.concat([copy.subarray(0, at), Buffer.from([0, next(256)]), copy.subarray(at)]);
    }
    case 5: {
      const at = 4 + next(copy.length - 4);
      return Buffer.concat([
        copy.subarray(0, at),
        Buffer.from([0xc3, 0x80 + next(128), 0xff, 0xff, next(128)]),
        copy.subarray(at),
      ]);
    }
    default:
      return Buffer.concat([
        copy.subarray(0, 4),
        Buffer.alloc(next(2000), 0x45 + next(3)),
        copy.subarray(4),
      ]);
  }
};

describe('2,000 bodies that were damaged', () => {
  test('are answered, each with a status that its command has, and none by a fault', async () => {
    const next = numbers(16_012_026);
    const phone = server.device();
    const statuses = new Map<string, number>();
    const count = (what: string): void => {
      statuses.set(what, (statuses.get(what) ?? 0) + 1);
    };
    for (let round = 0; round < 2000; round += 1) {
      const [command, body] = good[round % good.length] ?? ['', Buffer.alloc(0)];
      const { status, root } = await phone.send(command, mutated(body, next));
      const first = childrenOf(root).find(({ tag }) => tag.endsWith(':Status'));
      count(status === 200 ? `${command} ${JSON.stringify(first?.value)}` : `HTTP ${status}`);
    }
    const allowed = /^(?:(?:FolderSync|Settings|Provision) "(?:1|2|9|101|102|103)"|HTTP 400)$/;
    expect([...statuses.keys()].filter((one) => !allowed.test(one))).toEqual([]);
    expect(statuses.get('FolderSync "102"') ?? 0).toBeGreaterThan(100);
    expect(server.dav.logged.filter(({ code }) => code === 'request-failed')).toEqual([]);
  });
});
