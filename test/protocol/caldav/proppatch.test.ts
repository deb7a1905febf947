import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { elementsOf, textOf } from '../../../src/api/dav/xml/element.ts';
import { apple, caldav, carddav, dav, type Name } from '../../../src/api/dav/xml/names.ts';
import { verbatim } from '../../../src/api/dav/xml/write.ts';
import type { Recorded } from '../../../src/domain/kernel/event-store.ts';
import { streams } from '../../../src/domain/kernel/streams.ts';
import { type DavServer, principals, startDav } from '../../support/dav.ts';
import { childNames, propfindBody, responseOf, valueOf, xmlOf } from '../../support/multistatus.ts';

let server: DavServer;
let path = '';
let count = 0;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());
beforeEach(async () => {
  count += 1;
  path = `/SOGo/dav/alice/Calendar/c${count}/`;
  await server.send('MKCALENDAR', path);
});

const NAMESPACES =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:A="http://apple.com/ns/ical/" xmlns:x="urn:x"';
const patch = (instructions: string, to = path) =>
  server.send('PROPPATCH', to, {
    body: `<D:propertyupdate ${NAMESPACES}>${instructions}</D:propertyupdate>`,
  });
const set = (content: string): string => `<D:set><D:prop>${content}</D:prop></D:set>`;
const remove = (content: string): string => `<D:remove><D:prop>${content}</D:prop></D:remove>`;
const get = async (...names: readonly Name[]) =>
  responseOf(
    await server.send('PROPFIND', path, { headers: { depth: '0' }, body: propfindBody(...names) }),
  );
const homeEvents = async (): Promise<readonly Recorded[]> => {
  const events: Recorded[] = [];
  for await (const batch of server.store.read(streams.home(principals.alice.account), 0n))
    events.push(...batch);
  return events;
};

const ZONE = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//x//y//EN',
  'BEGIN:VTIMEZONE',
  'TZID:Europe/Berlin',
  'BEGIN:STANDARD',
  'DTSTART:19961027T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'END:STANDARD',
  'END:VTIMEZONE',
  'END:VCALENDAR',
  '',
].join('\n');

describe('live properties', () => {
  it('sets several with one event, and reads them back', async () => {
    const before = (await homeEvents()).length;
    const { statuses } = responseOf(
      await patch(
        set(
          `<D:displayname>Work &amp; play</D:displayname><C:calendar-description>Ä &lt;b&gt;</C:calendar-description>
           <A:calendar-color>#FF2968FF</A:calendar-color><A:calendar-order>3</A:calendar-order>
           <C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp>
           <C:calendar-timezone>${ZONE}</C:calendar-timezone>`,
        ),
      ),
    );
    expect(new Set(Object.values(statuses))).toEqual(new Set([200]));
    expect((await homeEvents()).length).toBe(before + 1);
    const response = await get(
      dav('displayname'),
      caldav('calendar-description'),
      apple('calendar-color'),
      apple('calendar-order'),
      caldav('schedule-calendar-transp'),
      caldav('calendar-timezone'),
    );
    expect(valueOf(response, dav('displayname'))).toBe('Work & play');
    expect(valueOf(response, caldav('calendar-description'))).toBe('Ä <b>');
    expect(valueOf(response, apple('calendar-color'))).toBe('#FF2968FF');
    expect(valueOf(response, apple('calendar-order'))).toBe('3');
    expect(childNames(response, caldav('schedule-calendar-transp'))).toEqual([
      caldav('transparent'),
    ]);
    expect(valueOf(response, caldav('calendar-timezone'))).toBe(ZONE);
  });

  it('says who did it, through what, and why, in the event’s envelope', async () => {
    await server.send('PROPPATCH', path, {
      headers: { 'user-agent': 'Evolution/3.48.0' },
      body: `<D:propertyupdate ${NAMESPACES}>${set('<D:displayname>E</D:displayname>')}</D:propertyupdate>`,
    });
    const line = server.logged.findLast(({ code }) => code === 'request')?.fields;
    expect((await homeEvents()).at(-1)).toMatchObject({
      actor: principals.alice.account,
      via: 'caldav Evolution/3.48.0',
      correlationId: line?.['id'],
    });
  });

  it('removes what was set; a name falls back to the segment', async () => {
    await patch(
      set('<D:displayname>Name</D:displayname><A:calendar-color>#ffffff</A:calendar-color>'),
    );
    await patch(remove('<D:displayname/><A:calendar-color/>'));
    const response = await get(dav('displayname'), apple('calendar-color'));
    expect(valueOf(response, dav('displayname'))).toBe(`c${count}`);
    expect(response.statuses[apple('calendar-color')]).toBe(404);
  });

  it('follows instructions in document order (RFC 4918 §9.2)', async () => {
    await patch(
      `${remove('<A:calendar-order/>')}${set('<A:calendar-order>1</A:calendar-order>')}${set('<A:calendar-order>2</A:calendar-order>')}`,
    );
    expect(valueOf(await get(apple('calendar-order')), apple('calendar-order'))).toBe('2');
  });

  it('records nothing when nothing changes', async () => {
    await patch(set('<A:calendar-order>7</A:calendar-order>'));
    const before = (await homeEvents()).length;
    const { statuses } = responseOf(await patch(set('<A:calendar-order>7</A:calendar-order>')));
    expect(statuses).toEqual({ [apple('calendar-order')]: 200 });
    expect((await homeEvents()).length).toBe(before);
  });

  it.each([
    ['<A:calendar-color>red</A:calendar-color>', apple('calendar-color'), 409, []],
    ['<A:calendar-color>#12345</A:calendar-color>', apple('calendar-color'), 409, []],
    ['<A:calendar-order>1.5</A:calendar-order>', apple('calendar-order'), 409, []],
    ['<A:calendar-order/>', apple('calendar-order'), 409, []],
    ['<D:displayname> </D:displayname>', dav('displayname'), 403, []],
    [
      '<C:calendar-timezone>Europe/Berlin</C:calendar-timezone>',
      caldav('calendar-timezone'),
      409,
      [caldav('valid-calendar-data')],
    ],
    [
      `<C:calendar-timezone>${ZONE.replaceAll('VTIMEZONE', 'VEVENT')}</C:calendar-timezone>`,
      caldav('calendar-timezone'),
      409,
      [caldav('valid-calendar-data')],
    ],
  ])('refuses %s with the status of its property', async (content, name, status, conditions) => {
    const response = responseOf(await patch(set(content)));
    expect([response.statuses, response.conditions]).toEqual([{ [name]: status }, conditions]);
  });
});

