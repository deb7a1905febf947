import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Element } from '../../../src/domain/activesync/data.ts';
import {
  all,
  type EasAnswered,
  type EasDevice,
  type EasServer,
  el,
  startEas,
  textAt,
} from '../../support/eas.ts';

let server: EasServer;
beforeAll(async () => {
  server = await startEas({ settings: { devices: () => 100 } });
});
afterAll(() => server.stop());

const sync = (key: string) => el('folderhierarchy:FolderSync', el('folderhierarchy:SyncKey', key));
const keyIn = ({ root }: EasAnswered): string => textAt(root, 'folderhierarchy:SyncKey') ?? '';
const statusIn = ({ root }: EasAnswered): string | undefined =>
  textAt(root, 'folderhierarchy:Status');
const countIn = ({ root }: EasAnswered): string | undefined =>
  textAt(root, 'folderhierarchy:Count');

const create = (key: string, name: string, type: number, parent = '0') =>
  el(
    'folderhierarchy:FolderCreate',
    el('folderhierarchy:SyncKey', key),
    el('folderhierarchy:ParentId', parent),
    el('folderhierarchy:DisplayName', name),
    el('folderhierarchy:Type', String(type)),
  );
const rename = (key: string, id: string, name: string) =>
  el(
    'folderhierarchy:FolderUpdate',
    el('folderhierarchy:SyncKey', key),
    el('folderhierarchy:ServerId', id),
    el('folderhierarchy:ParentId', '0'),
    el('folderhierarchy:DisplayName', name),
  );
const remove = (key: string, id: string) =>
  el(
    'folderhierarchy:FolderDelete',
    el('folderhierarchy:SyncKey', key),
    el('folderhierarchy:ServerId', id),
  );

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly type: string;
}
const listed = (root: Element | undefined, change = 'Add'): readonly Listed[] =>
  all(root, `folderhierarchy:${change}`).map((folder) => ({
    id: textAt(folder, 'folderhierarchy:ServerId') ?? '',
    name: textAt(folder, 'folderhierarchy:DisplayName') ?? '',
    type: textAt(folder, 'folderhierarchy:Type') ?? '',
  }));

const begin = async (phone: EasDevice) => {
  const first = await phone.send('FolderSync', sync('0'));
  return { key: keyIn(first), folders: listed(first.root) };
};

const typed = (folders: readonly Listed[], type: string): Listed => {
  const found = folders.find((folder) => folder.type === type);
  if (found === undefined) throw new Error(`no folder of type ${type}`);
  return found;
};

let last = 0;
const newPhone = (options: Parameters<EasServer['device']>[0] = {}): EasDevice => {
  last += 1;
  return server.device({ id: `PHONE${last}`, ...options });
};

const proppatch = (path: string, name: string, value: string) =>
  server.dav.send('PROPPATCH', path, {
    body: `<D:propertyupdate xmlns:D="DAV:" xmlns:I="urn:inverse:params:xml:ns:inverse-dav"><D:set><D:prop><${name}>${value}</${name}></D:prop></D:set></D:propertyupdate>`,
  });

