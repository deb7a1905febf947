import type { AccountId } from '../../domain/kernel/ids.ts';

/** The owner was erased; nothing can be sealed for it any more. */
export class KeyDestroyed extends Error {
  override readonly name = 'KeyDestroyed';
  readonly code = 'key-destroyed';
  constructor(owner: AccountId) {
    super(`the key of ${owner} was destroyed`);
  }
}
