import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { names, preferredOffer } from '../../../src/api/dav/forms/accept.ts';
import { XCAL, xcalOf } from '../../../src/api/dav/forms/xcal.ts';
import { XCARD, xcardOf } from '../../../src/api/dav/forms/xcard.ts';
import { textOf, elementsOf, type XmlElement } from '../../../src/api/dav/xml/element.ts';
import { parseXml } from '../../../src/api/dav/xml/parse.ts';
import { type Markup, plainFrame } from '../../../src/api/dav/xml/write.ts';
import { readCalendarObject } from '../../../src/domain/icalendar/calendar-object.ts';
import { componentTree } from '../../../src/domain/icalendar/component-tree.ts';
import { readAddressObject } from '../../../src/domain/vcard/address-object.ts';
import { cardText, eventText } from '../../support/objects.ts';

const framed = (local: string, namespace: string, content: Markup): XmlElement => {
  const [head, tail] = plainFrame(local, namespace);
  return parseXml(Buffer.from(head + content + tail));
};
const texts = (element: XmlElement): string =>
  textOf(element) + elementsOf(element).map(texts).join('');

const line = fc
  .tuple(
    fc.constantFrom(
      'SUMMARY',
      'RRULE',
      'GEO',
      'N',
      'ADR',
      'X-A',
      '1X',
      '-X',
      '_',
      'item1.TEL',
      'FREEBUSY',
      'REQUEST-STATUS',
      'XMLNS',
      'BDAY',
    ),
    fc.constantFrom(
      '',
      ';VALUE="a b"',
      ';VALUE=1',
      ';X-P="<&>"',
      ';1=2',
      ';VALUE=PERIOD',
      ';XMLNS=x',
      ';RSVP=<',
    ),
    fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom('FREQ=DAILY;X=<', '1;2;3', ']]>', '&amp;'),
    ),
  )
  .map(([name, parameter, value]) => `${name}${parameter}:${value}`)
  .filter((text) => !/[\0-\x1f\x7f\ufffe\uffff]/.test(text));

describe('xCal and xCard', () => {
  it('are well-formed whatever an object says', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const event = eventText('the-uid', ...lines.filter((each) => !each.includes('.TEL')));
        const tree = componentTree(event);
        if ('facts' in readCalendarObject(event) && tree !== undefined)
          expect(texts(framed('icalendar', XCAL, xcalOf(tree)))).toContain('the-uid');
        const card = cardText('the-uid', ...lines);
        if ('facts' in readAddressObject(card))
          expect(texts(framed('vcards', XCARD, xcardOf(card)))).toContain('the-uid');
      }),
    );
  });
});

describe('an Accept header', () => {
  const offers = [
    { type: 'text/vcard', version: '3.0' },
    { type: 'application/vcard+json' },
  ] as const;

  it.each([
    ['*/*', 0],
    ['text/*', 0],
    ['application/*;q=0.5, text/*;q=0.4', 1],
    ['*/*;q=0.1, application/vcard+json;q=0.2', 1],
    ['text/vcard;version=4.0, */*;q=0.1', 0],
    ['text/vcard;q=2, application/vcard+json;q=0.1', 1],
    ['text/vcard;q=x, application/vcard+json;q=0.1', 1],
    ['application/vcard+json;version=4.0', undefined],
    ['', undefined],
    [',;,=', undefined],
  ] as const)('of %j likes offer %s best (RFC 9110 §12.5.1)', (accept, best) => {
    expect(preferredOffer(accept, offers)).toBe(best === undefined ? undefined : offers[best]);
  });

  it('is read in a moment, however long it is', () => {
    const long = 'text/vcard;version=4.0;q=0.5,'.repeat(100_000);
    expect(preferredOffer(long, offers)).toBeUndefined();
    expect(names(long, new Set(['text/vcard']))).toBe(true);
    expect(names('text/vcard;q=0', new Set(['text/vcard']))).toBe(false);
  });
});
