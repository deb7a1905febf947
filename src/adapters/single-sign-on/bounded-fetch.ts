import { ProviderUnavailable } from '../../domain/account/identity-provider.ts';

/** Octets of an answer; discovery documents, key sets and tokens are far below. */
const LIMIT = 512 * 1024;
/** How long a provider may take, in ms. */
const PATIENCE = 5000;

/** An answer that is longer than any should be. */
class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong';
}

class OutOfOrder extends Error {
  override readonly name = 'OutOfOrder';
}

const bodyOf = async (answer: Response): Promise<Uint8Array<ArrayBuffer>> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the body.
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = answer.body ?? [];
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > LIMIT) throw new AnswerTooLong('a provider sent too long an answer');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
};

/** Statuses that have no body (Fetch §2.2.3). */
const BODILESS = [101, 204, 205, 304];

/**
 * `fetch` to a provider: no longer than some seconds, no more than some octets, never where it is redirected to.
 * @throws ProviderUnavailable for all that, and where the provider says that it is out of order
 */
export const boundedFetch = async (
  url: string | URL,
  options: RequestInit = {},
): Promise<Response> => {
  const patience = AbortSignal.timeout(PATIENCE);
  const { signal } = options;
  try {
    const answer = await fetch(url, {
      ...options,
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
    const { status, statusText, headers } = answer;
    if (status >= 500) throw new OutOfOrder(`the provider answered ${status}`);
    const body = BODILESS.includes(status) ? null : await bodyOf(answer);
    return new Response(body, { status, statusText, headers });
  } catch (cause) {
    throw new ProviderUnavailable({ cause });
  }
};

const CAUSES = 5;

/** The fault behind what a library made of it; `undefined` when the provider did answer. */
export const unavailableIn = (error: unknown): ProviderUnavailable | undefined => {
  let at = error;
  for (let depth = 0; depth < CAUSES && at instanceof Error; depth += 1) {
    if (at instanceof ProviderUnavailable) return at;
    at = at.cause;
  }
  return undefined;
};
