import { randomBytes, randomUUID } from 'node:crypto';
import type { KeyId } from '../../domain/kernel/ids.ts';
import type { VaultKey } from '../../domain/kernel/ports.ts';

export const newKey = (): VaultKey => ({ id: randomUUID() as KeyId, secret: randomBytes(32) });
