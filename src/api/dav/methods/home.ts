import type { HomeCommand } from '../../../domain/home/home.ts';
import type { Expected, StreamId } from '../../../domain/kernel/event-store.ts';
import type { AccountId, CollectionId } from '../../../domain/kernel/ids.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import { accepted, homeRefusal } from '../conditions.ts';
import type { DavRequest } from '../tables.ts';
import { treeOf } from '../resource.ts';

const run = ({ services, by }: DavRequest, account: AccountId, command: HomeCommand) =>
  services.homes({ stream: streams.home(account), owner: account, command, by });

/**
 * Runs one command on a home, usually that of the requested tree, and waits until it can be read.
 * @throws DavError as `homeConditions` says.
 */
export const changeHome = async (
  request: DavRequest,
  command: HomeCommand,
  account: AccountId = treeOf(request.resource, request.principal).account,
): Promise<void> => {
  const { revision } = accepted(await run(request, account, command), homeRefusal);
  await seen(request, streams.home(account), revision);
};

/** Takes a collection's entry away; that another request did so first is as good. */
export const removeEntry = async (
  request: DavRequest,
  collection: CollectionId,
  account: AccountId = treeOf(request.resource, request.principal).account,
): Promise<void> => {
  const outcome = await run(request, account, { type: 'RemoveCollection', collection });
  if ('rejected' in outcome && outcome.rejected.kind === 'CollectionNotFound') return;
  const { revision } = accepted(outcome, homeRefusal);
  await seen(request, streams.home(account), revision);
};

/** Waits until readers see what was just recorded, if anything was. */
export const seen = async (
  { services }: DavRequest,
  stream: StreamId,
  revision: Expected,
): Promise<void> => {
  if (revision !== 'no-stream') await services.seen(stream, revision);
};
