import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server whose answers a test writes, path by path; what is asked is kept. */
export interface FeedServer {
  readonly url: string;
  readonly asked: IncomingMessage[];
  on(path: string, serve: Serve): void;
  close(): Promise<void>;
}

export const feedServer = async (): Promise<FeedServer> => {
  const serving = new Map<string, Serve>();
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    response.on('error', () => undefined);
    const serve = serving.get((request.url ?? '').split('?')[0] ?? '');
    if (serve === undefined) response.writeHead(404).end();
    else serve(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    on: (path, serve) => void serving.set(path, serve),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
