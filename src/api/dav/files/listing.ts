import type { ItemPath, Folder, Measure, PlainFile } from '../../../domain/files/tree.ts';
import { below, collectionBelow, FILES } from '../href.ts';
import type { Subject, View } from '../tables.ts';
import type { FolderResource } from './resource.ts';

/** Last segment of a path; the root is called as it is in URLs. */
const nameAt = (at: ItemPath): string => at.at(-1) ?? FILES;

export const itemSubject = (
  view: View,
  at: ItemPath,
  item: { readonly folder: Folder; readonly total: Measure } | { readonly file: PlainFile },
): Subject =>
  'file' in item
    ? { place: 'file', view, name: nameAt(at), at, file: item.file }
    : { place: 'folder', view, name: nameAt(at), at, folder: item.folder, total: item.total };

interface Listed {
  readonly href: string;
  readonly subject: Subject;
}

const PAGE = 500;

/** What hangs in a folder, in pages, as it was at this moment. */
export const itemsOf = (
  href: string,
  { folder, total, at }: FolderResource,
  view: View,
): readonly (readonly Listed[])[] => {
  const listed = [...folder.items].map(([name, item]) =>
    item.kind === 'file'
      ? { href: below(href, name), subject: itemSubject(view, [...at, name], { file: item }) }
      : {
          href: collectionBelow(href, name),
          subject: itemSubject(view, [...at, name], { folder: item, total }),
        },
  );
  return Array.from({ length: Math.ceil(listed.length / PAGE) }, (_, page) =>
    listed.slice(page * PAGE, (page + 1) * PAGE),
  );
};
