import type { Services } from './services.ts';

/**
 * Reads `SOGoFreeBusyDefaultInterval` for whoever asks: his domain is that of his login, else of his
 * mail address.
 * @param setting of a domain: days before and after today
 */
export const freeBusyDays =
  (setting: (domain: string | undefined) => readonly number[]): Services['freeBusyDays'] =>
  ({ login, mail }) => {
    const [before = 0, after = 0] = setting((login.includes('@') ? login : mail).split('@')[1]);
    return [before, after];
  };
