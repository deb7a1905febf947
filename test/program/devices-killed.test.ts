import { afterAll, beforeAll, expect, it } from 'vitest';
import { encodeWbxml } from '../../src/api/eas/wbxml/encode.ts';
import type { Element } from '../../src/domain/activesync/data.ts';
import { all, el, textAt, treeOf } from '../support/eas.ts';
import { folderOf, keyless, syncOf } from '../support/eas-folder.ts';
import { type Program, program as newProgram } from '../support/program.ts';

let program: Program;
beforeAll(async () => {
  program = await newProgram();
  await program.start();
});
afterAll(() => program.discard());

const send = async (command: string, root: Element): Promise<Element | undefined> => {
  const query = `Cmd=${command}&User=ada&DeviceId=killed&DeviceType=Android`;
  const response = await fetch(`${program.origin}/Microsoft-Server-ActiveSync?${query}`, {
    method: 'POST',
    headers: {
      authorization: program.authorization,
      'content-type': 'application/vnd.ms-sync.wbxml',
      'ms-asprotocolversion': '14.1',
    },
    body: new Uint8Array(encodeWbxml(root)),
  });
  expect(response.status).toBe(200);
  const octets = Buffer.from(await response.arrayBuffer());
  return octets.length === 0 ? undefined : treeOf(octets);
};

const ofType = (root: Element | undefined, type: string): string =>
  textAt(
    all(root, 'folderhierarchy:Add').find((one) => textAt(one, 'folderhierarchy:Type') === type),
    'folderhierarchy:ServerId',
  ) ?? '';

it('has every item once that a device added while the server was killed, at whatever moment', async () => {
  const folders = await send(
    'FolderSync',
    el('folderhierarchy:FolderSync', el('folderhierarchy:SyncKey', '0')),
  );
  const contacts = ofType(folders, '9');
  const step = async (key: string, ...rest: readonly Element[]): Promise<Element | undefined> =>
    send('Sync', syncOf(folderOf(contacts, key, ...rest)));
  const keyIn = (root: Element | undefined): string => textAt(root, 'airsync:SyncKey') ?? '';
  let key = keyIn(await step('0'));
  const moments = [0, 5, 15, 40];
  for (const [index, moment] of moments.entries()) {
    const commands = keyless(
      'Commands',
      ...[1, 2, 3].map((one) =>
        keyless(
          'Add',
          keyless('ClientId', `${index}-${one}`),
          keyless('ApplicationData', el('contacts:FirstName', `Round ${index} ${one}`)),
        ),
      ),
    );
    const lost = step(key, commands).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, moment));
    await program.kill();
    await lost;
    await program.start();
    const again = await step(key, commands);
    expect(all(again, 'airsync:Add').map((one) => textAt(one, 'airsync:Status'))).toEqual([
      ...['1', '1', '1'],
    ]);
    key = keyIn(again);
  }
  const fresh = keyIn(await step('0'));
  const told = await step(fresh);
  const names = all(told, 'contacts:FirstName').map(({ value }) => value);
  expect(names).toHaveLength(3 * moments.length);
  expect(new Set(names).size).toBe(names.length);
}, 120_000);
