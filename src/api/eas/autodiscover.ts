import type { IncomingMessage } from 'node:http';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../dav/answer.ts';
import { DavError } from '../dav/errors.ts';
import { originForm } from '../dav/path.ts';
import { elementsOf, textOf, type XmlElement } from '../dav/xml/element.ts';
import { type Name, splitName } from '../dav/xml/names.ts';
import { parseXml } from '../dav/xml/parse.ts';
import {
  element,
  elementWith,
  join,
  type Markup,
  plainFrame,
  textElement,
} from '../dav/xml/write.ts';
import { declaredLength, readBody } from '../http/body.ts';
import { clientStatus, faultOf, RETRY_AFTER } from '../http/faults.ts';
import { challengeFor, identify } from '../http/identify.ts';
import { send } from '../http/send.ts';
import type { Principal, Services } from '../services.ts';
import { easCredentials } from './credentials.ts';
import type { EasParts } from './parts.ts';
import { AUTODISCOVER_JSON, AUTODISCOVER_XML, EAS_ROOT } from './route.ts';

/** Octets of a request. */
const LIMIT = 16 * 1024;

const SCHEMAS = 'http://schemas.microsoft.com/exchange/autodiscover/';
const MOBILE = `${SCHEMAS}mobilesync/responseschema/2006`;
const OUTER = `${SCHEMAS}responseschema/2006`;

const name = (local: string): Name => `{}${local}`;
const said = (local: string, value: string): Markup => textElement(name(local), value);

const [head, tail] = plainFrame('Autodiscover', OUTER);

const document = (response: Markup, namespace: string): Answer => ({
  status: 200,
  headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'private' },
  body: `${head}${elementWith(name('Response'), { xmlns: namespace }, response)}${tail}`,
});

/** MS-OXDSCLI 2.2.4.1.1.2: 600 for what is no request, 601 for what is not offered. */
const errorAnswer = (code: 600 | 601, message: string): Answer =>
  document(
    element(
      name('Error'),
      join([said('ErrorCode', String(code)), said('Message', message), said('DebugData', '')]),
    ),
    OUTER,
  );

const plain = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { 'cache-control': 'private', ...headers },
});

const childNamed = (parent: XmlElement | undefined, local: string): XmlElement | undefined =>
  parent && elementsOf(parent).find((child) => splitName(child.name)[1] === local);

/** What a client asks for; `undefined` where it is no request. */
const requestIn = (
  body: unknown,
): { readonly address: string; readonly schema: string } | undefined => {
  if (!(body instanceof Uint8Array) || body.length === 0) return undefined;
  try {
    const request = childNamed(parseXml(body), 'Request');
    const address = childNamed(request, 'EMailAddress');
    const schema = childNamed(request, 'AcceptableResponseSchema');
    return address && schema && { address: textOf(address).trim(), schema: textOf(schema).trim() };
  } catch (error) {
    if (error instanceof DavError) return undefined;
    throw error;
  }
};

/**
 * Autodiscover (MS-ASCMD 2.2.1.1, MS-OXDSCLI): from an address and a password, or in its second version from an address
 * alone, to where ActiveSync is served.
 */
