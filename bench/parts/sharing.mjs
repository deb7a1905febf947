import { calendarClient, fill } from '../client.mjs';
import { httpClient } from '../http-client.mjs';
import { repeated } from '../timing.mjs';

export const HOME_MS = 50;
export const NOTHING_NEW_MS = 300;

const xml = { 'Content-Type': 'application/xml; charset=utf-8', Depth: '1' };

/** What clients ask when they look which collections there are. */
const listing =
  '<D:propfind xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/"><D:prop><D:resourcetype/><D:displayname/><D:owner/><D:current-user-privilege-set/><A:calendar-color/><C:supported-calendar-component-set/></D:prop></D:propfind>';
/** And whether something is new in any of them. */
const nothingNew =
  '<D:propfind xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/"><D:prop><CS:getctag/><D:sync-token/></D:prop></D:propfind>';

const roles = (/** @type {string} */ user) =>
  `<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><set-roles user="${user}"><PublicViewer/><PrivateDAndTViewer/></set-roles></acl-query>`;

const expect = (answer, /** @type {number} */ status) => {
  if (answer.status !== status)
    throw new Error(`unexpected ${answer.status}: ${answer.body.toString().slice(0, 300)}`);
  return answer;
};

/** Somebody subscribed to many calendars of somebody else, of which he does not see all. */
export const sharing = async ({ start, collections, objects, measure, seconds, say }) => {
  const server = await start();
  const subscriber = { ...server.address, user: 'reader', password: 'reader' };
  const theirs = httpClient(server.address);
  const own = httpClient(subscriber);
  try {
    await server.daybook(['user', 'add', 'reader', '--password-stdin'], 'reader\n');
    say(`storing ${collections} calendars of ${objects} events`);
    for (let index = 0; index < collections; index += 1) {
      const folder = `/SOGo/dav/bench/Calendar/shared-${index}/`;
      const maker = calendarClient(server, folder);
      await maker.make();
      maker.close();
      await fill(server, [], objects, folder);
      expect(await theirs.request('POST', folder, xml, roles('reader')), 204);
      const subscribe = '<subscribe xmlns="urn:inverse:params:xml:ns:inverse-dav"/>';
      expect(await own.request('POST', folder, xml, subscribe), 200);
    }
    const asking = async (/** @type {string} */ body, /** @type {RegExp} */ each) => {
      const answer = expect(
        await own.request('PROPFIND', '/SOGo/dav/reader/Calendar/', xml, body),
        207,
      );
      const found = (answer.body.toString().match(each) ?? []).length;
      if (found < collections) throw new Error(`${found} of ${collections} calendars came`);
    };
    return {
      collections,
      objects,
      home: await measure(
        'PROPFIND of the home',
        async () => (await repeated(() => asking(listing, /<D:displayname>/g), { seconds })).p50,
      ),
      nothingNew: await measure(
        'tokens of all',
        async () => (await repeated(() => asking(nothingNew, /<D:sync-token>/g), { seconds })).p50,
      ),
    };
  } finally {
    theirs.close();
    own.close();
    await server.stop();
  }
};
