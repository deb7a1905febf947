import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWbxml } from '../../src/api/eas/wbxml/encode.ts';
import { el, textAt, treeOf } from '../support/eas.ts';
import { type Program, program as newProgram } from '../support/program.ts';

const PATH =
  '/Microsoft-Server-ActiveSync?Cmd=FolderSync&User=ada&DeviceId=phone1&DeviceType=iPhone';

describe('daybook device', () => {
  let program: Program;
  beforeAll(async () => {
    program = await newProgram();
    await program.start();
  });
  afterAll(() => program.discard());

  const folders = async (): Promise<string | undefined> => {
    const response = await fetch(`${program.origin}${PATH}`, {
      method: 'POST',
      headers: {
        authorization: program.authorization,
        'content-type': 'application/vnd.ms-sync.wbxml',
        'ms-asprotocolversion': '16.1',
        'user-agent': 'Apple-iPhone17C1/2301.85',
      },
      body: new Uint8Array(
        encodeWbxml(el('folderhierarchy:FolderSync', el('folderhierarchy:SyncKey', '0'))),
      ),
    });
    expect(response.status).toBe(200);
    const root = treeOf(Buffer.from(await response.arrayBuffer()));
    return textAt(root, 'folderhierarchy:Status');
  };
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, out, err } = await program.daybook(['device', ...args]);
    return code === 0 ? out : `${code}: ${err}`;
  };

  it('lists what came, keeps it out and wipes it while the server runs', async () => {
    expect(await folders()).toBe('1');
    const listed = JSON.parse(await run('list', 'ada', '--json')) as Record<string, unknown>;
    expect(listed).toMatchObject({
      ...{ login: 'ada', device: 'PHONE1', standing: 'allowed', deviceType: 'iPhone' },
      seen: { agent: 'Apple-iPhone17C1/2301.85', protocolVersion: '16.1' },
    });
    expect(await run('block', 'ada', 'phone1')).toBe('Done.\n');
    expect(await folders()).toBe('129');
    await run('wipe', 'ada', 'phone1', '--account-only');
    expect(await folders()).toBe('140');
    expect(await run('list')).toMatch(/^ada\tPHONE1\tblocked\tiPhone\t.*\twipe account asked\n$/);
    expect(await run('allow', 'ada', 'nothing')).toContain('1: daybook: There is no such device.');
  });
});
