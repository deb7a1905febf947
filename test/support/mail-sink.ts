import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface ReceivedMail {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** As it came over the wire. */
  readonly text: string;
  readonly encrypted: boolean;
  /** Whom the client logged in as. */
  readonly user: string | undefined;
}

/** What a message is answered with once all of it has come; `cut`: the connection ends instead. */
type Answer = 'taken' | 'cut' | { readonly status: number };

export interface MailSinkOptions {
  /** 0: any that is free. */
  readonly port?: number;
  /** TLS from the first octet on. */
  readonly secure?: boolean;
  readonly starttls?: boolean;
  readonly login?: { readonly user: string; readonly password: string };
  answer?(mail: ReceivedMail, which: number): Answer | Promise<Answer>;
  /** Status that a recipient is refused with. */
  refuse?(recipient: string): number | undefined;
}

/** A mail server that keeps what it took, and misbehaves as a test says. */
export interface MailSink {
  readonly port: number;
  /** Messages whose last octet has come, answered well or not. */
  readonly came: readonly ReceivedMail[];
  readonly taken: readonly ReceivedMail[];
  close(): Promise<void>;
}

const refusal = (status: number): Error =>
  Object.assign(new Error('as the test says'), { responseCode: status });

/** A header of a message, unfolded (RFC 5322 §2.2.3). */
export const headerOf = ({ text }: ReceivedMail, name: string): string | undefined => {
  const [head = ''] = text.split('\r\n\r\n');
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n');
  const found = lines.filter((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`));
  return found.length > 1 ? `twice: ${found.join(' | ')}` : found[0]?.slice(name.length + 1).trim();
};

export const mailSink = async (options: MailSinkOptions = {}): Promise<MailSink> => {
  const { port = 0, secure = false, starttls = false, login, answer, refuse } = options;
  const [came, taken]: [ReceivedMail[], ReceivedMail[]] = [[], []];
  const sockets = new Set<Socket>();
  const server = new SMTPServer({
    secure,
    disabledCommands: [...(starttls ? [] : ['STARTTLS']), ...(login === undefined ? ['AUTH'] : [])],
    authOptional: login === undefined,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _, done) =>
      username === login?.user && password === login?.password
        ? done(null, { user: username })
        : done(new Error('no')),
    onRcptTo: ({ address }, _, done) => {
      const status = refuse?.(address);
      done(status === undefined ? null : refusal(status));
    },
    onData: (stream, { envelope, secure: encrypted, user }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const mail: ReceivedMail = {
          sender: envelope.mailFrom === false ? '' : envelope.mailFrom.address,
          recipients: envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(chunks).toString(),
          encrypted,
          user: typeof user === 'string' ? user : undefined,
        };
        came.push(mail);
        void Promise.resolve(answer?.(mail, came.length) ?? 'taken').then((said) => {
          if (said === 'cut') for (const socket of sockets) socket.destroy();
          else if (said === 'taken') {
            taken.push(mail);
            done();
          } else done(refusal(said.status));
        });
      });
    },
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const listener = server.listen(port, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    came,
    taken,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
