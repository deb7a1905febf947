import type { HomeCommand } from '../../../domain/home/home.ts';
import type { Expected, StreamId } from '../../../domain/kernel/event-store.ts';
import type { CollectionId } from '../../../domain/kernel/ids.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import { accepted, homeRefusal } from '../conditions.ts';
import type { DavRequest } from '../tables.ts';

const run = ({ services, principal, by }: DavRequest, command: HomeCommand) =>
  services.homes({
    stream: streams.home(principal.account),
    owner: principal.account,
    command,
    by,
  });

/**
 * Runs one command on the home of whoever asks and waits until it can be read.
 * @throws DavError as `homeConditions` says.
 */
export const changeHome = async (request: DavRequest, command: HomeCommand): Promise<void> => {
  const { revision } = accepted(await run(request, command), homeRefusal);
  await seen(request, streams.home(request.principal.account), revision);
};

/** Takes a collection's entry away; that another request did so first is as good. */
export const removeEntry = async (request: DavRequest, collection: CollectionId): Promise<void> => {
  const outcome = await run(request, { type: 'RemoveCollection', collection });
  if ('rejected' in outcome && outcome.rejected.kind === 'CollectionNotFound') return;
  const { revision } = accepted(outcome, homeRefusal);
  await seen(request, streams.home(request.principal.account), revision);
};

/** Waits until readers see what was just recorded, if anything was. */
export const seen = async (
  { services }: DavRequest,
  stream: StreamId,
  revision: Expected,
): Promise<void> => {
  if (revision !== 'no-stream') await services.seen(stream, revision);
};
