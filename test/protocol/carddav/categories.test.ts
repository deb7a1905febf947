import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elementsOf, textOf } from '../../../src/api/dav/xml/element.ts';
import { dav, inverse } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { propfindBody, responseOf } from '../../support/multistatus.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const HOME = '/SOGo/dav/alice/Contacts/';
const CATEGORIES = inverse('contacts-categories');

const patch = (verb: 'set' | 'remove', content: string) =>
  server.send('PROPPATCH', HOME, {
    body: `<D:propertyupdate xmlns:D="DAV:" xmlns:I="urn:inverse:params:xml:ns:inverse-dav"><D:${verb}><D:prop>${content}</D:prop></D:${verb}></D:propertyupdate>`,
  });
const list = (...names: readonly string[]): string =>
  `<I:contacts-categories>${names.map((name) => `<I:category>${name}</I:category>`).join('')}</I:contacts-categories>`;

const kept = async (path = HOME, credentials = 'alice:secret'): Promise<readonly string[]> => {
  const answered = await server.send('PROPFIND', path, {
    headers: { depth: '0' },
    body: propfindBody(CATEGORIES),
    credentials,
  });
  const property = responseOf(answered).properties.get(CATEGORIES);
  return property === undefined ? [] : elementsOf(property).map(textOf);
};

describe('contacts-categories of the home of address books (SOGo)', () => {
  it('are none at first, and each person’s own', async () => {
    expect(await kept()).toEqual([]);
    expect((await patch('set', list('Friends', 'Caf&#xE9;'))).status).toBe(207);
    expect(await kept()).toEqual(['Friends', 'Café']);
    const bob = '/SOGo/dav/bob@example.org/Contacts/';
    expect(await kept(bob, 'bob@example.org:secret')).toEqual([]);
  });

  it('are all replaced by those that are set, none twice, and taken away by none or by remove', async () => {
    await patch('set', list('One', 'Two', 'One'));
    expect(await kept()).toEqual(['One', 'Two']);
    await patch('set', list());
    expect(await kept()).toEqual([]);
    await patch('set', list('One'));
    await patch('remove', '<I:contacts-categories/>');
    expect(await kept()).toEqual([]);
  });

  it('are taken from several elements that follow each other, as tsdav writes lists', async () => {
    await patch('set', `${list('Toto')}${list('Cuicui')}`);
    expect(await kept()).toEqual(['Toto', 'Cuicui']);
  });

  it.each([
    '<I:contacts-categories><I:other>x</I:other></I:contacts-categories>',
    '<I:contacts-categories><I:category> </I:category></I:contacts-categories>',
  ])('are not %s: 400, and nothing changes', async (content) => {
    await patch('set', list('Stays'));
    expect((await patch('set', content)).status).toBe(400);
    expect(await kept()).toEqual(['Stays']);
  });

  it('are bounded: more than 200, or longer than 200 characters, is 507', async () => {
    const many = Array.from({ length: 201 }, (_, number) => `c${number}`);
    expect((await patch('set', list(...many))).status).toBe(507);
    expect((await patch('set', list('x'.repeat(201)))).status).toBe(507);
    expect((await patch('set', list(...many.slice(1)))).status).toBe(207);
    expect(await kept()).toEqual(many.slice(1));
  });

  it('are the only thing that can be set there: all else is 403, and then nothing is set', async () => {
    await patch('set', list('Stays'));
    const answered = await patch('set', `${list('Lost')}<D:displayname>Mine</D:displayname>`);
    expect(responseOf(answered).statuses).toEqual({ [CATEGORIES]: 424, [dav('displayname')]: 403 });
    expect(await kept()).toEqual(['Stays']);
  });
});
