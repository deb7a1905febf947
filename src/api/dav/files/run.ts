import type { FilesCommand, FilesEvent } from '../../../domain/files/changes.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import { accepted, filesRefusal } from '../conditions.ts';
import type { DavRequest } from '../tables.ts';

/**
 * Runs one command on the files of whoever asks; what was recorded, which may be nothing.
 * @throws DavError as `filesConditions` says.
 */
export const changeFiles = async (
  { services, principal, by }: DavRequest,
  command: FilesCommand,
): Promise<readonly FilesEvent[]> => {
  const { account } = principal;
  const stream = streams.files(account);
  const outcome = await services.files({ stream, owner: account, command, by });
  return accepted(outcome, filesRefusal).accepted;
};
