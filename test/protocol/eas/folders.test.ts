import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { all, el, type EasServer, startEas, textAt } from '../../support/eas.ts';

let server: EasServer;
beforeAll(async () => {
  server = await startEas();
});
afterAll(() => server.stop());

const sync = (key: string) => el('folderhierarchy:FolderSync', el('folderhierarchy:SyncKey', key));

describe('FolderSync (MS-ASCMD 2.2.1.5)', () => {
  test('lists one default folder of each class, and answers the same key while nothing changes', async () => {
    const phone = server.device();
    const first = await phone.send('FolderSync', sync('0'));
    expect(first.status).toBe(200);
    expect(textAt(first.root, 'folderhierarchy:Status')).toBe('1');
    expect(all(first.root, 'folderhierarchy:Type').map(({ value }) => value)).toEqual(
      expect.arrayContaining(['7', '8', '9', '10']),
    );
    const key = textAt(first.root, 'folderhierarchy:SyncKey') ?? '';
    const again = await phone.send('FolderSync', sync(key));
    expect(textAt(again.root, 'folderhierarchy:SyncKey')).toBe(key);
    expect(textAt(again.root, 'folderhierarchy:Count')).toBe('0');
  });
});