describe('CALDAV:schedule-calendar-transp (RFC 6638 §9.1)', () => {
  it.each([
    '<C:schedule-calendar-transp/>',
    '<C:schedule-calendar-transp><C:perhaps/></C:schedule-calendar-transp>',
    '<C:schedule-calendar-transp><C:opaque/><C:transparent/></C:schedule-calendar-transp>',
  ])('that is %s makes the whole request malformed, as in SOGo', async (content) => {
    const { status } = await patch(set(`<D:displayname>Not set</D:displayname>${content}`));
    expect(status).toBe(400);
    expect(valueOf(await get(dav('displayname')), dav('displayname'))).toBe(`c${count}`);
  });

  it('takes its choice from the namespace DAV: too, where tsdav 1.1 puts it', async () => {
    const asTsdav = '<C:schedule-calendar-transp><D:transparent/></C:schedule-calendar-transp>';
    expect((await patch(set(asTsdav))).status).toBe(207);
    const kept = await get(caldav('schedule-calendar-transp'));
    expect(childNames(kept, caldav('schedule-calendar-transp'))).toEqual([caldav('transparent')]);
  });
});

describe('all or nothing (RFC 4918 §9.2.1)', () => {
  it('answers 403 cannot-modify-protected-property for one, 424 for the others, and changes nothing', async () => {
    const response = responseOf(
      await patch(
        set(
          '<D:displayname>New</D:displayname><D:getetag>x</D:getetag><x:dead>1</x:dead><A:calendar-color>blue</A:calendar-color>',
        ),
      ),
    );
    expect(response.statuses).toEqual({
      [dav('displayname')]: 424,
      [dav('getetag')]: 403,
      '{urn:x}dead': 424,
      [apple('calendar-color')]: 409,
    });
    expect(response.conditions).toEqual([dav('cannot-modify-protected-property')]);
    const after = await get(dav('displayname'), '{urn:x}dead');
    expect(valueOf(after, dav('displayname'))).toBe(`c${count}`);
    expect(after.statuses['{urn:x}dead']).toBe(404);
  });

  it.each([
    'resourcetype',
    'sync-token',
    'owner',
    'creationdate',
    'getlastmodified',
    'quota-used-bytes',
  ])('protects DAV:%s', async (local) => {
    const response = responseOf(await patch(set(`<D:${local}>x</D:${local}>`)));
    expect(response.statuses).toEqual({ [dav(local)]: 403 });
  });

  it('protects a calendar’s components, which only its making decides (RFC 4791 §5.2.3)', async () => {
    const name = 'supported-calendar-component-set';
    const response = responseOf(await patch(set(`<C:${name}><C:comp name="VEVENT"/></C:${name}>`)));
    expect(response.statuses).toEqual({ [caldav(name)]: 403 });
  });
});

