/** The vCard versions an address book holds: RFC 2426 and RFC 6350. */
export const vcardVersions = ['3.0', '4.0'] as const;
export type VcardVersion = (typeof vcardVersions)[number];

/** The version that SOGo gives its lists. */
export const VLIST_VERSION = '1.0';
