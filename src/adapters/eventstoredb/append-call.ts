import type { EventStoreDBClient } from '@eventstore/db-client';
import { convertToCommandError, WrongExpectedVersionError } from '@eventstore/db-client';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { StreamsClient } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import type {
  Envelope,
  Expected,
  Position,
  Revision,
  StreamId,
} from '../../domain/kernel/event-store.ts';
import { metadataOf, positionOf } from './recorded.ts';

export interface AppendRequest {
  readonly stream: StreamId;
  readonly expected: Expected;
  readonly events: readonly Envelope[];
}

export type AppendReply =
  | { readonly revision: Revision; readonly position: Position | undefined }
  | { readonly actual: Expected };

const optionsMessage = ({ stream, expected }: AppendRequest): AppendReq => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  const options = new streams.AppendReq.Options();
  options.setStreamIdentifier(identifier);
  if (expected === 'no-stream') options.setNoStream(new shared.Empty());
  else options.setRevision(String(expected));
  const message = new streams.AppendReq();
  message.setOptions(options);
  return message;
};

const eventMessage = (envelope: Envelope): AppendReq => {
  const id = new shared.UUID();
  id.setString(envelope.id);
  const proposed = new streams.AppendReq.ProposedMessage();
  proposed.setId(id);
  proposed.getMetadataMap().set('type', envelope.type);
  proposed.getMetadataMap().set('content-type', 'application/octet-stream');
  proposed.setCustomMetadata(Buffer.from(JSON.stringify(metadataOf(envelope))));
  proposed.setData(envelope.payload);
  const message = new streams.AppendReq();
  message.setProposedMessage(proposed);
  return message;
};

const replyOf = (response: AppendResp): AppendReply => {
  const refused = response.getWrongExpectedVersion();
  if (refused !== undefined) {
    return {
      actual: refused.hasCurrentRevision() ? BigInt(refused.getCurrentRevision()) : 'no-stream',
    };
  }
  const success = response.getSuccess();
  if (success === undefined) throw new Error('EventStoreDB answered an append with nothing');
  const position = success.getPosition();
  return {
    revision: BigInt(success.getCurrentRevision()),
    position:
      position &&
      positionOf({
        commit: BigInt(position.getCommitPosition()),
        prepare: BigInt(position.getPreparePosition()),
      }),
  };
};

/** Some servers refuse a revision with a status instead of a message. @throws any other error. */
const conflictOf = (error: Error): AppendReply => {
  if (!(error instanceof WrongExpectedVersionError)) throw error;
  const { actualVersion } = error;
  return {
    actual: typeof actualVersion === 'bigint' && actualVersion >= 0n ? actualVersion : 'no-stream',
  };
};

/**
 * One `Append` call (streams.proto), over the client's connection but not through its `appendToStream`:
 *
 * - that prefers `BatchAppend`, which in 6.2.1 waits for ever when no reply comes, keeps one table of
 *   waiting appends for all clients of the process, and brings the process down when a reply comes
 *   after that table was cleared; its deadline is a wall clock time and breaks under clock skew;
 * - its plain variant leaves a promise unsettled, and another unhandled, when the connection was closed
 *   in the same tick.
 *
 * Here a call has a deadline that travels as a duration, is cancelled by the signal, and fails alone.
 *
 * @param deadlineMs how long the server may take.
 * @param signal of this call alone: it keeps a listener.
 * @throws the client's CommandError, or an Error.
 */
export const appendCall = (
  client: EventStoreDBClient,
  request: AppendRequest,
  deadlineMs: number,
  signal: AbortSignal,
): Promise<AppendReply> =>
  // Brackets, because TypeScript calls these members protected; tsc still checks how they are used.
  client['execute'](
    StreamsClient,
    'append',
    (grpc) =>
      new Promise<AppendReply>((resolve, reject) => {
        const [metadata, options] = client['callArguments']({
          requiresLeader: true,
          deadline: deadlineMs,
        });
        const call = grpc.append(metadata, options, (error, response) => {
          try {
            if (error !== null) return resolve(conflictOf(convertToCommandError(error)));
            resolve(replyOf(response));
          } catch (failure) {
            reject(failure);
          }
        });
        call.on('error', reject);
        signal.addEventListener('abort', () => call.cancel(), { once: true });
        if (signal.aborted) call.cancel();
        // No more than the server takes in one append, about 1 MiB: not worth pacing.
        call.write(optionsMessage(request));
        for (const event of request.events) call.write(eventMessage(event));
        call.end();
      }),
  );
