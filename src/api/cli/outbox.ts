import {
  type MailStanding,
  type MailState,
  mailStates,
  type Outbox,
} from '../../domain/mail/outbox.ts';
import { type Command, flag, type Given, text, UsageError } from './command.ts';
import type { Surroundings } from './surroundings.ts';

/** Opens the store and does something with the outbox; a text says why it was not done. */
const withOutbox =
  (
    work: (outbox: Outbox, given: Given, surroundings: Surroundings) => Promise<string | undefined>,
  ) =>
  async (given: Given, surroundings: Surroundings): Promise<number> => {
    const daybook = await surroundings.open(given);
    try {
      const refusal = await work(daybook.outbox, given, surroundings);
      if (refusal !== undefined) surroundings.complain(refusal);
      return refusal === undefined ? 0 : 1;
    } finally {
      await daybook.close();
    }
  };

const line = (standing: MailStanding): string => JSON.stringify(standing);

const stateOf = (given: Given): MailState => {
  const wanted = text(given, 'state') ?? 'waiting';
  const state = mailStates.find((one) => one === wanted);
  if (state === undefined) throw new UsageError(`'${wanted}' is none of ${mailStates.join(', ')}`);
  return state;
};

/** `daybook outbox …`: mail that waits to be sent. */
export const outboxCommands: readonly Command<Surroundings>[] = [
  {
    name: 'outbox list',
    summary: 'print messages that wait to be sent, or could not be, as JSON lines',
    operands: [],
    options: [{ name: 'state', value: 'STATE', summary: `${mailStates.join(', ')} (waiting)` }],
    details: 'What is in a message, and to whom it goes, is not printed: it is sealed.',
    run: withOutbox(async (outbox, given, { print }) => {
      for (const standing of await outbox.list(stateOf(given))) print(line(standing));
      return undefined;
    }),
  },
  {
    name: 'outbox retry',
    summary: 'try messages now that wait or failed: one, or all',
    operands: ['[KEY]'],
    options: [{ name: 'all', summary: 'all of them' }],
    run: withOutbox(async (outbox, given, { print }) => {
      const [key] = given.operands;
      if ((key === undefined) !== flag(given, 'all'))
        throw new UsageError('name one message, or say --all');
      const count = await outbox.retry(key);
      if (key !== undefined && count === 0) return `nothing waits or failed under '${key}'`;
      print(`${count} to be tried now`);
      return undefined;
    }),
  },
  {
    name: 'outbox discard',
    summary: 'give a message up that waits or failed',
    operands: ['KEY'],
    options: [],
    run: withOutbox(async (outbox, given) => {
      const [key = ''] = given.operands;
      return (await outbox.discard(key)) ? undefined : `nothing waits or failed under '${key}'`;
    }),
  },
];
