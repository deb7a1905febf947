import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attributeOf, textOf, type XmlElement } from '../../../src/api/dav/xml/element.ts';
import { dav, type Name } from '../../../src/api/dav/xml/names.ts';
import { parseXml } from '../../../src/api/dav/xml/parse.ts';
import { document, elementWith, textElement, verbatim } from '../../../src/api/dav/xml/write.ts';

const allowed = (text: string): string =>
  // XML 1.0 §2.2
  text.replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\ud800-\udfff]/gu, '\ufffd');

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      '\r',
      '\n',
      '\r\n',
      '\t',
      '&',
      '<',
      '>',
      '"',
      ']]>',
      '\u0000',
      '\ud800',
      '😀',
      'ä',
    ),
  }),
);

describe('writing XML', () => {
  it('is read back as it was, but for what XML cannot say, which becomes U+FFFD', () => {
    fc.assert(
      fc.property(anyText, anyText, (content, value) => {
        const written = document(
          dav('x'),
          textElement('{urn:"&<}a', content),
          elementWith(dav('b'), { value }),
        );
        const [a, b] = parseXml(Buffer.from(written)).nodes as readonly XmlElement[];
        expect([a?.name, a && textOf(a)]).toEqual(['{urn:"&<}a', allowed(content)]);
        expect(b && attributeOf(b, 'value')).toBe(allowed(value));
      }),
    );
  });

  it('keeps CR LF, so that octets match their entity tag', () => {
    expect(textElement(dav('x'), 'a\r\nb')).toBe('<D:x>a&#13;\nb</D:x>');
  });

  it('keeps a parsed element whole on its own, whatever namespaces stood around it', () => {
    const name = fc.constantFrom<Name>('{}p', '{DAV:}p', '{urn:x}p', '{urn:y&"}q');
    const tree: fc.Arbitrary<XmlElement> = fc.letrec<{ node: XmlElement }>((tie) => ({
      node: fc.record({
        name,
        attributes: fc
          .uniqueArray(fc.tuple(name, fc.string()), { selector: ([key]) => key })
          .map((pairs) => new Map(pairs)),
        nodes: fc.oneof(
          { depthSize: 'small', withCrossShrink: true },
          fc.constant<readonly (XmlElement | string)[]>([]),
          fc.string({ minLength: 1 }).map((text) => [text]),
          fc.tuple(tie('node'), fc.string({ minLength: 1 }), tie('node')),
        ),
      }),
    })).node;
    fc.assert(
      fc.property(tree, (element) => {
        expect(parseXml(Buffer.from(verbatim(element)))).toEqual(element);
      }),
    );
  });
});
