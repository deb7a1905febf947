import type { IncomingMessage } from 'node:http';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import { versions } from '../../domain/activesync/version.ts';
import type { Answer } from '../dav/answer.ts';
import { BodyTooLarge, brokeOff, declaredLength, readBody } from '../http/body.ts';
import { bodyRoom, type Share } from '../http/body-room.ts';
import { clientStatus, faultOf } from '../http/faults.ts';
import { challengeFor, identify } from '../http/identify.ts';
import { send } from '../http/send.ts';
import type { Principal, Services } from '../services.ts';
import { answered, plainly, refused } from './answer.ts';
import { commandNamed, commandTable } from './commands.ts';
import { easCredentials } from './credentials.ts';
import { EasRefusal } from './errors.ts';
import type { EasParts } from './parts.ts';
import { type EasQuery, readQuery, Unreadable } from './query.ts';
import { understood, versionOf } from './request.ts';
import { EAS_ROOT } from './route.ts';
import type { Command } from './table.ts';
import { traceOf } from './wbxml/trace.ts';

/** What is known of a request before its body is read. */
interface Heard {
  readonly principal: Principal;
  readonly query: EasQuery | undefined;
  readonly command: Command | undefined;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sent a request of ActiveSync, and what for. */
    eas: Heard | undefined;
    /** What its body holds of the room for bodies. */
    easShare: Share | undefined;
  }
}

const MIB = 1024 * 1024;
/** Octets that are read of a body that no command wants, so that the answer says what is wrong. */
const UNASKED = 64 * 1024;
const ROOM = { owner: 64 * MIB, all: 192 * MIB } as const;

const APP_PASSWORD_NEEDED =
  'This account has a second factor: make an app password on its page and use that here.';

const queryOf = (url: string): EasQuery | undefined => {
  const mark = url.indexOf('?');
  return mark < 0 || mark === url.length - 1 ? undefined : readQuery(url.slice(mark + 1));
};

const offered = (): Readonly<Record<string, string>> => ({
  allow: 'OPTIONS,POST',
  public: 'OPTIONS,POST',
  'ms-asprotocolversions': versions.join(','),
  'ms-asprotocolcommands': commandTable.map(({ name }) => name).join(','),
});

/** Aborts when the connection is gone before the answer is out, or when the server stops. */
const whileWanted = (request: FastifyRequest, reply: FastifyReply, stopping: AbortSignal) => {
  const gone = new AbortController();
  const onClose = (): void => gone.abort();
  reply.raw.on('close', onClose);
  if (brokeOff(request.raw)) gone.abort();
  return AbortSignal.any([gone.signal, stopping]);
};

/**
 * Exchange ActiveSync (MS-ASHTTP), in a context of its own. Every request needs credentials, OPTIONS too: devices that
 * probe learn from the 401 how to prove who they are.
 */