describe('FolderSync (MS-ASCMD 2.2.1.5)', () => {
  test('lists one default folder of each class at the root, and answers the same key while nothing changes', async () => {
    const phone = newPhone();
    const first = await phone.send('FolderSync', sync('0'));
    expect(statusIn(first)).toBe('1');
    const types = listed(first.root).map(({ type }) => type);
    for (const type of ['7', '8', '9', '10'])
      expect(types.filter((one) => one === type)).toHaveLength(1);
    expect(new Set(all(first.root, 'folderhierarchy:ParentId').map(({ value }) => value))).toEqual(
      new Set(['0']),
    );
    expect(countIn(first)).toBe(String(types.length));
    const again = await phone.send('FolderSync', sync(keyIn(first)));
    expect([keyIn(again), countIn(again)]).toEqual([keyIn(first), '0']);
  });

  test('has no notes before version 14.0 (MS-ASNOTE 1.5)', async () => {
    const { folders } = await begin(newPhone({ version: '12.1' }));
    expect(folders.map(({ type }) => type)).not.toContain('10');
  });

  test('gives every device the same ServerIds, also after beginning anew', async () => {
    const [one, other] = [newPhone(), newPhone()];
    const { folders } = await begin(one);
    expect((await begin(other)).folders).toEqual(folders);
    expect((await begin(one)).folders).toEqual(folders);
  });

  test('leaves the key before good when key 0 is asked for in between (Gmail 2025.11)', async () => {
    const phone = newPhone();
    const { key } = await begin(phone);
    await begin(phone);
    expect(statusIn(await phone.send('FolderSync', sync(key)))).toBe('1');
  });

  test('tells of what is new, renamed and gone, and again where the answer was lost', async () => {
    const phone = newPhone();
    const { key, folders } = await begin(phone);
    await server.dav.send('MKCALENDAR', '/SOGo/dav/alice/Calendar/work/');
    const lost = await phone.send('FolderSync', sync(key));
    const again = await phone.send('FolderSync', sync(key));
    expect(listed(again.root)).toEqual(listed(lost.root));
    const work = typed(listed(again.root), '13');
    expect(folders.map(({ id }) => id)).not.toContain(work.id);
    await proppatch('/SOGo/dav/alice/Calendar/work/', 'D:displayname', 'Work &amp; play');
    const renamed = await phone.send('FolderSync', sync(keyIn(again)));
    expect(listed(renamed.root, 'Update').map(({ name }) => name)).toContain('Work & play');
    await server.dav.send('DELETE', '/SOGo/dav/alice/Calendar/work/');
    const gone = await phone.send('FolderSync', sync(keyIn(renamed)));
    expect(listed(gone.root, 'Delete').map(({ id }) => id)).toContain(work.id);
    expect(statusIn(await phone.send('FolderSync', sync(key)))).toBe('9');
  });

  test('answers status 9 to a key that is nobody’s or another device’s', async () => {
    const { key } = await begin(newPhone());
    const phone = newPhone();
    for (const wrong of [key, '1', 'x'.repeat(64), '-1', ''])
      expect([wrong, statusIn(await phone.send('FolderSync', sync(wrong)))]).toEqual([wrong, '9']);
  });

  test('shows a second address book to Outlook as a folder of no type it knows', async () => {
    await server.dav.send('MKCOL', '/SOGo/dav/alice/Contacts/second/');
    const phone = await begin(newPhone());
    expect(phone.folders.filter(({ type }) => type === '14')).toHaveLength(1);
    const outlook = await begin(newPhone({ type: 'WindowsOutlook15', version: '14.0' }));
    expect(outlook.folders.map(({ type }) => type)).not.toContain('14');
    expect(outlook.folders.filter(({ type }) => type === '18')).toHaveLength(1);
    await server.dav.send('DELETE', '/SOGo/dav/alice/Contacts/second/');
  });

  test('shows subscriptions when they are wanted, and own collections unless they are not', async () => {
    await server.dav.send('MKCALENDAR', '/SOGo/dav/bob%40example.org/Calendar/team/', {
      credentials: 'bob@example.org:secret',
    });
    const granted = await server.dav.send('POST', '/SOGo/dav/bob%40example.org/Calendar/team/', {
      credentials: 'bob@example.org:secret',
      headers: { 'content-type': 'application/xml' },
      body: '<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><set-roles user="alice"><PublicViewer/></set-roles></acl-query>',
    });
    expect(granted.status).toBe(204);
    const phone = newPhone();
    await begin(phone);
    const place = '/SOGo/dav/bob%40example.org/Calendar/team/';
    const subscribed = await server.dav.send('POST', place, {
      headers: { 'content-type': 'application/xml' },
      body: '<subscribe xmlns="urn:inverse:params:xml:ns:inverse-dav"/>',
    });
    expect(subscribed.status).toBeLessThan(300);
    const home = await server.dav.services.home(
      (await server.dav.services.sharing.personCalled('alice'))?.account as never,
    );
    const entry = home.entries.find(({ owner }) => owner !== undefined);
    const { folders } = await begin(phone);
    const isShown = (all: readonly Listed[]) =>
      all.some(({ id }) => id.endsWith(entry?.collection.replaceAll('-', '') ?? '?'));
    expect(isShown(folders)).toBe(false);
    const own = `/SOGo/dav/alice/Calendar/${entry?.segment}/`;
    const wanted = await proppatch(own, 'I:synchronize', '1');
    expect(wanted.body).toContain('200');
    expect(isShown((await begin(phone)).folders)).toBe(true);
    await proppatch(own, 'I:synchronize', '0');
    expect(isShown((await begin(phone)).folders)).toBe(false);
  });
});

