import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { FeedTrouble } from '../../domain/web-calendar/fetching.ts';
import type { FeedOutcome } from '../../domain/web-calendar/schedule.ts';
import type { SignedIn } from '../sign-in/web-sessions.ts';
import { fieldsOf, text } from './body.ts';
import type { JsonParts } from './parts.ts';
import { Problem } from './problem.ts';
import { askingBy } from './signed-in.ts';

type Placed = FastifyRequest<{ Params: { user: string; id: string } }>;

/** SOGo's words for what went wrong with a feed. */
const errorOf: Readonly<Record<FeedTrouble, string>> = {
  'bad-url': 'invalid-url',
  'refused-address': 'bad-url',
  unreachable: 'http-error',
  'bad-certificate': 'http-error',
  timeout: 'http-error',
  'too-many-redirects': 'http-error',
  'http-error': 'http-error',
  'needs-credentials': 'http-error',
  'too-large': 'invalid-calendar-content',
  'no-calendar': 'invalid-calendar-content',
};

const notThere = (): Problem => new Problem(404, 'not-found', 'There is no such web calendar.');

/** What SOGo's page is told of a look at a feed; 401 makes it ask for a name and a password. */
const told = ({ trouble, status, entries = 0, unreadable = 0 }: FeedOutcome) => {
  if (trouble === undefined)
    return { code: 200, body: { status: 200, imported: entries - unreadable } };
  const body = { error: errorOf[trouble], trouble, ...(status !== undefined && { status }) };
  return { code: trouble === 'needs-credentials' ? 401 : 500, body };
};

/**
 * What SOGo's web interface does with web calendars, below `/SOGo/so/USER/Calendar/`. All need the session of USER;
 * nothing here tells of others.
 */
export const calendarPlugin =
  (parts: JsonParts): FastifyPluginAsync =>
  async (app) => {
    const { webCalendars } = parts;
    const asking = askingBy(parts);
    // SOGo's own page and suite send no body at all and call it JSON.
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      async (_: FastifyRequest, body: string) => (body === '' ? {} : (JSON.parse(body) as unknown)),
    );

    const own = <Who extends SignedIn>(request: FastifyRequest, who: Who): Who => {
      const { user } = request.params as { readonly user: string };
      if (user.toLowerCase() !== who.principal.login) throw notThere();
      return who;
    };
    const changes = async (request: FastifyRequest) =>
      own(request, await asking.whoChanges(request));

    const root = '/SOGo/so/:user/Calendar';
    app.post(`${root}/addWebCalendar`, async (request) => {
      const { principal, by } = await changes(request);
      const url = text(fieldsOf(request.body), 'url');
      const made = await webCalendars.add(principal.account, { url }, by);
      if (made === 'bad-url')
        throw new Problem(500, 'bad-url', 'That is no address of a calendar on the web.');
      if (made === 'full') throw new Problem(500, 'full', 'There are too many calendars already.');
      return { id: made.segment, name: made.name };
    });

    // SOGo asks with GET. It fetches from an address its owner gave, and so changes nothing he did not ask for.
    app.get(`${root}/:id/reload`, async (request: Placed, reply) => {
      const { principal } = own(request, await asking.who(request));
      const outcome = await webCalendars.reload(principal.account, request.params.id);
      if (outcome === undefined) throw notThere();
      const { code, body } = told(outcome);
      // SOGo's suite wants the type without a parameter.
      return reply.code(code).serializer(JSON.stringify).type('application/json').send(body);
    });

    app.post(`${root}/:id/set-credentials`, async (request: Placed, reply) => {
      const { principal, by } = await changes(request);
      const fields = fieldsOf(request.body);
      const given = { username: text(fields, 'username'), password: text(fields, 'password') };
      const { id } = request.params;
      const done = await webCalendars.setCredentials(
        principal.account,
        id,
        given.username === '' ? undefined : given,
        by,
      );
      if (done === undefined) throw notThere();
      if (done === 'too-long') throw new Problem(400, 'too-long', 'Name or password is too long.');
      return reply.code(204).send();
    });
  };
