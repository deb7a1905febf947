import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Turns } from './in-turn.ts';

const statuses: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
};

/**
 * Answers what is no HTTP, or does not come to an end, and closes the connection: where the next
 * request would begin cannot be known. The client is told so (RFC 9112 §9.6), or it would send another.
 */
export const refuseUnreadable = (
  turns: Turns,
): ((error: Error & { readonly code?: string }, socket: Socket) => void) => {
  return (error, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET' || turns.isAnswering(socket)) {
      socket.destroy();
      return;
    }
    const status = statuses[error.code ?? ''] ?? 400;
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `Date: ${new Date().toUTCString()}`,
      // It may have been a HEAD.
      'Content-Length: 0',
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n`, () => socket.destroy());
  };
};
