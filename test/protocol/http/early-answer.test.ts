import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';
import { CALENDAR } from '../../support/objects.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const credentials = `Authorization: Basic ${Buffer.from('alice:secret').toString('base64')}\r\n`;

/** Sends all it has to say before it looks at the answer, as nginx does; the status line. */
const sendAllThenRead = (fields: string, octets: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1');
    let answer = '';
    socket.pause();
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('data', (chunk: string) => {
      answer += chunk;
    });
    socket.on('end', () => resolve(answer.split('\r\n', 1)[0] ?? ''));
    socket.write(
      `PUT ${CALENDAR}x.ics HTTP/1.1\r\nHost: x\r\n${fields}Content-Type: text/calendar\r\nContent-Length: ${octets}\r\n\r\n`,
    );
    socket.write(Buffer.alloc(octets, 'x'), (error) => {
      if (error instanceof Error) reject(error);
      else socket.resume();
    });
  });

describe('an answer before the end of the body reaches whoever sends it to the end (RFC 9112 §9.6)', () => {
  it.each([
    ['without credentials', '', 'HTTP/1.1 401 Unauthorized'],
    ['over the limit', credentials, 'HTTP/1.1 413 Payload Too Large'],
  ])('%s, on a connection that closes', async (_, fields, status) => {
    expect(await sendAllThenRead(`${fields}Connection: close\r\n`, 24 * 1024 * 1024)).toBe(status);
  });
});
