import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { type ContentLine, parameter } from '../../icalendar/content-lines.ts';
import type { Data } from '../data.ts';
import { cleanLine, inside, isContainer, maybe, textIn } from '../elements.ts';
import { type Field, REFUSED, type Refusable } from '../fields.ts';
import { line, parameterWord } from '../properties.ts';
import { isAtLeast } from '../version.ts';
import type { View } from './view.ts';

const NORMAL = 1;
const NAME = 255;
/** On one event. */
const ATTACHMENTS = 100;

const isInline = (one: ContentLine): boolean =>
  one.name === 'ATTACH' &&
  (parameterWord(one, 'VALUE') === 'BINARY' || parameterWord(one, 'ENCODING') === 'BASE64');

/** What is told of: what is in the object itself. A link to elsewhere is no file that could be served. */
const inlineIn = ({ properties }: ComponentNode): readonly ContentLine[] =>
  properties.filter(isInline).slice(0, ATTACHMENTS);

const nameOf = (one: ContentLine, at: number): string =>
  parameter(one.parameters, 'FILENAME') ??
  parameter(one.parameters, 'X-FILENAME') ??
  `attachment-${at + 1}`;

/** Where an attachment is in its object: its instance ('' for the series), and which of its files. */
const placeOf = (component: ComponentNode, at: number): string => {
  const instance = component.properties.find(({ name }) => name === 'RECURRENCE-ID')?.value.trim();
  return `${instance ?? ''}/${at}`;
};

const base64 = (octets: Uint8Array): string => {
  let binary = '';
  for (let at = 0; at < octets.length; at += 0x8000)
    binary += String.fromCharCode(...octets.subarray(at, at + 0x8000));
  return btoa(binary);
};

const added = (data: Data): Refusable<ContentLine> => {
  const content = data.find(({ tag }) => tag === 'airsyncbase:Content')?.value;
  const octets =
    content instanceof Uint8Array ? base64(content) : textIn(data, 'airsyncbase:Content');
  const value = octets?.replaceAll(/\s/g, '') ?? '';
  if (value === '' || value.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(value))
    return REFUSED;
  const name = cleanLine(textIn(data, 'airsyncbase:DisplayName') ?? '').slice(0, NAME);
  const type = (textIn(data, 'airsyncbase:ContentType') ?? '').trim();
  return line('ATTACH', value, {
    VALUE: 'BINARY',
    ENCODING: 'BASE64',
    ...(/^[\w.+-]{1,60}\/[\w.+-]{1,120}$/.test(type) && { FMTTYPE: type }),
    ...(name !== '' && { FILENAME: name }),
  });
};

/** Attachments, since 16.0: told by reference; added and deleted one by one (MS-ASAIRS 2.2.2.7, 2.2.2.2). */
export const attachmentsField: Field<ComponentNode, View> = {
  tags: ['airsyncbase:Attachments'],
  omitted: 'kept',
  read(component, { context }) {
    const { fileReference, version } = context;
    if (!isAtLeast(version, '16.0') || fileReference === undefined) return [];
    const value = inlineIn(component).map((one, at) => ({
      tag: 'airsyncbase:Attachment',
      value: [
        ...maybe('airsyncbase:DisplayName', nameOf(one, at)),
        ...maybe('airsyncbase:FileReference', fileReference(placeOf(component, at))),
        ...maybe('airsyncbase:Method', NORMAL),
        ...maybe('airsyncbase:EstimatedDataSize', Math.floor((one.value.length * 3) / 4)),
      ],
    }));
    return value.length === 0 ? [] : [{ tag: 'airsyncbase:Attachments', value }];
  },
  write(component, data, { context }) {
    const { fileReference, version } = context;
    if (!isAtLeast(version, '16.0')) return component;
    const files = inlineIn(component);
    let { properties } = component;
    for (const { tag, value } of inside(data, 'airsyncbase:Attachments')) {
      if (!isContainer(value)) continue;
      if (tag === 'airsyncbase:Delete') {
        const reference = textIn(value, 'airsyncbase:FileReference');
        const gone = files.find((_, at) => fileReference?.(placeOf(component, at)) === reference);
        properties = properties.filter((one) => one !== gone);
      } else if (tag === 'airsyncbase:Add') {
        const file = added(value);
        if (file === REFUSED) return REFUSED;
        properties = [...properties, file];
      }
    }
    return properties === component.properties ? component : { ...component, properties };
  },
};
