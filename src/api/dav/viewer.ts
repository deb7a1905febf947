import { type Access, accessTo, type Asker, seesAll } from '../../domain/rights/access.ts';
import type { CollectionRow } from '../../projections/collection/rows.ts';
import { type DavError, notFound, refuse } from './errors.ts';
import { hrefElement } from './href.ts';
import type { CollectionResource, Viewer } from './resource.ts';
import type { DavRequest } from './tables.ts';
import { dav, type Name } from './xml/names.ts';
import { element } from './xml/write.ts';

/** The field of a command on a collection that says who wants it; absent for its owner. */
export const askedBy = (
  { principal }: Pick<DavRequest, 'principal'>,
  { owner }: Pick<CollectionResource, 'owner'>,
): { readonly asker?: Asker } =>
  owner.account === principal.account ? {} : { asker: principal.asker };

/** What whoever asks may do in a collection that they see. */
export const accessIn = ({ asker }: Viewer, row: CollectionRow): Access | undefined =>
  accessTo(asker, row);

/** RFC 3744 §7.1.1. */
export const needPrivilege = (href: string, privilege: Name): DavError =>
  refuse(403, dav('need-privileges'), {
    content: element(
      dav('resource'),
      hrefElement(href),
      element(dav('privilege'), element(privilege)),
    ),
  });

/**
 * What is said of an object that is not shown. To somebody who does not see all objects of a collection it
 * is the same whether there is none: 403, as in SOGo.
 */
export const notShown = (
  { principal, path }: Pick<DavRequest, 'principal' | 'path'>,
  row: CollectionRow,
): DavError => {
  const access = accessIn(principal, row);
  return access === undefined || seesAll(access)
    ? notFound()
    : needPrivilege(path.raw, dav('read'));
};
