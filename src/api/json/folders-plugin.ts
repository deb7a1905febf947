import type { FastifyPluginAsync } from 'fastify';
import { folderActions } from './folder-actions.ts';
import { folderRights } from './folder-rights.ts';
import { freeBusyRoutes } from './free-busy.ts';
import type { JsonParts } from './parts.ts';
import { peopleRoutes } from './people.ts';
import { shareLinkRoutes } from './share-links.ts';
import { askingBy } from './signed-in.ts';

/**
 * What SOGo's page does with calendars and address books alike, one's own and others', below
 * `/SOGo/so/USER/`. SOGo changes things with GET: such a request needs the session's token as any change does.
 */
export const foldersPlugin =
  (parts: JsonParts): FastifyPluginAsync =>
  async (app) => {
    // SOGo's page sends no body at all, and calls it JSON.
    app.removeContentTypeParser('application/json');
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'string' },
      async (_: unknown, body: string) => (body === '' ? {} : (JSON.parse(body) as unknown)),
    );
    // HEAD must change nothing.
    app.addHook('onRoute', (route) => {
      route.exposeHeadRoute = false;
    });
    const { services } = parts;
    const asking = askingBy(parts);
    for (const kind of ['calendar', 'addressbook'] as const) {
      folderActions(app, services, asking, kind);
      folderRights(app, services, asking, kind);
      shareLinkRoutes(app, services, asking, kind);
    }
    peopleRoutes(app, services, asking);
    freeBusyRoutes(app, services, asking);
  };
