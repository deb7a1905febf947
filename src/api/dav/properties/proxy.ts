import { delegations } from '../../../domain/rights/delegation.ts';
import { hrefElement, hrefs } from '../href.ts';
import { type Property, property } from '../tables.ts';
import { calendarServer, dav } from '../xml/names.ts';
import { join, nothing, text } from '../xml/write.ts';

const SOURCE = 'calendarserver.org, caldav-proxy';

/** For whom somebody acts, and groups of those who act for somebody. */
export const proxyProperties: readonly Property[] = [
  ...delegations.map((of) =>
    property({
      name: calendarServer(`calendar-proxy-${of}-for`),
      source: SOURCE,
      on: ['principal'],
      allprop: false,
      read: ({ delegators }) => delegators && join(delegators[of].map(hrefElement)),
    }),
  ),
  property({
    name: dav('displayname'),
    source: 'RFC 4918 §15.2',
    on: ['calendar-proxy'],
    allprop: true,
    read: ({ of }) => text(`calendar-proxy-${of}`),
  }),
  property({
    name: dav('principal-URL'),
    source: 'RFC 3744 §4.2',
    on: ['calendar-proxy'],
    allprop: false,
    read: ({ of, view }) => hrefElement(hrefs.calendarProxy(view.whose.login, of)),
  }),
  property({
    name: dav('alternate-URI-set'),
    source: 'RFC 3744 §4.1',
    on: ['calendar-proxy'],
    allprop: false,
    read: () => nothing,
  }),
  property({
    name: dav('group-member-set'),
    source: SOURCE,
    on: ['calendar-proxy'],
    allprop: false,
    // Whom somebody trusts is nobody else's business.
    read: ({ members }) =>
      members === undefined
        ? { status: 403, element: dav('need-privileges') }
        : join(members.map(hrefElement)),
  }),
  property({
    name: dav('group-membership'),
    source: 'RFC 3744 §4.4',
    on: ['calendar-proxy'],
    allprop: false,
    read: () => nothing,
  }),
];
