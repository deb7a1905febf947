/** Where a visit ended. */
export interface Visit {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A browser without a window: cookies by host, redirects, forms. For what does not need Chromium. */
export interface Visitor {
  /** Follows redirects as long as `until` does not hold for where they lead. */
  get(url: string, until?: (url: string) => boolean): Promise<Visit>;
  post(
    url: string,
    fields: Readonly<Record<string, string>>,
    until?: (url: string) => boolean,
  ): Promise<Visit>;
  cookie(url: string, name: string): string | undefined;
  setCookie(url: string, name: string, value: string): void;
}

const MOVES = 20;

/** `http://HOST:PORT` has cookies of its own here, unlike in browsers: test servers differ by their port. */
export const visitor = (headers: Readonly<Record<string, string>> = {}): Visitor => {
  const jars = new Map<string, Map<string, string>>();
  const jarOf = (url: string): Map<string, string> => {
    const { origin } = new URL(url);
    const jar = jars.get(origin) ?? new Map<string, string>();
    jars.set(origin, jar);
    return jar;
  };

  const keep = (url: string, answer: Response): void => {
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/;\s*max-age=0/i.test(line) || value === '') jarOf(url).delete(name);
      else jarOf(url).set(name, value);
    }
  };

  const ask = async (url: string, fields?: Readonly<Record<string, string>>): Promise<Response> => {
    const cookie = [...jarOf(url)].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { ...headers, ...(cookie === '' ? {} : { cookie }) },
      ...(fields === undefined ? {} : { method: 'POST', body: new URLSearchParams(fields) }),
    });
    keep(url, answer);
    return answer;
  };

  const follow = async (
    from: string,
    first: Response,
    until: (url: string) => boolean,
  ): Promise<Visit> => {
    let [url, answer] = [from, first];
    for (let moves = 0; moves < MOVES; moves += 1) {
      const body = await answer.text();
      const location = answer.headers.get('location');
      if (location === null) return { url, status: answer.status, headers: answer.headers, body };
      url = new URL(location, url).href;
      if (until(url)) return { url, status: answer.status, headers: answer.headers, body };
      answer = await ask(url);
    }
    throw new Error(`redirects without end, at ${url}`);
  };

  const never = (): boolean => false;
  return {
    get: async (url, until = never) => follow(url, await ask(url), until),
    post: async (url, fields, until = never) => follow(url, await ask(url, fields), until),
    cookie: (url, name) => jarOf(url).get(name),
    setCookie: (url, name, value) => void jarOf(url).set(name, value),
  };
};

/** The fields that a page's form has already. */
const hiddenFields = (body: string): Record<string, string> =>
  Object.fromEntries(
    [...body.matchAll(/<input[^>]*>/g)].flatMap(([input]) => {
      const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(input)?.[1];
      const name = attribute('name');
      return attribute('type') === 'hidden' && name ? [[name, attribute('value') ?? '']] : [];
    }),
  );

/** Fills in the login form of lemonldap-ng. */
export const signInAtProvider = async (
  visits: Visitor,
  page: Visit,
  name: string,
  until?: (url: string) => boolean,
): Promise<Visit> =>
  visits.post(
    new URL(page.url).href,
    { ...hiddenFields(page.body), user: name, password: name },
    until,
  );
