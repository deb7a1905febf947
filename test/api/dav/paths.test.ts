import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { below } from '../../../src/api/dav/href.ts';
import { readHref, readPath } from '../../../src/api/dav/path.ts';

const names = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((name) => !/[\p{Cc}/]/u.test(name) && name !== '.' && name !== '..')
  .filter((name) => Buffer.byteLength(name) <= 255 && name.isWellFormed());

describe('paths', () => {
  it('are read back from the hrefs made of their names, whatever these are', () => {
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 5 }), (segments) => {
        const href = segments.reduce(below, '/SOGo/dav/');
        expect(readPath(href).segments).toEqual(['SOGo', 'dav', ...segments]);
        expect(readHref(href)).toEqual(['SOGo', 'dav', ...segments]);
      }),
    );
  });

  it('in bodies may be whole URIs (RFC 4918 §8.3), and are nothing when they are no paths', () => {
    expect(readHref(' https://h.example:1/SOGo/dav/a%20b \n')).toEqual(['SOGo', 'dav', 'a b']);
    for (const href of ['', 'x.ics', '//h/x', 'mailto:a@b', 'http://h', '/a/../b', '/a%00', '/%zz'])
      expect([href, readHref(href)]).toEqual([href, undefined]);
  });
});
