import { afterAll, beforeAll, expect, it } from 'vitest';
import { cardText, eventText } from '../../support/objects.ts';
import { type Program, program } from '../../support/program.ts';
import { describeWith } from '../../support/needing.ts';
import { type Thunderbird, thunderbird } from './thunderbird.ts';

const CALENDAR = '/SOGo/dav/ada/Calendar/personal/';
const CONTACTS = '/SOGo/dav/ada/Contacts/personal/';

/** What the scripts below share: the one calendar that is theirs, and a wait with a bound. */
const common = `
  const { cal } = ChromeUtils.importESModule('resource:///modules/calendar/calUtils.sys.mjs');
  const { setTimeout } = ChromeUtils.importESModule('resource://gre/modules/Timer.sys.mjs');
  const until = async (found) => {
    for (let turn = 0; turn < 400; turn += 1) {
      const value = await found();
      if (value) return value;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    throw new Error('what was waited for did not come');
  };
  const calendar = cal.manager.getCalendars().find(({ type }) => type === 'caldav');
  const all = () => calendar.getItemsAsArray(calendar.ITEM_FILTER_ALL_ITEMS, 0, null, null);
  const titles = async () => (await all()).map(({ title }) => title).sort();
`;

describeWith(
  'Thunderbird of Debian, headless',
  [{ file: '/usr/lib/thunderbird/thunderbird-bin', from: 'thunderbird' }],
  () => {
    let server: Program;
    let client: Thunderbird;
    const script = async <Value>(body: string, ...args: readonly unknown[]): Promise<Value> => {
      try {
        return (await client.script(common + body, ...args)) as Value;
      } catch (error) {
        throw new Error(`${String(error)}\n${client.printed()}\n${server.logs()}`, {
          cause: error,
        });
      }
    };
    const put = async (path: string, type: string, body: string): Promise<void> => {
      const answer = await server.request('PUT', path, { headers: { 'content-type': type }, body });
      expect(answer.status).toBeLessThan(300);
    };
    const putEvent = (name: string, ...more: readonly string[]): Promise<void> =>
      put(`${CALENDAR}${name}.ics`, 'text/calendar', eventText(name, ...more));

    beforeAll(async () => {
      server = await program();
      await server.start();
      await putEvent('there', 'SUMMARY:There before');
      await put(`${CONTACTS}jane.vcf`, 'text/vcard', cardText('jane'));
      client = await thunderbird();
    }, 180_000);
    afterAll(async () => {
      await client?.discard();
      await server?.discard();
    }, 60_000);

    it('takes the password it is given and shows a CalDAV calendar that is added', async () => {
      const shown = await script<readonly string[]>(
        `
      const [origin, path, user, password] = args;
      const login = Cc['@mozilla.org/login-manager/loginInfo;1'].createInstance(Ci.nsILoginInfo);
      login.init(origin, null, 'SOGo', user, password, '', '');
      await Services.logins.addLoginAsync(login);
      const added = cal.manager.createCalendar('caldav', Services.io.newURI(origin + path));
      added.name = 'Work';
      added.setProperty('username', user);
      added.setProperty('cache.enabled', true);
      cal.manager.registerCalendar(added);
      const registered = cal.manager.getCalendarById(added.id);
      return until(async () => {
        const items = await registered.getItemsAsArray(registered.ITEM_FILTER_ALL_ITEMS, 0, null, null);
        return items.length > 0 && items.map(({ title }) => title);
      });`,
        server.origin,
        CALENDAR,
        'ada',
        server.password,
      );
      expect(shown).toEqual(['There before']);
      expect(await script('return calendar.readOnly')).toBe(false);
    });

    it('sees what is made, changed and deleted elsewhere', async () => {
      const shown = (...wanted: readonly string[]): Promise<readonly string[]> =>
        script(
          `calendar.refresh();
         return until(async () => {
           const now = await titles();
           return now.join() === args[0].join() && now;
         });`,
          wanted,
        );
      await putEvent('elsewhere', 'SUMMARY:Made elsewhere', 'RRULE:FREQ=DAILY;COUNT=3');
      expect(await shown('Made elsewhere', 'There before')).toHaveLength(2);
      await putEvent('there', 'SUMMARY:Changed elsewhere');
      expect(await shown('Changed elsewhere', 'Made elsewhere')).toHaveLength(2);
      await server.request('DELETE', `${CALENDAR}there.ics`);
      expect(await shown('Made elsewhere')).toHaveLength(1);
    });

    it('stores its own events and tasks, changes and deletes them', async () => {
      const stored = async (): Promise<string> =>
        (await server.request('GET', '/SOGo/dav/ada/Calendar/personal.ics')).text();
      await script(
        `const { CalEvent } = ChromeUtils.importESModule('resource:///modules/CalEvent.sys.mjs');
       const { CalTodo } = ChromeUtils.importESModule('resource:///modules/CalTodo.sys.mjs');
       const event = new CalEvent(args[0]);
       await calendar.addItem(event);
       await calendar.addItem(new CalTodo(args[1]));`,
        eventText('by-thunderbird', 'DTEND:20260105T100000Z', 'SUMMARY:By Thunderbird'),
        eventText('task', 'SUMMARY:Task of Thunderbird').replaceAll('VEVENT', 'VTODO'),
      );
      expect(await stored()).toMatch(/SUMMARY:By Thunderbird/);
      expect(await stored()).toMatch(/BEGIN:VTODO[\s\S]*SUMMARY:Task of Thunderbird/);
      await script(
        `const old = await calendar.getItem('by-thunderbird');
       const changed = old.clone();
       changed.title = 'Changed by Thunderbird';
       await calendar.modifyItem(changed, old);
       await calendar.deleteItem(await calendar.getItem('task'));`,
      );
      expect(await stored()).toMatch(/SUMMARY:Changed by Thunderbird/);
      expect(await stored()).not.toMatch(/Task of Thunderbird/);
    });

    it('shows a CardDAV address book that is added, and what is new in it', async () => {
      const names = (): Promise<readonly string[]> =>
        script(
          `const { CardDAVDirectory } = ChromeUtils.importESModule('resource:///modules/CardDAVDirectory.sys.mjs');
         const { MailServices } = ChromeUtils.importESModule('resource:///modules/MailServices.sys.mjs');
         const known = MailServices.ab.directories.find(({ dirType }) => dirType === Ci.nsIAbManager.CARDDAV_DIRECTORY_TYPE);
         const id = known ? known.dirPrefId : MailServices.ab.newAddressBook('Friends', null, Ci.nsIAbManager.CARDDAV_DIRECTORY_TYPE);
         const book = CardDAVDirectory.forFile(MailServices.ab.getDirectoryFromId(id).fileName);
         book.setStringValue('carddav.url', args[0]);
         book.setStringValue('carddav.username', 'ada');
         if (known) await book.syncWithServer();
         else await book.fetchAllFromServer();
         return book.childCards.map(({ displayName }) => displayName).sort();`,
          `${server.origin}${CONTACTS}`,
        );
      expect(await names()).toEqual(['Jane Doe']);
      await put(`${CONTACTS}joe.vcf`, 'text/vcard', cardText('joe').replace('FN:Jane', 'FN:Joe'));
      expect(await names()).toEqual(['Jane Doe', 'Joe Doe']);
    });

    it('is known by its name in the log', async () => {
      const printed = await server.daybook(['log', '--account', 'ada', '--no-content']);
      expect(printed.out).toMatch(/"via":"caldav Thunderbird\/[0-9.]+"/);
      const verified = await server.daybook(['verify']);
      expect(verified.code, verified.out + verified.err).toBe(0);
    });
  },
);