export const easPlugin =
  (services: Services, parts: EasParts): FastifyPluginAsync =>
  async (app) => {
    const { log, settings } = parts;
    const stopping = new AbortController();
    const shareFor = bodyRoom(() => ROOM);
    app.decorateRequest('eas', undefined);
    app.decorateRequest('easShare', undefined);

    const answer = (request: FastifyRequest, reply: FastifyReply, given: Answer) =>
      send(reply, given, () => log('request-failed', { id: request.id, streaming: true }));

    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) => {
      const share = shareFor(request.eas?.principal.account ?? '');
      request.easShare = share;
      const limit = request.eas?.command?.limit ?? UNASKED;
      return readBody(payload, declaredLength(request.raw), limit, share);
    });
    app.addHook('onResponse', async ({ easShare }) => easShare?.release());
    app.addHook('preClose', async () => stopping.abort());

    app.setErrorHandler((error, request, reply) => {
      if (error instanceof Unreadable) return answer(request, reply, plainly(400, error.message));
      const { eas } = request;
      const version = eas?.query && versionOf(eas.query, request);
      if (error instanceof EasRefusal)
        return answer(request, reply, refused(eas?.command, version, error.status));
      if (error instanceof BodyTooLarge) {
        reply.removeHeader('connection');
        return answer(request, reply, plainly(413, 'The body is too large.'));
      }
      const status = clientStatus(error);
      if (status !== undefined)
        return answer(request, reply, plainly(status, 'This request cannot be read.'));
      const { status: faulty, code } = faultOf(error);
      if (!brokeOff(request.raw)) log('request-failed', { id: request.id, code });
      const passing = faulty === 503 ? 'ServerErrorRetryLater' : 'ServerError';
      // A device that is told 500 begins to look for another server.
      return answer(request, reply, refused(eas?.command, version, passing));
    });

    /** Why somebody who is known is not served here. */
    const notHere = (principal: Principal, request: FastifyRequest): Answer | undefined => {
      const domain = services.domains.of(principal);
      if (!settings.enabled(domain) || principal.barred?.includes('ActiveSync') === true)
        return plainly(403, 'ActiveSync is not for this account.');
      const url = settings.url(domain);
      if (url === undefined || new URL(url).host === request.remote.host.toLowerCase())
        return undefined;
      return plainly(451, 'This account is served elsewhere.', { 'x-ms-location': url });
    };

    app.addHook('onRequest', async (request, reply) => {
      const tooMany = (seconds: number) =>
        answer(
          request,
          reply,
          plainly(503, 'Too many requests.', { 'retry-after': String(seconds) }),
        );
      const full = services.guard.tooManyFrom(request.remote.address);
      if (full !== undefined) return tooMany(full);
      const who = await identify(services, request, 'eas', easCredentials);
      if (who === undefined || 'refused' in who) {
        if (who?.refused === 'blocked')
          return answer(
            request,
            reply,
            plainly(456, 'Too many wrong passwords.', { 'retry-after': String(who.seconds) }),
          );
        const reason = who === undefined ? 'Who is it?' : APP_PASSWORD_NEEDED;
        const challenge = { 'www-authenticate': challengeFor(services, request) };
        return answer(request, reply, plainly(401, reason, challenge));
      }
      request.logged = { account: who.account };
      const wait = services.guard.tooMany(who.account);
      if (wait !== undefined) return tooMany(wait);
      const elsewhere = notHere(who, request);
      if (elsewhere !== undefined) return answer(request, reply, elsewhere);
      const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
      if (coding !== 'identity')
        return answer(request, reply, plainly(415, 'Bodies come as they are.'));
      const query = request.method === 'POST' ? queryOf(request.originalUrl) : undefined;
      request.eas = { principal: who, query, command: commandNamed(query?.command ?? '') };
      return undefined;
    });

    const served = async (request: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
      const { eas } = request;
      if (eas === undefined) throw new Error('a request came past its authentication');
      const { principal, query, command } = eas;
      if (query === undefined) return plainly(400, 'The query says nothing.');
      if (command === undefined) return plainly(501, 'There is no such command here.', offered());
      const version = versionOf(query, request);
      if (version === undefined)
        return plainly(query.version === '1.0' ? 505 : 400, 'This version is not spoken here.', {
          ...offered(),
        });
      const signal = whileWanted(request, reply, stopping.signal);
      const asked = await understood(
        { services, parts },
        { principal, query, command, version, signal },
        request,
      );
      const trace = (direction: 'request' | 'answer', document: Buffer): void => {
        if (!settings.debug || document.length === 0) return;
        const { name } = command;
        log('activesync-trace', {
          id: request.id,
          command: name,
          direction,
          xml: traceOf(document),
        });
      };
      request.logged = { account: principal.account, via: asked.by.via, command: command.name };
      trace('request', asked.body);
      const compress = /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(
        request.headers['accept-encoding']?.toString() ?? '',
      );
      return answered(await command.handle(asked), compress, (document) =>
        trace('answer', document),
      );
    };

    app.route({
      method: app.supportedMethods,
      url: EAS_ROOT,
      handler: async (request, reply) => {
        if (request.method === 'OPTIONS')
          return answer(request, reply, { status: 200, headers: { ...offered(), ...privately } });
        if (request.method !== 'POST')
          return answer(request, reply, plainly(501, 'Only OPTIONS and POST.', offered()));
        return answer(request, reply, await served(request, reply));
      },
    });
  };

const privately = { 'cache-control': 'private', 'ms-server-activesync': versions.at(-1) ?? '' };