export const autodiscoverPlugin =
  (services: Services, { settings, log }: EasParts): FastifyPluginAsync =>
  async (app) => {
    const answer = (request: FastifyRequest, reply: FastifyReply, given: Answer) =>
      send(reply, given, () => log('request-failed', { id: request.id, streaming: true }));

    /** As the configuration has it, else as the client came here. */
    const urlFor = (domain: string | undefined, { remote }: FastifyRequest): string =>
      settings.url(domain) ?? `${remote.secure ? 'https' : 'http'}://${remote.host}${EAS_ROOT}`;

    const found = (principal: Principal, address: string, request: FastifyRequest): Markup => {
      const url = urlFor(services.domains.of(principal), request);
      return join([
        said('Culture', 'en:us'),
        element(
          name('User'),
          said('DisplayName', principal.displayName),
          said('EMailAddress', principal.mail === '' ? address : principal.mail),
        ),
        element(
          name('Action'),
          element(
            name('Settings'),
            element(
              name('Server'),
              said('Type', 'MobileSync'),
              said('Url', url),
              said('Name', url),
            ),
          ),
        ),
      ]);
    };

    const refused = (message: string): Markup =>
      element(
        name('Action'),
        element(
          name('Error'),
          join([said('Status', '2'), said('Message', message), said('DebugData', 'User')]),
        ),
      );

    const discovered = (principal: Principal, request: FastifyRequest): Answer => {
      const asked = requestIn(request.body);
      if (asked === undefined) return errorAnswer(600, 'Invalid Request');
      if (asked.schema !== MOBILE) return errorAnswer(601, 'Provider is not available');
      const isBarred =
        !settings.enabled(services.domains.of(principal)) ||
        principal.barred?.includes('ActiveSync') === true;
      return document(
        isBarred
          ? refused('ActiveSync is not for this account.')
          : found(principal, asked.address, request),
        MOBILE,
      );
    };

    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage) =>
      readBody(payload, declaredLength(request.raw), LIMIT, {
        grow: () => undefined,
        release: () => undefined,
      }),
    );
    app.addHook('onRequest', async (request, reply) => {
      const wait = services.guard.tooManyFrom(request.remote.address);
      return wait === undefined
        ? undefined
        : answer(request, reply, plain(503, { 'retry-after': String(wait) }));
    });
    app.setErrorHandler((error, request, reply) => {
      const status = clientStatus(error);
      if (status !== undefined) return answer(request, reply, plain(status));
      if (error instanceof Error && error.name === 'BodyTooLarge') {
        reply.removeHeader('connection');
        return answer(request, reply, plain(413));
      }
      const { status: faulty, code } = faultOf(error);
      log('request-failed', { id: request.id, code });
      return answer(request, reply, plain(faulty, { 'retry-after': RETRY_AFTER }));
    });

    app.route({
      method: ['GET', 'POST'],
      url: AUTODISCOVER_XML,
      handler: async (request, reply) => {
        const { remote, method } = request;
        // Over plain HTTP devices only want to be told where to go (MS-OXDISCO 3.1.5.4).
        if (method === 'GET' && !remote.secure && remote.host !== '')
          return answer(
            request,
            reply,
            plain(302, { location: `https://${remote.host}${AUTODISCOVER_XML}` }),
          );
        const who = await identify(services, request, 'eas', easCredentials);
        if (who === undefined || 'refused' in who)
          return answer(
            request,
            reply,
            who?.refused === 'blocked'
              ? plain(456, { 'retry-after': String(who.seconds) })
              : plain(401, { 'www-authenticate': challengeFor(services, request) }),
          );
        request.logged = { account: who.account };
        return answer(request, reply, discovered(who, request));
      },
    });

    app.route({
      method: 'GET',
      url: AUTODISCOVER_JSON,
      handler: async (request, reply) => {
        const { pathname, searchParams } = new URL(
          originForm(request.originalUrl),
          'http://localhost',
        );
        const wanted = [...searchParams].find(([key]) => key.toLowerCase() === 'protocol')?.[1];
        const address =
          [...searchParams].find(([key]) => key.toLowerCase() === 'email')?.[1] ??
          safelyDecoded(pathname.split('/').at(-1) ?? '');
        const isOffered = /^activesync$/i.test(wanted ?? '');
        const json = isOffered
          ? { Protocol: 'ActiveSync', Url: urlFor(domainOf(address), request) }
          : wanted === undefined
            ? {
                ErrorCode: 'MandatoryParameterMissing',
                ErrorMessage: 'The parameter Protocol is missing.',
              }
            : {
                ErrorCode: 'InvalidProtocol',
                ErrorMessage: 'Only ActiveSync is offered.',
              };
        return answer(request, reply, {
          status: isOffered ? 200 : 400,
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify(json),
        });
      },
    });
  };

const safelyDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
};

const domainOf = (address: string): string | undefined => {
  const at = address.lastIndexOf('@');
  return at < 0 ? undefined : address.slice(at + 1).toLowerCase();
};
