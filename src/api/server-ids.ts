import type { AccountId } from '../domain/kernel/ids.ts';
import { streams } from '../domain/kernel/streams.ts';
import { derivedId } from './derived-id.ts';

/** Whose key seals what is nobody's own. */
export const SERVER = derivedId('owner', 'server') as AccountId;

/** What holds for the whole installation. */
export const INSTALLATION = streams.installation(derivedId('installation', 'this'));
