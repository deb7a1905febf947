import { httpClient } from './http-client.mjs';
import { event, monthQuery, multiget, propfind, syncCollection } from './objects.mjs';

const ics = { 'Content-Type': 'text/calendar; charset=utf-8' };
const xml = (/** @type {string} */ depth) => ({
  'Content-Type': 'application/xml; charset=utf-8',
  Depth: depth,
});

const expect = (answer, /** @type {readonly number[]} */ ...statuses) => {
  if (!statuses.includes(answer.status))
    throw new Error(`unexpected ${answer.status}: ${answer.body.toString().slice(0, 300)}`);
  return answer;
};

const count = (answer, /** @type {RegExp} */ pattern) =>
  (answer.body.toString().match(pattern) ?? []).length;

const RESPONSE = /<(?:\w+:)?response[ >]/g;

/** How often a server may refuse something new before it is taken to mean it. */
const TRIES = 3;

/**
 * What a calendar client does, on a connection of its own. All reject when the answer is not what it
 * should be, so that no server is quick by answering wrongly.
 * @param {{ address: import('./http-client.mjs').Address, calendar: string, whole: string }} server
 */
export const calendarClient = ({ address, calendar, whole }, folder = calendar) => {
  const { request, close } = httpClient(address);
  const report = async (/** @type {string} */ body, /** @type {string} */ depth) =>
    expect(await request('REPORT', folder, xml(depth), body), 207);

  return {
    close,
    hrefOf: (/** @type {string} */ name) => `${folder}${name}.ics`,
    put: async (/** @type {string} */ name, /** @type {number} */ number, summary = undefined) =>
      expect(
        await request('PUT', `${folder}${name}.ics`, ics, event(name, number, summary)),
        ...[200, 201, 204],
      ),
    /** Everything since a token, all of it without one; the new token, and how many responses. */
    sync: async (token = '') => {
      const answer = await report(syncCollection(token), '1');
      const next = /sync-token[^>]*>([^<]+)</.exec(answer.body.toString())?.[1];
      if (next === undefined) throw new Error('a sync-collection without a token');
      return { token: next, count: count(answer, RESPONSE) };
    },
    /** The whole answer, for its first octet, and how many responses. */
    list: async () => {
      const answer = expect(await request('PROPFIND', folder, xml('1'), propfind), 207);
      return { answer, count: count(answer, RESPONSE) };
    },
    /** How many events; `undefined` where the server has no such query yet. */
    month: async () => {
      const answer = await request('REPORT', folder, xml('1'), monthQuery);
      if (answer.status === 403 && /supported-report/.test(answer.body.toString()))
        return undefined;
      return count(expect(answer, 207), /BEGIN:VCALENDAR/g);
    },
    multiget: async (/** @type {readonly string[]} */ hrefs) => {
      const found = count(await report(multiget(hrefs), '1'), /BEGIN:VCALENDAR/g);
      if (found !== hrefs.length) throw new Error(`${found} of ${hrefs.length} objects came`);
    },
    /** How many events the whole calendar has, as one file. */
    file: async () => count(expect(await request('GET', whole), 200), /^BEGIN:VEVENT/gm),
    make: async () => expect(await request('MKCALENDAR', folder), 201),
  };
};

/**
 * Stores events until the calendar has so many, with eight clients; what they are called.
 * @param {readonly string[]} names those that are there already
 * @returns {Promise<readonly string[]>}
 */
export const fill = async (server, names, size, folder = server.calendar) => {
  const all = [...names];
  let next = names.length;
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      const client = calendarClient(server, folder);
      while (next < size) {
        const number = next;
        next += 1;
        const name = `event-${number}`;
        for (let tries = 1; ; tries += 1) {
          try {
            await client.put(name, number);
            break;
          } catch (error) {
            if (tries === TRIES) throw error;
          }
        }
        all.push(name);
      }
      client.close();
    }),
  );
  return all;
};
