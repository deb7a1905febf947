/** What SOGo writes for characters that it wants in no name of a folder. */
const escapes: ReadonlyMap<string, string> = new Map(
  Object.entries({
    _: 'U',
    '.': 'D',
    '#': 'H',
    '@': 'A',
    '*': 'S',
    ':': 'C',
    ';': 'SC',
    ',': 'CO',
    ' ': 'SP',
    "'": 'SQ',
    '"': 'DQ',
    '(': 'LP',
    ')': 'RP',
    '[': 'LS',
    ']': 'RS',
    '{': 'LC',
    '}': 'RC',
    '&': 'AM',
    '+': 'P',
    $: 'DS',
  }),
);

/** A login as SOGo writes it in the name of a collection that one has subscribed to. */
const folderName = (login: string): string => {
  const written = login.replaceAll(/[^\p{L}\p{N}-]/gu, (character) => {
    const escape = escapes.get(character);
    return escape === undefined ? character : `_${escape}_`;
  });
  return /^[0-9]/.test(login) ? `_${written}` : written;
};

/** The segment of somebody else's collection in one's own home: `OWNER_personal`. */
export const subscriptionSegment = (owner: string, segment: string): string =>
  `${folderName(owner)}_${segment}`;
