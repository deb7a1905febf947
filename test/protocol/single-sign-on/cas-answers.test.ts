import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CasProvider, casProvider } from '../../../src/adapters/single-sign-on/cas.ts';
import { parseXml } from '../../../src/api/dav/xml/parse.ts';

const ORIGIN = 'https://dav.acme.com';

/** A server that answers whatever a test wants, to whatever it is asked. */
let server: Server;
let answer = '';
let status = 200;
let cas: CasProvider;
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.writeHead(status, { location: '/elsewhere' }).end(answer);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  cas = casProvider({
    url: `http://127.0.0.1:${port}/cas/`,
    endsSession: true,
    readXml: parseXml,
  });
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
});

const response = (inner: string, root = 'cas:serviceResponse'): string =>
  `<${root} xmlns:cas="http://www.yale.edu/tp/cas">${inner}</${root}>`;
const success = (name: string): string =>
  response(`<cas:authenticationSuccess><cas:user>${name}</cas:user></cas:authenticationSuccess>`);

/** What becomes of a ticket of the browser's own journey, when the server answers so. */
const finish = async (text: string, query: Readonly<Record<string, string>> = {}) => {
  answer = text;
  const { memory } = await cas.begin(ORIGIN);
  const { state } = JSON.parse(memory) as { state: string };
  const all = new URLSearchParams({ state, ticket: 'ST-1', ...query });
  return cas.finish({ origin: ORIGIN, query: all, memory });
};

describe('an answer of a CAS server', () => {
  it('proves the name in it', async () => {
    expect(await finish(success(' ada '))).toMatchObject({ outcome: 'proven', name: 'ada' });
  });

  it('is not asked for where the ticket is not for this journey, however the server compares services', async () => {
    expect(await finish(success('ada'), { state: 'another' })).toMatchObject({
      outcome: 'unbelievable',
      why: 'state',
    });
  });

  it.each([
    ['refuses', response('<cas:authenticationFailure code="INVALID_TICKET"/>')],
    [
      'has a name elsewhere than in a success',
      response('<cas:authenticationFailure><cas:user>ada</cas:user></cas:authenticationFailure>'),
    ],
    ['has an empty name', success('')],
    ['has too long a name', success('a'.repeat(2000))],
    ['is of another namespace', success('ada').replace('yale.edu', 'evil.example')],
    ['has another root', success('ada').replaceAll('cas:serviceResponse', 'cas:other')],
  ])('proves nobody where it %s', async (_what, text) => {
    expect(await finish(text)).toMatchObject({ outcome: 'unbelievable' });
  });

  it.each([
    ['no XML', 'yes\nada\n'],
    ['XML with entities', `<!DOCTYPE x [<!ENTITY e "ada">]>${success('&e;')}`],
    ['without end', success('ada').padEnd(600_000)],
    ['too deep', '<a>'.repeat(5000)],
  ])('is none where it is %s', async (_what, text) => {
    await expect(finish(text)).rejects.toMatchObject({ code: 'identity-provider-unavailable' });
  });

  it('is not looked for elsewhere', async () => {
    status = 302;
    expect(await finish(response(''))).toMatchObject({ outcome: 'unbelievable' });
    status = 200;
  });
});
