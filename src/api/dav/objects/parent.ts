import { DavError, refuse } from '../errors.ts';

/** An object cannot be put where no collection is (RFC 4918 §9.7.1, §9.8.5). */
export const missingParent = (): DavError =>
  refuse(409, undefined, { reason: 'The collection does not exist.' });

/** Stores into a collection: one that went while the request was under way is a missing parent. */
export const withParent = async <Result>(result: Promise<Result>): Promise<Result> => {
  try {
    return await result;
  } catch (error) {
    if (error instanceof DavError && error.refusal.status === 404) throw missingParent();
    throw error;
  }
};
