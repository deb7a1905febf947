const DAY = 86_400_000;
const FIRST = Date.UTC(2024, 0, 1);
/** Events are spread over this many days, whatever their number. */
const SPREAD = 1826;

const two = (/** @type {number} */ n) => String(n).padStart(2, '0');

/** `20261201T100000`, of the given number's day and hour. */
const stampOf = (/** @type {number} */ number, /** @type {number} */ hours) => {
  const day = new Date(FIRST + ((number * 7919) % SPREAD) * DAY);
  const date = `${day.getUTCFullYear()}${two(day.getUTCMonth() + 1)}${two(day.getUTCDate())}`;
  return `${date}T${two(8 + (number % 9) + hours)}0000`;
};

/**
 * An event of about 1.1 KB, as Thunderbird would send it, on a day of five years that its number
 * chooses; every twentieth is repeated weekly, ten times.
 * @param {string} uid
 * @param {number} number
 */
export const event = (uid, number, summary = `Meeting ${uid}`) =>
  [
    'BEGIN:VCALENDAR',
    'PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN',
    'VERSION:2.0',
    'BEGIN:VTIMEZONE',
    'TZID:Europe/Berlin',
    'BEGIN:DAYLIGHT',
    'TZOFFSETFROM:+0100',
    'TZOFFSETTO:+0200',
    'TZNAME:CEST',
    'DTSTART:19700329T020000',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
    'END:DAYLIGHT',
    'BEGIN:STANDARD',
    'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100',
    'TZNAME:CET',
    'DTSTART:19701025T030000',
    'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
    'END:STANDARD',
    'END:VTIMEZONE',
    'BEGIN:VEVENT',
    'CREATED:20261122T100000Z',
    'LAST-MODIFIED:20261122T100000Z',
    'DTSTAMP:20261122T100000Z',
    `UID:${uid}`,
    `SUMMARY:${summary}`,
    `DTSTART;TZID=Europe/Berlin:${stampOf(number, 0)}`,
    `DTEND;TZID=Europe/Berlin:${stampOf(number, 1)}`,
    ...(number % 20 === 0 ? ['RRULE:FREQ=WEEKLY;COUNT=10'] : []),
    'TRANSP:OPAQUE',
    'LOCATION:Room 101',
    'DESCRIPTION:The quarterly review of what was planned\\, what was done and what',
    '  surprised us\\, with time at the end for questions from everybody who came.',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER:-PT15M',
    'DESCRIPTION:Reminder',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const XML = '<?xml version="1.0" encoding="utf-8"?>';
const NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"';

/** An empty token asks for everything. */
export const syncCollection = (token = '') =>
  `${XML}<D:sync-collection xmlns:D="DAV:"><D:sync-token>${token}</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>`;

export const propfind = `${XML}<D:propfind xmlns:D="DAV:"><D:prop><D:resourcetype/><D:getcontenttype/><D:getetag/></D:prop></D:propfind>`;

/** Everything that takes place in one month, with its text. */
export const monthQuery = `${XML}<C:calendar-query ${NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:time-range start="20260601T000000Z" end="20260701T000000Z"/></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`;

/** @param {readonly string[]} hrefs */
export const multiget = (hrefs) =>
  `${XML}<C:calendar-multiget ${NAMESPACES}><D:prop><D:getetag/><C:calendar-data/></D:prop>${hrefs.map((href) => `<D:href>${href}</D:href>`).join('')}</C:calendar-multiget>`;
