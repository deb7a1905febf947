import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** What the provider does wrong, or otherwise than usual. Changed by tests at will. */
export interface Lies {
  /** Over the claims of the id token. */
  claims?: Readonly<Record<string, unknown>>;
  /** Signs with a key that it does not publish. */
  foreignKey?: boolean;
  userinfo?: Readonly<Record<string, unknown>>;
  /** Answers so to everything but what stands in `except`. */
  status?: number;
  /** Sends answers of so many octets. */
  length?: number;
  expiresIn?: number;
  /** What `introspect` says of tokens that are no JWTs. */
  introspection?: Readonly<Record<string, unknown>>;
  /** Access tokens and refresh tokens that are good for nothing any more. */
  revoked?: boolean;
}

/** A provider that says whatever a test wants: what a real one cannot be made to do. */
export interface OpenIdDouble {
  readonly issuer: string;
  readonly configUrl: string;
  readonly lies: Lies;
  /** Paths that were asked for, oldest first. */
  readonly asked: string[];
  /** Domains that were named in headers. */
  readonly told: string[];
  sign(claims: JWTPayload, header?: Readonly<Record<string, string>>): Promise<string>;
  stop(): Promise<void>;
}

export const CLIENT = { id: 'daybook', secret: 'open barley' } as const;

const read = async (request: IncomingMessage): Promise<URLSearchParams> => {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk);
  return new URLSearchParams(text);
};

interface Grant {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirect: string;
}

/** Whoever asks is `ada`, without a question. */
export const openIdDouble = async (): Promise<OpenIdDouble> => {
  const [own, foreign] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = await exportJWK(own.publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const grants = new Map<string, Grant>();
  const asked: string[] = [];
  const told: string[] = [];
  const lies: Lies = {};
  let issuer = '';

  const sign: OpenIdDouble['sign'] = (claims, header = {}) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid, ...header })
      .sign(lies.foreignKey ? foreign.privateKey : own.privateKey);

  const now = (): number => Math.floor(Date.now() / 1000);
  const tokens = async (nonce: string | undefined) => ({
    access_token: `access-${randomUUID()}`,
    token_type: 'Bearer',
    expires_in: lies.expiresIn ?? 3600,
    refresh_token: `refresh-${randomUUID()}`,
    id_token: await sign({
      ...{ iss: issuer, aud: CLIENT.id, sub: 'u-1', sid: 's-1', email: 'ada@acme.com' },
      ...{ iat: now(), exp: now() + 300 },
      ...(nonce === undefined ? {} : { nonce }),
      ...lies.claims,
    }),
  });

  const challengeOf = async (verifier: string): Promise<string> =>
    Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))).toString(
      'base64url',
    );

  const token = async (form: URLSearchParams): Promise<readonly [number, unknown]> => {
    const refused = [400, { error: 'invalid_grant' }] as const;
    if (form.get('grant_type') === 'refresh_token')
      return lies.revoked ? refused : [200, await tokens(undefined)];
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const isMeant =
      grant?.challenge === (await challengeOf(form.get('code_verifier') ?? '')) &&
      grant.redirect === form.get('redirect_uri');
    return isMeant ? [200, await tokens(grant.nonce)] : refused;
  };

  const routes: Readonly<
    Record<string, (url: URL, form: URLSearchParams) => Promise<readonly [number, unknown]>>
  > = {
    '/.well-known/openid-configuration': async () => [
      200,
      {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        userinfo_endpoint: `${issuer}/userinfo`,
        introspection_endpoint: `${issuer}/introspect`,
        end_session_endpoint: `${issuer}/end`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
    ],
    '/jwks': async () => [200, { keys: [{ ...jwk, kid, alg: 'RS256', use: 'sig' }] }],
    '/token': async (_url, form) => token(form),
    '/userinfo': async () => (lies.revoked ? [401, {}] : [200, { sub: 'u-1', ...lies.userinfo }]),
    '/introspect': async () => [200, lies.introspection ?? { active: false }],
  };

  const authorize = ({ searchParams: query }: URL, response: ServerResponse): void => {
    const code = randomUUID();
    const redirect = query.get('redirect_uri') ?? '';
    grants.set(code, {
      nonce: query.get('nonce') ?? '',
      challenge: query.get('code_challenge') ?? '',
      redirect,
    });
    const back = new URL(redirect);
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state') ?? '');
    response.writeHead(302, { location: back.href }).end();
  };

  const server = createServer((request, response) => {
    const answer = async (): Promise<void> => {
      const url = new URL(request.url ?? '/', issuer);
      asked.push(url.pathname);
      told.push(String(request.headers['sogo-user-domain'] ?? ''));
      const form = await read(request);
      if (lies.status !== undefined) return void response.writeHead(lies.status).end();
      if (url.pathname === '/authorize') return authorize(url, response);
      const [status, body] = (await routes[url.pathname]?.(url, form)) ?? [404, {}];
      const text = JSON.stringify(body).padEnd(lies.length ?? 0);
      response.writeHead(status, { 'content-type': 'application/json' }).end(text);
    };
    void answer();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    configUrl: `${issuer}/.well-known/openid-configuration`,
    lies,
    asked,
    told,
    sign,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