describe('FolderCreate, FolderUpdate, FolderDelete (MS-ASCMD 2.2.1.2, .6, .3)', () => {
  test('make a folder once, however often the request comes, and do not echo it', async () => {
    const phone = newPhone();
    for (const [name, type] of [
      ['Trips', 13],
      ['Friends', 14],
      ['Errands', 15],
      ['Ideas', 17],
    ] as const) {
      const { key: current } = await begin(phone);
      const made = await phone.send('FolderCreate', create(current, name, type));
      const again = await phone.send('FolderCreate', create(current, name, type));
      expect([statusIn(made), again.root]).toEqual(['1', made.root]);
      const after = await phone.send('FolderSync', sync(keyIn(made)));
      expect([name, countIn(after)]).toEqual([name, '0']);
      const { folders } = await begin(newPhone());
      expect(folders.filter((folder) => folder.name === name)).toEqual([
        { id: textAt(made.root, 'folderhierarchy:ServerId'), name, type: String(type) },
      ]);
    }
  });

  test('find what was made where the answer, and the note of it, were lost', async () => {
    const phone = newPhone();
    const { key } = await begin(phone);
    const { keepHierarchy } = server.parts.ledger;
    Object.assign(server.parts.ledger, {
      keepHierarchy: async () => {
        throw new Error('gone');
      },
    });
    const failed = await phone.send('FolderCreate', create(key, 'Once', 13));
    Object.assign(server.parts.ledger, { keepHierarchy });
    expect(statusIn(failed)).toBe('110');
    expect(server.dav.logged.map(({ code }) => code)).toContain('request-failed');
    const made = await phone.send('FolderCreate', create(key, 'Once', 13));
    expect(statusIn(made)).toBe('1');
    const { folders } = await begin(newPhone());
    expect(folders.filter(({ name }) => name === 'Once')).toHaveLength(1);
  });

  test('refuse what cannot be, each with its status', async () => {
    const phone = newPhone();
    const { key, folders } = await begin(phone);
    const calendar = typed(folders, '8');
    const tasks = typed(folders, '7');
    const cases: readonly (readonly [string, Element, string])[] = [
      ['FolderCreate', create('0', 'x', 13), '9'],
      ['FolderCreate', create('17', 'x', 13), '9'],
      ['FolderCreate', create(key, 'x', 13, calendar.id), '5'],
      ['FolderCreate', create(key, calendar.name, 13), '2'],
      ['FolderCreate', create(key, 'x', 8), '10'],
      ['FolderCreate', create(key, 'x', 12), '10'],
      ['FolderCreate', create(key, ' ', 13), '10'],
      ['FolderCreate', create(key, 'x'.repeat(256), 13), '10'],
      ['FolderUpdate', rename(key, calendar.id, 'x'), '2'],
      ['FolderUpdate', rename(key, 'c0', 'x'), '4'],
      ['FolderDelete', remove(key, calendar.id), '3'],
      ['FolderDelete', remove(key, tasks.id), '3'],
      ['FolderDelete', remove(key, 'c0'), '4'],
      ['FolderDelete', remove('17', calendar.id), '9'],
    ];
    for (const [command, root, status] of cases)
      expect([command, statusIn(await phone.send(command, root))]).toEqual([command, status]);
  });

  test('rename and delete, and answer a repetition alike', async () => {
    const phone = newPhone();
    const made = await phone.send('FolderCreate', create((await begin(phone)).key, 'Plans', 13));
    const id = textAt(made.root, 'folderhierarchy:ServerId') ?? '';
    const renamed = await phone.send('FolderUpdate', rename(keyIn(made), id, 'Schemes'));
    const once = await phone.send('FolderUpdate', rename(keyIn(made), id, 'Schemes'));
    expect([statusIn(renamed), once.root]).toEqual(['1', renamed.root]);
    expect(
      typed(
        (await begin(newPhone())).folders.filter((one) => one.id === id),
        '13',
      ).name,
    ).toBe('Schemes');
    const deleted = await phone.send('FolderDelete', remove(keyIn(renamed), id));
    const twice = await phone.send('FolderDelete', remove(keyIn(renamed), id));
    expect([statusIn(deleted), twice.root]).toEqual(['1', deleted.root]);
    expect(countIn(await phone.send('FolderSync', sync(keyIn(deleted))))).toBe('0');
    expect((await begin(newPhone())).folders.map((one) => one.id)).not.toContain(id);
  });

  test('end a subscription, and leave the collection to its owner', async () => {
    const phone = newPhone();
    const home = await server.dav.services.home(
      (await server.dav.services.sharing.personCalled('alice'))?.account as never,
    );
    const entry = home.entries.find(({ owner }) => owner !== undefined);
    await proppatch(`/SOGo/dav/alice/Calendar/${entry?.segment}/`, 'I:synchronize', '1');
    const { key } = await begin(phone);
    const id = `c${entry?.collection.replaceAll('-', '')}`;
    expect(statusIn(await phone.send('FolderDelete', remove(key, id)))).toBe('1');
    const left = await server.dav.send('PROPFIND', '/SOGo/dav/bob%40example.org/Calendar/team/', {
      headers: { depth: '0' },
      credentials: 'bob@example.org:secret',
    });
    expect(left.status).toBe(207);
  });

  test('two devices at once do not lose each other’s folders', async () => {
    const phones = [newPhone(), newPhone(), newPhone()];
    const keys = await Promise.all(phones.map(async (phone) => (await begin(phone)).key));
    const answers = await Promise.all(
      phones.map((phone, index) =>
        phone.send('FolderCreate', create(keys[index] ?? '', `By ${index}`, 13)),
      ),
    );
    expect(answers.map(statusIn)).toEqual(['1', '1', '1']);
    const { folders } = await begin(newPhone());
    expect(folders.filter(({ name }) => name.startsWith('By '))).toHaveLength(3);
  });
});
