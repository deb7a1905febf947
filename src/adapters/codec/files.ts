import type { FilesEvent } from '../../domain/files/changes.ts';
import type { ETag, Instant, Segment } from '../../domain/kernel/ids.ts';
import { readDead, readProperties, writeDead } from './dead-properties.ts';
import { readContent, writeContent } from './content.ts';
import { present, replacedBy } from './fields.ts';
import { messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

const { files } = messages;

const path = (segments: readonly string[] = []): readonly Segment[] =>
  segments.map((segment) => segment as Segment);

const instant = (at: string | null | undefined): Instant => present('at', at) as Instant;

export const filesSchemas: Schemas<FilesEvent> = {
  FileStored: schema({
    message: files.FileStored,
    write: ({ type: _type, content, ...event }) => ({ ...event, content: writeContent(content) }),
    read: ({ path: at, etag, mediaType, content, at: time, replaced }) => ({
      type: 'FileStored',
      path: path(at),
      etag: present('etag', etag) as ETag,
      mediaType: present('mediaType', mediaType),
      content: readContent(content),
      at: instant(time),
      ...replacedBy(replaced),
    }),
  }),
  FolderMade: schema({
    message: files.FolderMade,
    write: ({ path: at, dead, at: time }) => ({ path: at, dead: writeDead(dead), at: time }),
    read: ({ path: at, dead, at: time }) => ({
      type: 'FolderMade',
      path: path(at),
      dead: readProperties(dead),
      at: instant(time),
    }),
  }),
  ItemPropertiesChanged: schema({
    message: files.ItemPropertiesChanged,
    write: ({ path: at, dead }) => ({ path: at, dead: writeDead(dead) }),
    read: ({ path: at, dead }) => ({
      type: 'ItemPropertiesChanged',
      path: path(at),
      dead: readDead(dead),
    }),
  }),
  ItemCopied: schema({
    message: files.ItemCopied,
    write: ({ type: _type, ...event }) => event,
    read: ({ from, to, shallow, at, overwrote }) => ({
      type: 'ItemCopied',
      from: path(from),
      to: path(to),
      shallow: present('shallow', shallow),
      at: instant(at),
      overwrote: present('overwrote', overwrote),
    }),
  }),
  ItemMoved: schema({
    message: files.ItemMoved,
    write: ({ type: _type, ...event }) => event,
    read: ({ from, to, overwrote }) => ({
      type: 'ItemMoved',
      from: path(from),
      to: path(to),
      overwrote: present('overwrote', overwrote),
    }),
  }),
  ItemRemoved: schema({
    message: files.ItemRemoved,
    write: ({ path: at }) => ({ path: at }),
    read: ({ path: at }) => ({ type: 'ItemRemoved', path: path(at) }),
  }),
};
