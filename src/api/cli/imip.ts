import type { Heeded, Taken } from '../mail-in/taking.ts';
import { type Command, text } from './command.ts';
import type { Surroundings } from './surroundings.ts';

/** Exit statuses that mail servers understand (sysexits.h). */
const DATA_ERROR = 65;
const NO_USER = 67;
const TRY_LATER = 75;

/** Octets of a mail that are read; a larger one is refused by its size. */
const MOST = 26_000_000;

const said: Readonly<Record<Heeded['outcome'], string>> = {
  store: 'stored',
  remove: 'removed',
  unchanged: 'nothing new',
  shown: 'left to be read',
  resend: 'left to be read',
  refuse: 'refused',
};

const verdict = (taken: Taken): { readonly lines: readonly string[]; readonly status: number } => {
  switch (taken.kind) {
    case 'trouble':
      return { lines: [`not read: ${taken.trouble}`], status: DATA_ERROR };
    case 'unknown-recipient':
      return { lines: ['nobody here has that address'], status: NO_USER };
    // Not to be told to whoever wrote it: he may be another than it says.
    case 'passed-over':
      return { lines: [`passed over: ${taken.reason}`], status: 0 };
    case 'heeded':
      return {
        lines: taken.messages.map(
          ({ recipient, method, uid, outcome }) =>
            `${method} ${JSON.stringify(uid)} for ${recipient}: ${said[outcome]}`,
        ),
        status: 0,
      };
  }
};

/** `daybook imip`. */
export const imipCommand: Command<Surroundings> = {
  name: 'imip',
  summary: 'heed the invitations and answers of a mail from standard input',
  operands: [],
  options: [
    { name: 'recipient', value: 'ADDR', summary: 'whose mail it is (whom it says it is for)' },
  ],
  details:
    'For a pipe of a mail server; works while the server runs. The same mail again changes nothing more. Exit\nstatus 0: heeded, or nothing in it to be heeded; 65: no mail, or a calendar that cannot be read; 67: nobody\nhere has the address; 75: try again later.',
  async run(given, surroundings) {
    const { print, complain } = surroundings;
    try {
      const octets = await surroundings.read(MOST);
      const recipient = text(given, 'recipient');
      const daybook = await surroundings.open(given, 'with-directories');
      try {
        const taken = await daybook.takeMail(
          octets,
          recipient === undefined ? undefined : [recipient],
        );
        const { lines, status } = verdict(taken);
        for (const line of lines)
          if (status === 0) print(line);
          else complain(line);
        return status;
      } finally {
        await daybook.close();
      }
    } catch (error) {
      // Whatever it is, the mail is not at fault, and must not go back to whoever wrote it.
      complain(error instanceof Error ? error.message : String(error));
      return TRY_LATER;
    }
  },
};
