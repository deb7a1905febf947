import { connect } from 'node:net';

/** @typedef {{ status: number, headers: Record<string, string>, body: Buffer, firstByte: number }} Answer */
/** @typedef {{ host: string, port: number, user: string, password: string, closes?: boolean }} Address */

const parseHead = (/** @type {string} */ head) => ({
  status: Number(head.slice(9, 12)),
  headers: Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
  ),
});

/**
 * Takes octets as they come, each once: an answer of 20 MB costs what its octets cost, and no more.
 * `push` answers true when the answer is whole.
 */
const answerReader = () => {
  let rest = Buffer.alloc(0);
  let head;
  /** @type {Buffer[]} */
  const parts = [];
  /** Octets still to come: of the body, or of the chunk and its line end. */
  let left = 0;
  let chunked = false;
  let untilClose = false;

  const takeChunks = () => {
    for (;;) {
      if (left > 2) {
        const piece = rest.subarray(0, left - 2);
        if (piece.length > 0) parts.push(piece);
        rest = rest.subarray(piece.length);
        left -= piece.length;
        if (left > 2) return false;
      }
      if (left > 0) {
        if (rest.length < left) return false;
        rest = rest.subarray(left);
        left = 0;
      }
      const line = rest.indexOf('\r\n');
      if (line < 0) return false;
      const size = Number.parseInt(rest.subarray(0, line).toString('latin1'), 16);
      if (size === 0) return rest.length >= line + 4;
      rest = rest.subarray(line + 2);
      left = size + 2;
    }
  };

  return {
    push: (/** @type {Buffer} */ octets) => {
      rest = rest.length === 0 ? octets : Buffer.concat([rest, octets]);
      if (head === undefined) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return false;
        head = parseHead(rest.subarray(0, end).toString('latin1'));
        rest = rest.subarray(end + 4);
        const bodiless = head.status === 204 || head.status === 304;
        chunked = !bodiless && head.headers['transfer-encoding'] === 'chunked';
        left = bodiless || chunked ? 0 : Number(head.headers['content-length'] ?? 0);
        untilClose = !bodiless && !chunked && head.headers['content-length'] === undefined;
      }
      if (chunked) return takeChunks();
      parts.push(rest);
      left -= rest.length;
      rest = Buffer.alloc(0);
      return left <= 0 && !untilClose;
    },
    whole: () => head !== undefined && untilClose,
    answer: () => ({ ...head, body: Buffer.concat(parts) }),
  };
};

/**
 * A keep-alive HTTP/1.1 client on a bare socket, one request at a time: Node's own client would use
 * more of the two cores than the server it measures. Connects anew for each request to a server that
 * `closes` connections after its answers, whatever it says.
 * @param {Address} address
 */
export const httpClient = ({ host, port, user, password, closes = false }) => {
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const connection = closes ? 'Connection: close\r\n' : '';
  let socket;
  let reader;
  /** @type {{ resolve: (answer: Answer) => void, reject: (error: Error) => void, sent: number, firstByte?: number } | undefined} */
  let waiting;

  const settle = () => {
    const { resolve, firstByte } = waiting;
    waiting = undefined;
    const answer = reader.answer();
    if (closes || /close/i.test(answer.headers.connection ?? '')) socket.destroy();
    resolve({ ...answer, firstByte });
  };
  const open = () => {
    const made = connect({ host, port, noDelay: true });
    made.on('data', (chunk) => {
      if (waiting === undefined) return;
      waiting.firstByte ??= performance.now() - waiting.sent;
      if (reader.push(chunk)) settle();
    });
    const lost = (/** @type {Error} */ error) => {
      if (made !== socket || waiting === undefined) return;
      if (reader.whole()) return settle();
      waiting.reject(error);
      waiting = undefined;
    };
    made.on('error', lost);
    made.on('close', () => lost(new Error('the connection was closed')));
    return made;
  };

  return {
    /**
     * Rejects when the connection is lost. `firstByte`: ms until the answer's first octet came.
     * @returns {Promise<Answer>}
     */
    request: (method, path, headers = {}, body = '') =>
      new Promise((resolve, reject) => {
        if (socket === undefined || socket.destroyed) socket = open();
        reader = answerReader();
        waiting = { resolve, reject, sent: performance.now() };
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
        socket.write(
          `${method} ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nAuthorization: ${authorization}\r\n${connection}${lines.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        );
      }),
    close: () => socket?.destroy(),
  };
};
