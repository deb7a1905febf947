import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dav, inverse, type Name } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, principals, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf, valueOf } from '../../support/multistatus.ts';
import { CALENDAR } from '../../support/objects.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const HOME = '/SOGo/dav/alice/Calendar/';
const patch = (path: string, content: string, verb = 'set') =>
  server.send('PROPPATCH', path, {
    body: `<D:propertyupdate xmlns:D="DAV:" xmlns:I="urn:inverse:params:xml:ns:inverse-dav"><D:${verb}><D:prop>${content}</D:prop></D:${verb}></D:propertyupdate>`,
  });
const read = async (path: string, name: Name) => {
  const options = { headers: { depth: '0' }, body: propfindBody(name) };
  return valueOf(responseOf(await server.send('PROPFIND', path, options)), name);
};

describe.each(['events', 'tasks'])('%s-default-classification of the home of calendars', (what) => {
  const name = inverse(`${what}-default-classification`);
  const tag = `I:${what}-default-classification`;

  it('is PUBLIC unless its owner says otherwise (SOGo)', async () => {
    expect(await read(HOME, name)).toBe('PUBLIC');
    expect((await patch(HOME, `<${tag}>CONFIDENTIAL</${tag}>`)).body).toContain('200 OK');
    expect(await read(HOME, name)).toBe('CONFIDENTIAL');
    const { settings } = await server.services.preferencesOf(principals.alice);
    const key = what === 'events' ? 'Events' : 'Tasks';
    expect(settings.get(`defaults/SOGoCalendar${key}DefaultClassification`)).toBe('"CONFIDENTIAL"');
    await patch(HOME, `<${tag}/>`, 'remove');
    expect(await read(HOME, name)).toBe('PUBLIC');
  });

  it.each(['private', 'SECRET', ''])('is not %j: 403, and nothing else is set', async (value) => {
    const refused = responseOf(await patch(HOME, `<${tag}>${value}</${tag}><D:displayname/>`));
    expect(refused.statuses).toEqual({ [name]: 403, [dav('displayname')]: 403 });
    expect(await read(HOME, name)).toBe('PUBLIC');
  });
});

describe('calendar-show-alarms of a calendar', () => {
  const name = inverse('calendar-show-alarms');
  const set = (value: string, more = '') =>
    patch(CALENDAR, `<I:calendar-show-alarms>${value}</I:calendar-show-alarms>${more}`);

  it('is true until it is set, and again when it is taken away (SOGo)', async () => {
    expect(await read(CALENDAR, name)).toBe('true');
    expect((await set('0', '<I:other>kept</I:other>')).status).toBe(207);
    expect(await read(CALENDAR, name)).toBe('0');
    expect(await read(CALENDAR, inverse('other'))).toBe('kept');
    await patch(CALENDAR, '<I:calendar-show-alarms/>', 'remove');
    expect(await read(CALENDAR, name)).toBe('true');
  });

  it.each(['yes', '', 'TRUE'])('is not %j: 400', async (value) => {
    expect((await set(value)).status).toBe(400);
    expect(await read(CALENDAR, name)).toBe('true');
  });
});
