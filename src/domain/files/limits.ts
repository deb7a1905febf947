/** Bounds on what one account may keep as files. */
export const FILE_LIMITS = {
  /** Files and folders. */
  items: 10_000,
  /** Items that one COPY may make. */
  copied: 1000,
  /** Path segments. */
  depth: 32,
  /** Of all files: 1 GiB. */
  octets: 1024 ** 3,
  /** Dead properties of one item. */
  properties: 100,
  /** Characters of one item's dead properties. */
  itemCharacters: 65_536,
  /** Characters of all dead properties. */
  characters: 4 * 1024 ** 2,
} as const;
