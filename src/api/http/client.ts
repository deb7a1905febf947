import { LRUCache } from 'lru-cache';

/** Which program sent a User-Agent, for people who read the log later. */
interface Family {
  readonly name: string;
  /** First group, where there is one: the version. */
  readonly pattern: RegExp;
}

/** First match wins: what calls itself several things stands before the other things. */
const families: readonly Family[] = [
  { name: 'DAVx5', pattern: /\bDAVx5\/([\w.-]+)/ },
  { name: 'Thunderbird', pattern: /\bThunderbird\/([\w.]+)/ },
  { name: 'Evolution', pattern: /\bEvolution\/([\w.]+)/ },
  { name: 'KOrganizer', pattern: /\b(?:KOrganizer|akonadi[\w-]*|DAVGroupware|KIO)\/?([\w.]*)/i },
  { name: 'vdirsyncer', pattern: /\bvdirsyncer\/([\w.+]+)/ },
  { name: 'khal', pattern: /\bkhal\/([\w.]+)/ },
  { name: 'iOS', pattern: /\b(?:iOS|iPhone OS|iPadOS)\/([\w.]+)/ },
  { name: 'macOS', pattern: /\b(?:macOS|Mac[ +]OS[ +]X)\/([\w.]+)/ },
  { name: 'python-caldav', pattern: /\bpython-caldav\/([\w.]+)/i },
  { name: 'InfCloud', pattern: /\bInfCloud\/?([\w.]*)/ },
  { name: 'curl', pattern: /\bcurl\/([\w.]+)/ },
  // Browsers, each of which also calls itself some of those after it.
  { name: 'Edge', pattern: /\bEdg(?:A|iOS)?\/(\d+)/ },
  { name: 'Opera', pattern: /\bOPR\/(\d+)/ },
  { name: 'Firefox', pattern: /\b(?:Firefox|FxiOS)\/(\d+)/ },
  { name: 'Chrome', pattern: /\b(?:(?:Headless)?Chrome|CriOS)\/(\d+)/ },
  { name: 'Safari', pattern: /\bVersion\/(\d+)[\d.]* (?:Mobile\/\w+ )?Safari\// },
];

const LIMIT = 200;

/** `DAVx5/4.4` for a User-Agent; else its first product (RFC 9110 §10.1.5); `unknown` without any. */
export const clientOf = (userAgent: string | undefined): string => {
  const agent = (userAgent ?? '').slice(0, 1000);
  const known = recent.get(agent);
  if (known !== undefined) return known;
  const client = recognized(agent);
  recent.set(agent, client);
  return client;
};

/** Few programs send most requests. */
const recent = new LRUCache<string, string>({ max: 200 });

const recognized = (agent: string): string => {
  for (const { name, pattern } of families) {
    const match = pattern.exec(agent);
    if (match !== null) return match[1] ? `${name}/${match[1]}` : name;
  }
  return /^[\w!#$%&'*+.^`|~-]+(?:\/[\w!#$%&'*+.^`|~-]+)?/.exec(agent)?.[0] ?? 'unknown';
};

/** The envelope's `via`: protocol and client, at most 200 printable ASCII characters. */
export const viaOf = (
  protocol: 'caldav' | 'carddav' | 'dav' | 'eas',
  userAgent: string | undefined,
): string => `${protocol} ${clientOf(userAgent)}`.slice(0, LIMIT);
