import { connect } from 'node:net';

/** One answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** In lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** A connection that sends octets as they are, and reads answers one by one. */
export interface Wire {
  send(octets: string | Uint8Array): void;
  /** The next answer. `bodiless`: to HEAD. @throws when the connection ends, or nothing comes in time. */
  answer(options?: { readonly bodiless?: boolean }): Promise<WireAnswer>;
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
  end(): void;
}

const PATIENCE = 15_000;

export const openWire = (port: number): Wire => {
  const socket = connect(port, '127.0.0.1');
  let received = Buffer.alloc(0);
  let over = false;
  let wake = (): void => {};
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    wake();
  });
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      over = true;
      wake();
      resolve();
    });
  });
  socket.on('error', () => {});

  /** Waits until `find` finds something in what was received, and takes it out. */
  const take = async (find: (octets: Buffer) => number): Promise<Buffer> => {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const length = find(received);
      if (length >= 0) {
        const taken = received.subarray(0, length);
        received = received.subarray(length);
        return taken;
      }
      if (over || Date.now() > until)
        throw new Error(`no answer, but: ${JSON.stringify(received.toString('latin1'))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PATIENCE);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const line = async (): Promise<string> => {
    const taken = await take((octets) => {
      const end = octets.indexOf('\r\n');
      return end === -1 ? -1 : end + 2;
    });
    return taken.toString('latin1').slice(0, -2);
  };
  const exactly = (length: number) => take((octets) => (octets.length >= length ? length : -1));

  const chunks = async (): Promise<string> => {
    const parts: Buffer[] = [];
    for (;;) {
      const length = Number.parseInt(await line(), 16);
      parts.push((await exactly(length + 2)).subarray(0, length));
      if (length === 0) return Buffer.concat(parts).toString();
    }
  };

  return {
    closed,
    send: (octets) => socket.write(octets),
    end: () => socket.destroy(),
    async answer({ bodiless = false } = {}) {
      const status = Number((await line()).split(' ')[1]);
      const headers = new Map<string, string>();
      for (let header = await line(); header !== ''; header = await line()) {
        const colon = header.indexOf(':');
        headers.set(header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim());
      }
      const empty = bodiless || status < 200 || status === 204 || status === 304;
      if (empty) return { status, headers, body: '' };
      if (headers.get('transfer-encoding') === 'chunked')
        return { status, headers, body: await chunks() };
      const body = await exactly(Number(headers.get('content-length') ?? 0));
      return { status, headers, body: body.toString() };
    },
  };
};