describe('dead properties (RFC 4918 §4)', () => {
  it('come back with namespaces, attributes, mixed content and language', async () => {
    const content = `<x:note xml:lang="de" kind="a&quot;b" x:rank="1">Guten <b xmlns="urn:b">Tag<x:i/></b> &amp; so</x:note>`;
    expect(responseOf(await patch(set(content))).statuses).toEqual({ '{urn:x}note': 200 });
    const note = (await get('{urn:x}note')).properties.get('{urn:x}note');
    if (note === undefined) throw new Error('the property is gone');
    expect(note.attributes).toEqual(
      new Map([
        ['{http://www.w3.org/XML/1998/namespace}lang', 'de'],
        ['{}kind', 'a"b'],
        ['{urn:x}rank', '1'],
      ]),
    );
    expect(textOf(note)).toBe('Guten  & so');
    const [bold] = elementsOf(note);
    expect([bold?.name, bold && textOf(bold), bold && elementsOf(bold)[0]?.name]).toEqual([
      '{urn:b}b',
      'Tag',
      '{urn:x}i',
    ]);
  });

  it('keep the language in force around them (RFC 4918 §4.3)', async () => {
    await server.send('PROPPATCH', path, {
      body: `<D:propertyupdate ${NAMESPACES} xml:lang="fr">${set('<x:note>oui</x:note>')}</D:propertyupdate>`,
    });
    expect((await get('{urn:x}note')).properties.get('{urn:x}note')?.language).toBe('fr');
  });

  it('are listed by allprop and propname, and removed', async () => {
    await patch(set('<x:note>1</x:note>'));
    const all = responseOf(await server.send('PROPFIND', path, { headers: { depth: '0' } }));
    expect(all.statuses['{urn:x}note']).toBe(200);
    const names = responseOf(
      await server.send('PROPFIND', path, {
        headers: { depth: '0' },
        body: '<D:propfind xmlns:D="DAV:"><D:propname/></D:propfind>',
      }),
    );
    expect(names.statuses['{urn:x}note']).toBe(200);
    await patch(remove('<x:note/>'));
    expect((await get('{urn:x}note')).statuses).toEqual({ '{urn:x}note': 404 });
  });

  it('may have names that belong to other kinds of resource', async () => {
    const book = '/SOGo/dav/alice/Contacts/personal/';
    expect(
      responseOf(await patch(set('<A:calendar-color>green</A:calendar-color>'), book)).statuses,
    ).toEqual({ [apple('calendar-color')]: 200 });
    expect(
      responseOf(
        await server.send('PROPFIND', book, {
          headers: { depth: '0' },
          body: propfindBody(apple('calendar-color'), carddav('addressbook-description')),
        }),
      ).statuses,
    ).toEqual({ [apple('calendar-color')]: 200, [carddav('addressbook-description')]: 404 });
  });

  it('are bounded: too much is 507 and changes nothing', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `<x:p${index}/>`).join('');
    const answered = await patch(set(many));
    expect(answered.status).toBe(507);
    expect(xmlOf(answered).name).toBe(dav('error'));
    expect((await get('{urn:x}p0')).statuses['{urn:x}p0']).toBe(404);
  });

  it('are written the same way again when they are read and set once more', async () => {
    await patch(set('<x:note a="1">t<x:u/></x:note>'));
    const first = (await get('{urn:x}note')).properties.get('{urn:x}note');
    const written = first === undefined ? '' : verbatim(first);
    await patch(set(written));
    const second = (await get('{urn:x}note')).properties.get('{urn:x}note');
    expect(second).toEqual(first);
  });
});

describe('where nothing can be patched', () => {
  it.each(['/SOGo/dav/', '/SOGo/dav/alice/'])('%s is 403', async (to) => {
    expect((await patch(set('<x:a/>'), to)).status).toBe(403);
  });

  it.each(['/SOGo/dav/alice/Calendar/', '/SOGo/dav/alice/Contacts/'])(
    'and %s, which keeps preferences alone, says so of each property',
    async (to) => {
      const { statuses } = responseOf(await patch(set('<x:a/>'), to));
      expect(statuses).toEqual({ '{urn:x}a': 403 });
    },
  );

  it.each([
    ['no body', undefined],
    ['no instruction', '<D:propertyupdate xmlns:D="DAV:"/>'],
    ['set without prop', '<D:propertyupdate xmlns:D="DAV:"><D:set/></D:propertyupdate>'],
    ['another body', '<D:propfind xmlns:D="DAV:"><D:allprop/></D:propfind>'],
  ])('%s is 400', async (_, body) => {
    const answered = await server.send('PROPPATCH', path, body === undefined ? {} : { body });
    expect(answered.status).toBe(400);
  });
});
