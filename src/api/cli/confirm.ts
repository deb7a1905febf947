import { createInterface } from 'node:readline';
import { UsageError } from './command.ts';

/**
 * Whether the person at the terminal types a word to say yes. @throws UsageError where there is no terminal
 */
export const confirmed = (question: string, word: string): Promise<boolean> => {
  if (!process.stdin.isTTY)
    throw new UsageError('there is no terminal to ask on: --yes does it without asking');
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr });
    lines.once('close', () => resolve(false));
    lines.question(`${question} `, (answer) => {
      resolve(answer.trim() === word);
      lines.close();
    });
  });
};
