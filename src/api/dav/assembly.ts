import { acl } from './acl/acl.ts';
import { changeCard, changeBook } from './directory/change.ts';
import { getCard, headCard } from './directory/get-card.ts';
import { proppatchProxy } from './delegation/proppatch-proxy.ts';
import { directoryProperties } from './directory/properties.ts';
import { getFile, headFile } from './files/get-file.ts';
import { notificationMethods } from './invitations/methods.ts';
import { sharingProperties } from './invitations/properties.ts';
import { postHome } from './invitations/reply.ts';
import { makeFolder } from './files/make-folder.ts';
import { fileProperties } from './files/properties.ts';
import { putFile } from './files/put-file.ts';
import { removeItem } from './files/remove-item.ts';
import { copyItem, moveItem } from './files/transfer.ts';
import { lockProperties } from './locks/discovery.ts';
import { lock, unlock } from './locks/lock.ts';
import { copy, copyCollection, move, moveCollection } from './methods/copy-move.ts';
import { deleteCollection } from './methods/delete-collection.ts';
import { deleteObject } from './methods/delete-object.ts';
import { getExport, headExport } from './methods/export.ts';
import { get, head } from './methods/get.ts';
import { getFreeBusy, headFreeBusy } from './methods/get-free-busy.ts';
import { mkcalendar } from './methods/mkcalendar.ts';
import { mkcol } from './methods/mkcol.ts';
import { options } from './methods/options.ts';
import { postCollection } from './methods/post-collection.ts';
import { propfind } from './methods/propfind.ts';
import { proppatch } from './methods/proppatch.ts';
import { proppatchHome } from './methods/proppatch-home.ts';
import { put } from './methods/put.ts';
import { report } from './methods/report.ts';
import { dataProperties } from './objects/data.ts';
import { availabilityProperties } from './properties/availability.ts';
import { accessProperties } from './properties/access.ts';
import { calendarZoneProperties } from './properties/calendar-zone.ts';
import { collectionProperties } from './properties/collection.ts';
import { generalProperties } from './properties/general.ts';
import { limitProperties } from './properties/limits.ts';
import { homeProperties } from './properties/home.ts';
import { principalProperties } from './properties/principal.ts';
import { proxyProperties } from './properties/proxy.ts';
import { reports } from './reports/table.ts';
import { schedulingProperties } from './scheduling/boxes.ts';
import { postOutbox } from './scheduling/outbox.ts';
import type { Tables } from './tables.ts';

/** All that DAV does here. A row that is not in these tables does not exist, and is not announced. */
export const tables: Tables = {
  methods: [
    options,
    lock,
    unlock,
    get,
    head,
    getExport,
    headExport,
    getFreeBusy,
    headFreeBusy,
    put,
    propfind,
    proppatch,
    proppatchHome,
    proppatchProxy,
    mkcalendar,
    mkcol,
    deleteObject,
    deleteCollection,
    copy,
    copyCollection,
    move,
    moveCollection,
    postCollection,
    postOutbox,
    postHome,
    ...notificationMethods,
    report,
    acl,
    getFile,
    headFile,
    putFile,
    makeFolder,
    removeItem,
    copyItem,
    moveItem,
    getCard,
    headCard,
    ...changeCard,
    ...changeBook,
  ],
  reports,
  properties: [
    ...generalProperties,
    ...accessProperties,
    ...principalProperties,
    ...proxyProperties,
    ...collectionProperties,
    ...sharingProperties,
    ...calendarZoneProperties,
    ...availabilityProperties,
    ...schedulingProperties,
    ...limitProperties,
    ...homeProperties,
    ...dataProperties,
    ...fileProperties,
    ...directoryProperties,
    ...lockProperties,
  ],
};
