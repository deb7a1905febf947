/** An element or property name in Clark notation: `{DAV:}href`. */
export type Name = `{${string}}${string}`;

export const namespaces = {
  dav: 'DAV:',
  caldav: 'urn:ietf:params:xml:ns:caldav',
  carddav: 'urn:ietf:params:xml:ns:carddav',
  calendarServer: 'http://calendarserver.org/ns/',
  apple: 'http://apple.com/ns/ical/',
  inverse: 'urn:inverse:params:xml:ns:inverse-dav',
  groupdav: 'http://groupdav.org/',
} as const;

/** RFC 4918. */
export const dav = (local: string): Name => `{${namespaces.dav}}${local}`;
/** RFC 4791. */
export const caldav = (local: string): Name => `{${namespaces.caldav}}${local}`;
/** RFC 6352. */
export const carddav = (local: string): Name => `{${namespaces.carddav}}${local}`;
/** Apple's Calendar and Contacts Server. */
export const calendarServer = (local: string): Name => `{${namespaces.calendarServer}}${local}`;
/** Apple's calendar clients. */
export const apple = (local: string): Name => `{${namespaces.apple}}${local}`;
/** SOGo, whose makers were called Inverse. */
export const inverse = (local: string): Name => `{${namespaces.inverse}}${local}`;

/** GroupDAV, which CalDAV and CardDAV came after. */
export const groupdav = (local: string): Name => `{${namespaces.groupdav}}${local}`;

/** `{DAV:}href` to `['DAV:', 'href']`; a name without namespace gives `''`. */
export const splitName = (name: Name): readonly [namespace: string, local: string] => {
  const end = name.lastIndexOf('}');
  return [name.slice(1, end), name.slice(end + 1)];
};

export const nameOf = (namespace: string, local: string): Name => `{${namespace}}${local}`;
