import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Provenance } from '../../domain/kernel/ports.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import { tables } from '../dav/assembly.ts';
import { DavError } from '../dav/errors.ts';
import { homeSegments } from '../dav/href.ts';
import { understood } from '../dav/incoming.ts';
import { isLive } from '../dav/listing.ts';
import type { CollectionResource } from '../dav/resource.ts';
import { subscribePerson } from '../dav/sogo/subscribe.ts';
import type { DavRequest } from '../dav/tables.ts';
import { html } from '../http/page/html.ts';
import type { Services } from '../services.ts';
import { forgeryToken } from '../sign-in/secrets.ts';
import type { SignedIn } from '../sign-in/web-sessions.ts';
import { page, ROOT } from './page.ts';
import { SUBSCRIBING } from './subscribing-path.ts';

/** Characters of a login or of a collection's name in a path. */
const LIMIT = 512;

const isKind = (text: string): text is CollectionKind => Object.hasOwn(homeSegments, text);

interface SubscribingParts {
  readonly app: FastifyInstance;
  readonly services: Services;
  /** Who is signed in; otherwise answers what whoever is not is shown. */
  readonly signedIn: (
    request: FastifyRequest,
    reply: FastifyReply,
  ) => Promise<SignedIn | FastifyReply>;
  /** A form of somebody who is signed in, sent by our own page. */
  readonly form: (
    path: string,
    handle: (request: FastifyRequest, reply: FastifyReply, who: SignedIn) => Promise<FastifyReply>,
  ) => void;
  readonly field: (request: FastifyRequest, name: string) => string;
  readonly show: (reply: FastifyReply, status: number, body: string) => FastifyReply;
  readonly by: (request: FastifyRequest, who: SignedIn) => Provenance;
}

/** A page that asks whether one wants to subscribe to a collection, where mails about rights lead to. */
export const subscribing = (parts: SubscribingParts): void => {
  const { app, services, show } = parts;

  const asked = async (
    request: FastifyRequest,
    who: SignedIn,
    field: (name: string) => string,
  ): Promise<{ asked: DavRequest; folder: CollectionResource } | undefined> => {
    const [kind, owner, id] = [field('kind'), field('owner'), field('id')];
    if (!isKind(kind) || [owner, id].some((one) => one === '' || one.length > LIMIT))
      return undefined;
    try {
      const seen = await understood(services, tables, who.principal, {
        id: request.id,
        method: 'POST',
        headers: {},
        originalUrl: `/SOGo/dav/${[owner, homeSegments[kind], id].map(encodeURIComponent).join('/')}/`,
        body: undefined,
      });
      if (seen.resource.kind !== 'collection') return undefined;
      const { stream } = seen.resource;
      const row = (await seen.services.collections.collections([stream])).get(stream);
      return isLive(row) ? { asked: seen, folder: seen.resource } : undefined;
    } catch (error) {
      if (error instanceof DavError) return undefined;
      throw error;
    }
  };

  const nothing = (reply: FastifyReply): FastifyReply =>
    show(
      reply,
      404,
      page({
        title: 'Not there',
        alert: 'There is no such calendar or address book, or it is not shared with you.',
        body: backToAccount,
      }),
    );

  app.get(`${ROOT}${SUBSCRIBING}`, async (request, reply) => {
    const who = await parts.signedIn(request, reply);
    if (!('principal' in who)) return who;
    const query = request.query as Readonly<Record<string, unknown>>;
    const field = (name: string): string => {
      const value = query[name];
      return typeof value === 'string' ? value : '';
    };
    const found = await asked(request, who, field);
    return found === undefined ? nothing(reply) : show(reply, 200, question(found.folder, who));
  });

  parts.form(SUBSCRIBING, async (request, reply, who) => {
    const found = await asked(request, who, (name) => parts.field(request, name));
    if (found === undefined) return nothing(reply);
    try {
      await subscribePerson(
        { ...found.asked, by: parts.by(request, who) },
        found.folder,
        found.asked.principal,
      );
    } catch (error) {
      if (!(error instanceof DavError)) throw error;
      const { status, reason } = error.refusal;
      const alert = reason ?? 'That was refused: perhaps something of yours has its name.';
      return show(reply, status, page({ title: 'Refused', alert, body: backToAccount }));
    }
    return show(reply, 200, done(found.folder));
  });
};

const backToAccount = html`<main><p class="card"><a href="${ROOT}">Your account</a></p></main>`;

const nameOf = ({ entry }: CollectionResource): string =>
  entry.properties.displayName ?? entry.segment;

const question = (folder: CollectionResource, { token }: SignedIn): string =>
  page({
    title: 'Subscribe',
    body: html`<header><h1>Subscribe</h1></header>
<main>
<form class="card narrow" method="post" action="${ROOT}${SUBSCRIBING}">
<p>Do you want “${nameOf(folder)}” of ${folder.owner.displayName} among your own? Your programs find it there the next time they look.</p>
<input type="hidden" name="xsrf" value="${forgeryToken(token)}" />
<input type="hidden" name="kind" value="${folder.entry.kind}" />
<input type="hidden" name="owner" value="${folder.owner.login}" />
<input type="hidden" name="id" value="${folder.entry.segment}" />
<button type="submit">Subscribe</button>
</form>
</main>`,
  });

const done = (folder: CollectionResource): string =>
  page({
    title: 'Subscribed',
    body: html`<header><h1>Subscribed</h1></header>
<main><p class="card">“${nameOf(folder)}” of ${folder.owner.displayName} is among your own now.</p></main>
${backToAccount}`,
  });
