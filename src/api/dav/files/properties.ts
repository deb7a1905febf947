import { FILE_LIMITS } from '../../../domain/files/limits.ts';
import { sizeOf } from '../../../domain/kernel/content.ts';
import { type Property, property } from '../tables.ts';
import { dav } from '../xml/names.ts';
import { text } from '../xml/write.ts';

/** What files and folders have beside what any resource has. */
export const fileProperties: readonly Property[] = [
  property({
    name: dav('displayname'),
    source: 'RFC 4918 §15.2',
    on: ['folder', 'file'],
    allprop: true,
    read: ({ name }) => text(name),
  }),
  property({
    name: dav('creationdate'),
    source: 'RFC 4918 §15.1',
    on: ['folder', 'file'],
    allprop: true,
    read: (subject) => {
      const at = 'file' in subject ? subject.file.createdAt : subject.folder.createdAt;
      return at === undefined ? undefined : text(at);
    },
  }),
  property({
    name: dav('getetag'),
    source: 'RFC 4918 §15.6',
    on: ['file'],
    allprop: true,
    read: ({ file }) => text(`"${file.etag}"`),
  }),
  property({
    name: dav('getcontenttype'),
    source: 'RFC 4918 §15.5',
    on: ['file'],
    allprop: true,
    read: ({ file }) => text(file.type),
  }),
  property({
    name: dav('getcontentlength'),
    source: 'RFC 4918 §15.4',
    on: ['file'],
    allprop: true,
    read: ({ file }) => text(String(sizeOf(file.content))),
  }),
  property({
    name: dav('getlastmodified'),
    source: 'RFC 4918 §15.7',
    on: ['file'],
    allprop: true,
    // IMF-fixdate (RFC 9110 §5.6.7).
    read: ({ file }) => text(new Date(file.modifiedAt).toUTCString()),
  }),
  property({
    name: dav('quota-used-bytes'),
    source: 'RFC 4331 §4',
    on: ['folder'],
    allprop: false,
    read: ({ total }) => text(String(total.octets)),
  }),
  property({
    name: dav('quota-available-bytes'),
    source: 'RFC 4331 §3',
    on: ['folder'],
    allprop: false,
    read: ({ total }) => text(String(Math.max(0, FILE_LIMITS.octets - total.octets))),
  }),
];
