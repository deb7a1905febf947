/** The versions of Exchange ActiveSync that are spoken, the oldest first (MS-ASHTTP 2.2.1.1.2.4). */
export const versions = ['12.1', '14.0', '14.1', '16.0', '16.1'] as const;
export type Version = (typeof versions)[number];

/** Whether a version is another one or a later one. */
export const isAtLeast = (version: Version, least: Version): boolean =>
  versions.indexOf(version) >= versions.indexOf(least);
