import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SaxesParser } from 'saxes';
import type { Element } from '../../src/domain/activesync/data.ts';
import type { Needed } from './needing.ts';

/** Debian's decoder of WBXML, which SOGo uses as a library. */
export const wbxml2xml: Needed = { file: '/usr/bin/wbxml2xml', from: 'libwbxml2-utils' };

const run = promisify(execFile);

/** An element as both decoders can say it: names in small letters, octets in base 64. */
export interface Said {
  readonly tag: string;
  text: string;
  readonly children: Said[];
}

/** Where Debian's table has older names, by name space: theirs, and ours. */
const olderNames: Readonly<Record<string, string>> = {
  contacts:
    'assistanttelephonenumber=assistantphonenumber businesscity=businessaddresscity businesscountry=businessaddresscountry businesspostalcode=businessaddresspostalcode businessstate=businessaddressstate businessstreet=businessaddressstreet homecity=homeaddresscity homecountry=homeaddresscountry homepostalcode=homeaddresspostalcode homestate=homeaddressstate homestreet=homeaddressstreet othercity=otheraddresscity othercountry=otheraddresscountry otherpostalcode=otheraddresspostalcode otherstate=otheraddressstate otherstreet=otheraddressstreet',
  email:
    'reply-to=replyto recurrence_type=type recurrence_until=until recurrence_occurrences=occurrences recurrence_interval=interval recurrence_dayofweek=dayofweek recurrence_dayofmonth=dayofmonth recurrence_weekofmonth=weekofmonth recurrence_monthofyear=monthofyear flagstatus=status',
  calendar:
    'attendee_email=email attendee_name=name exception_deleted=deleted exception_starttime=exceptionstarttime organizer_email=organizeremail organizer_name=organizername recurrence_type=type recurrence_until=until recurrence_occurrences=occurrences recurrence_interval=interval recurrence_dayofweek=dayofweek recurrence_dayofmonth=dayofmonth recurrence_weekofmonth=weekofmonth recurrence_monthofyear=monthofyear attendee_status=attendeestatus attendee_type=attendeetype',
  tasks:
    'recurrence_type=type recurrence_start=start recurrence_until=until recurrence_occurrences=occurrences recurrence_interval=interval recurrence_dayofmonth=dayofmonth recurrence_dayofweek=dayofweek recurrence_weekofmonth=weekofmonth recurrence_monthofyear=monthofyear recurrence_regenerate=regenerate recurrence_deadoccur=deadoccur',
  provision: 'deviceencryptionenabled=requirestoragecardencryption',
  settings: 'ihsmanagementinformation=rightsmanagementinformation',
  composemail: 'forwardeename=name forwardeeemail=email',
  rightsmanagement:
    'rmowner=owner removerightsmanagementdistribution=removerightsmanagementprotection',
};
const renamed: ReadonlyMap<string, string> = new Map(
  Object.entries(olderNames).flatMap(([space, names]) =>
    names.split(' ').map((pair) => {
      const [older, newer] = pair.split('=');
      return [`${space}:${older}`, `${space}:${newer}`] as const;
    }),
  ),
);

/** What Debian's decoder reads in a document. */
const theirs = (xml: string): Said => {
  const parser = new SaxesParser({ xmlns: true });
  const root: Said = { tag: '', text: '', children: [] };
  const open: Said[] = [root];
  parser.on('opentag', ({ uri, local }) => {
    const tag = `${uri}${local}`.toLowerCase();
    const element = { tag: renamed.get(tag) ?? tag, text: '', children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const add = (text: string): void => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  const [first] = root.children;
  if (first === undefined) throw new Error('no root');
  return first;
};

/** What it does not know, and calls `unknown`. */
const isUnknownThere = (element: Said): boolean => element.tag.endsWith(':unknown');

const base64 = (value: string | Uint8Array): string => Buffer.from(value).toString('base64');

/** What ours reads in it, named as theirs does, and with its ignorance. */
const ours = ({ tag, value }: Element, beside: Said | undefined): Said => {
  const children = typeof value === 'string' || value instanceof Uint8Array ? [] : value;
  return {
    tag: beside !== undefined && isUnknownThere(beside) ? beside.tag : tag.toLowerCase(),
    // Where octets belong, it shows all as such.
    text:
      typeof value === 'string'
        ? beside?.text === base64(value)
          ? beside.text
          : value
        : value instanceof Uint8Array
          ? base64(value)
          : '',
    children: children.map((child, index) => ours(child, beside?.children[index])),
  };
};

/** The same document by both decoders, and how many elements Debian's does not know. */
export const byBoth = async (
  document: Buffer,
  tree: Element,
): Promise<{ readonly ours: Said; readonly theirs: Said; readonly unknown: number }> => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-wbxml-'));
  try {
    const file = join(folder, 'document');
    await writeFile(file, document);
    const { stdout } = await run(wbxml2xml.file, ['-l', 'ACTIVESYNC', '-m', '0', '-o', '-', file]);
    const said = theirs(stdout.slice(0, stdout.lastIndexOf('>') + 1));
    const count = (element: Said): number =>
      (isUnknownThere(element) ? 1 : 0) +
      element.children.reduce((sum, child) => sum + count(child), 0);
    return { ours: ours(tree, said), theirs: said, unknown: count(said) };
  } finally {
    await rm(folder, { recursive: true });
  }
};
