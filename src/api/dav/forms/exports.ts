import { type ComponentNode, componentTree } from '../../../domain/icalendar/component-tree.ts';
import { componentTexts } from '../../../domain/icalendar/components.ts';
import { jcalOf } from '../../../domain/icalendar/jcal.ts';
import { escapeText, foldLine } from '../../../domain/icalendar/writing.ts';
import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import type { VcardVersion } from '../../../domain/vcard/versions.ts';
import { excerptOf } from '../../../domain/vcard/excerpt.ts';
import type { Book } from '../../../domain/vcard/lists/book.ts';
import { isList } from '../../../domain/vcard/lists/conversion.ts';
import { plainFrame } from '../xml/write.ts';
import type { Offer } from './accept.ts';
import { XCAL, xcalOf, xcalProperties } from './xcal.ts';
import { XCARD, xcardOf } from './xcard.ts';

/** A way to write a whole collection into one file, object by object. */
export interface ExportForm extends Offer {
  readonly contentType: string;
  /** Begins a file for a collection of a name. What it keeps of objects already written is their time zones' names. */
  open(name: string): OpenExport;
}

interface OpenExport {
  readonly head: string;
  /** An object's part of the file; `book`: where members of lists are looked up. */
  add(text: string, book?: Book): string;
  readonly tail: string;
}

/** RFC 5545 §3.6; NAME is RFC 7986's (§5.1), X-WR-CALNAME what came before it. */
const calendarLines = (name: string): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Daybook//Daybook//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escapeText(name)}`,
    `X-WR-CALNAME:${escapeText(name)}`,
  ]
    .map(foldLine)
    .join('');

const calendarNode = (name: string): ComponentNode =>
  componentTree(`${calendarLines(name)}END:VCALENDAR\r\n`) ?? {
    name: 'VCALENDAR',
    properties: [],
    components: [],
  };

/** Whether a component is to be written: of time zones those whose TZID has not been yet. */
const zonesOnce = () => {
  const zones = new Set<string>();
  return (name: string, tzid: string): boolean => {
    if (name !== 'VTIMEZONE') return true;
    if (zones.has(tzid)) return false;
    zones.add(tzid);
    return true;
  };
};

const icalendar: ExportForm = {
  type: 'text/calendar',
  contentType: 'text/calendar; charset=utf-8',
  open(name) {
    const isNew = zonesOnce();
    return {
      head: calendarLines(name),
      add: (calendar) =>
        componentTexts(calendar)
          .filter((component) => isNew(component.name, component.tzid))
          .map(({ text }) => text)
          .join(''),
      tail: 'END:VCALENDAR\r\n',
    };
  },
};

/** The components of an object that are to be written. */
const newComponents = () => {
  const isNew = zonesOnce();
  return (calendar: string): readonly ComponentNode[] =>
    (componentTree(calendar)?.components ?? []).filter(({ name, properties }) =>
      isNew(name, properties.find((line) => line.name === 'TZID')?.value ?? ''),
    );
};

const jcal: ExportForm = {
  type: 'application/calendar+json',
  contentType: 'application/calendar+json; charset=utf-8',
  open(name) {
    const componentsIn = newComponents();
    const [, properties] = jcalOf(calendarNode(name));
    let between = '';
    return {
      head: `["vcalendar",${JSON.stringify(properties)},[`,
      add: (calendar) =>
        componentsIn(calendar)
          .map((component) => {
            const written = `${between}${JSON.stringify(jcalOf(component))}`;
            between = ',\n';
            return written;
          })
          .join(''),
      tail: ']]\n',
    };
  },
};

const xcal: ExportForm = {
  type: 'application/calendar+xml',
  contentType: 'application/calendar+xml; charset=utf-8',
  open(name) {
    const componentsIn = newComponents();
    const [head, tail] = plainFrame('icalendar', XCAL);
    return {
      head: `${head}<vcalendar>${xcalProperties(calendarNode(name))}<components>`,
      add: (calendar) => componentsIn(calendar).map(xcalOf).join(''),
      tail: `</components></vcalendar>${tail}`,
    };
  },
};

const vcard = (version?: VcardVersion): ExportForm => ({
  type: 'text/vcard',
  ...(version === undefined ? {} : { version }),
  contentType: `text/vcard; charset=utf-8${version === undefined ? '' : `; version=${version}`}`,
  open: () => ({
    head: '',
    add: (card, book) => {
      // A file of vCards has no place for SOGo's lists.
      const wanted = version ?? (isList(card) ? '3.0' : undefined);
      return `${excerptOf(card, { properties: undefined, version: wanted, book }).trimEnd()}\r\n`;
    },
    tail: '',
  }),
});

const xcard: ExportForm = {
  type: 'application/vcard+xml',
  contentType: 'application/vcard+xml; charset=utf-8',
  open() {
    const [head, tail] = plainFrame('vcards', XCARD);
    return { head, add: xcardOf, tail };
  },
};

/**
 * The forms of whole collections by the ending of their name, the usual one first. An address book is no
 * jCard, which is of one card alone (RFC 7095 §3.2).
 */
export const exportForms: Readonly<
  Record<CollectionKind, Readonly<Record<string, readonly [ExportForm, ...ExportForm[]]>>>
> = {
  calendar: { '.ics': [icalendar, jcal, xcal], '.xml': [xcal] },
  addressbook: { '.vcf': [vcard(), vcard('3.0'), vcard('4.0'), xcard], '.xml': [xcard] },
};
