import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Where to listen: a TCP address or a socket's path. */
export type Listen = { readonly host: string; readonly port: number } | { readonly path: string };

/** The address cannot be listened on; the message says why and what to do. */
class AddressUnusable extends Error {
  override readonly name = 'AddressUnusable';
  readonly code = 'address-unusable';
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already',
  EACCES: 'this user may not; ports below 1024 are for root or for a proxy in front',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'no such name is known',
  ENOENT: 'its directory does not exist',
};

const shown = (listen: Listen): string =>
  'path' in listen
    ? `unix:${listen.path}`
    : `${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${listen.port}`;

/** Whether a socket is left over: nobody has listened there since its process was killed. */
const isAbandoned = async (path: string): Promise<boolean> => {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket() !== true) return false;
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.on('connect', () => {
      probe.destroy();
      resolve(false);
    });
    probe.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
  });
};

const codeOf = (error: unknown): string => String((error as NodeJS.ErrnoException).code);

/**
 * Makes the server listen, on a socket that a killed process left behind too.
 * `backlog`: connections that may wait to be accepted.
 * @throws AddressUnusable, in words for the administrator
 */
export const listenOn = async (
  app: FastifyInstance,
  listen: Listen,
  backlog: number,
): Promise<void> => {
  try {
    if ('path' in listen && (await isAbandoned(listen.path))) await unlink(listen.path);
    await app.listen({ ...listen, backlog });
  } catch (error) {
    const reason = reasons[codeOf(error)] ?? (error instanceof Error ? error.message : '');
    throw new AddressUnusable(
      `cannot listen on ${shown(listen)}: ${reason}. Choose another place with --listen ADDR:PORT`,
    );
  }
};
