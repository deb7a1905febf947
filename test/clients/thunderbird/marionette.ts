import { connect, type Socket } from 'node:net';

/** A conversation with Thunderbird's Marionette server, which drives its own code. */
export interface Marionette {
  /**
   * Runs an async function's body in Thunderbird's own context, `args` being its arguments; what it returned.
   * @throws what it threw.
   */
  script(body: string, ...args: readonly unknown[]): Promise<unknown>;
  close(): void;
}

type Reply = readonly [kind: number, id: number, error: unknown, result: unknown];

/**
 * Connects once Thunderbird listens on a port, for as long as `isAlive`, and begins a session.
 * Messages are `LENGTH:JSON`: `[0, id, command, parameters]` there and `[1, id, error, result]` back.
 */
export const marionette = async (port: number, isAlive: () => boolean): Promise<Marionette> => {
  const socket = await listening(port, isAlive);
  const waiting = new Map<number, (reply: Reply) => void>();
  let failed: Error | undefined;
  let received = Buffer.alloc(0);
  let last = 0;

  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    for (;;) {
      const colon = received.indexOf(':');
      const end = colon + 1 + Number(received.subarray(0, Math.max(colon, 0)).toString());
      if (colon === -1 || received.length < end) return;
      const message = JSON.parse(received.subarray(colon + 1, end).toString()) as unknown;
      received = received.subarray(end);
      // The greeting is no reply.
      if (!Array.isArray(message)) continue;
      const reply = message as unknown as Reply;
      waiting.get(reply[1])?.(reply);
      waiting.delete(reply[1]);
    }
  });
  socket.on('error', (error) => (failed = error));
  socket.on('close', () => {
    const why = { message: failed?.message ?? 'Thunderbird closed the connection' };
    for (const answer of waiting.values()) answer([1, 0, why, undefined]);
    waiting.clear();
  });

  const command = (name: string, parameters: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, ([, , error, result]) => {
        if (error === null) resolve(result);
        else reject(new Error(JSON.stringify(error)));
      });
      const text = JSON.stringify([0, last, name, parameters]);
      socket.write(`${Buffer.byteLength(text)}:${text}`);
    });

  await command('WebDriver:NewSession', {});
  await command('Marionette:SetContext', { value: 'chrome' });
  await command('WebDriver:SetTimeouts', { script: 120_000 });
  return {
    async script(body, ...args) {
      const script = `const [...given] = arguments; const done = given.pop();
        (async (...args) => { ${body} })(...given)
          .then((value) => done({ value }), (error) => done({ error: String(error) + error?.stack }));`;
      const { value } = (await command('WebDriver:ExecuteAsyncScript', { script, args })) as {
        readonly value: { readonly value?: unknown; readonly error?: string };
      };
      if (value.error !== undefined) throw new Error(value.error);
      return value.value;
    },
    close: () => void socket.destroy(),
  };
};

const listening = async (port: number, isAlive: () => boolean): Promise<Socket> => {
  for (;;) {
    const socket = await new Promise<Socket | undefined>((resolve) => {
      const attempt = connect(port, '127.0.0.1', () => resolve(attempt));
      attempt.once('error', () => resolve(undefined));
    });
    if (socket !== undefined) return socket;
    if (!isAlive()) throw new Error('Thunderbird ended before it listened');
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
};
