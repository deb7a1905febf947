import { connect, createServer, type Socket } from 'node:net';

/** A TCP proxy that can be slow, and counts what passes. */
export interface Proxy {
  readonly url: string;
  /** Pieces that clients have sent: with LDAP, about as many requests. */
  asked(): number;
  /** Connections that were opened. */
  opened(): number;
  /** How long answers are held back, in ms. */
  delay(ms: number): void;
  /** Breaks all connections, and goes on. */
  cut(): void;
  close(): Promise<void>;
}

export const startProxy = async (to: number): Promise<Proxy> => {
  const sockets = new Set<Socket>();
  let held = 0;
  let asked = 0;
  let opened = 0;
  const server = createServer((client) => {
    opened += 1;
    const behind = connect(to, '127.0.0.1');
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket
        .on('error', () => {})
        .on('close', () => {
          sockets.delete(socket);
          client.destroy();
          behind.destroy();
        });
    }
    client.on('data', (chunk) => {
      asked += 1;
      behind.write(chunk);
    });
    behind.on('data', (chunk) => {
      if (held === 0) client.write(chunk);
      else setTimeout(() => client.write(chunk), held);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `ldap://127.0.0.1:${port}`,
    asked: () => asked,
    opened: () => opened,
    delay: (ms) => {
      held = ms;
    },
    cut,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
};
