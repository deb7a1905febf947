import { setTimeout as sleep } from 'node:timers/promises';
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { type handleClientStreamingCall, Metadata, status } from '@grpc/grpc-js';
import type { Faults } from './faults.ts';
import type { AppendAnswer, Log, Proposed } from './log.ts';

/** The server's default MaxAppendSize. */
const LARGEST_APPEND = 1024 * 1024;

const LATE_MS = 900;
const LATER_MS = 300;

const refusal = (code: status, exception: string, more: Readonly<Record<string, string>> = {}) => {
  const metadata = new Metadata();
  metadata.set('exception', exception);
  for (const [key, value] of Object.entries(more)) metadata.set(key, value);
  return { code, details: exception, metadata };
};

const responseTo = (answer: AppendAnswer, withPosition: boolean): AppendResp => {
  const response = new streams.AppendResp();
  if ('current' in answer) {
    const refused = new streams.AppendResp.WrongExpectedVersion();
    if (answer.current < 0n) refused.setCurrentNoStream(new shared.Empty());
    else refused.setCurrentRevision(String(answer.current));
    response.setWrongExpectedVersion(refused);
    return response;
  }
  const success = new streams.AppendResp.Success();
  success.setCurrentRevision(String(answer.last.revision));
  if (withPosition) {
    const position = new streams.AppendResp.Position();
    position.setCommitPosition(String(answer.last.position));
    position.setPreparePosition(String(answer.last.position));
    success.setPosition(position);
  } else success.setNoPosition(new shared.Empty());
  response.setSuccess(success);
  return response;
};

const proposedOf = (message: AppendReq.ProposedMessage): Proposed => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  contentType: message.getMetadataMap().get('content-type') ?? '',
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
});

export const appendHandler =
  (log: Log, faults: Faults): handleClientStreamingCall<AppendReq, AppendResp> =>
  (call, answer) => {
    let options: AppendReq.Options | undefined;
    const events: Proposed[] = [];
    call.on('data', (request: AppendReq) => {
      options ??= request.getOptions();
      const message = request.getProposedMessage();
      if (message !== undefined) events.push(proposedOf(message));
    });
    const commit = (): AppendAnswer => {
      const name = Buffer.from(options?.getStreamIdentifier()?.getStreamName_asU8() ?? []);
      const expected = options?.hasNoStream() ? -1n : BigInt(options?.getRevision() ?? 0);
      return log.append(name.toString(), expected, events);
    };
    const respond = async (): Promise<void> => {
      faults.appendCalls += 1;
      const fault = faults.appends.shift();
      const size = events.reduce(
        (sum, { data, metadata }) => sum + data.length + metadata.length,
        0,
      );
      if (size > LARGEST_APPEND) {
        const limit = { 'maximum-append-size': String(LARGEST_APPEND) };
        return answer(refusal(status.INVALID_ARGUMENT, 'maximum-append-size-exceeded', limit));
      }
      if (faults.delayMs > 0) await sleep(faults.delayMs);
      switch (fault) {
        case 'lost':
          return;
        case 'reply-lost':
          commit();
          return;
        case 'late':
          await sleep(LATE_MS);
          commit();
          return;
        case 'unavailable-later':
          await sleep(LATER_MS);
          return answer({ code: status.UNAVAILABLE, details: 'asked to fail' });
        case 'unavailable':
          return answer({ code: status.UNAVAILABLE, details: 'asked to fail' });
        case 'unavailable-after-commit':
          commit();
          return answer({ code: status.UNAVAILABLE, details: 'asked to fail' });
        case 'access-denied':
          return answer(refusal(status.PERMISSION_DENIED, 'access-denied'));
        case 'not-leader': {
          const [host = '', port = ''] = call.getHost().split(':');
          const leader = { 'leader-endpoint-host': host, 'leader-endpoint-port': port };
          return answer(refusal(status.NOT_FOUND, 'not-leader', leader));
        }
        case 'conflict-as-status': {
          const done = commit();
          const actual = 'current' in done ? { 'actual-version': String(done.current) } : {};
          const more = { 'stream-name': 'any', 'expected-version': '-1', ...actual };
          return answer(refusal(status.FAILED_PRECONDITION, 'wrong-expected-version', more));
        }
        case 'repeat-forgotten': {
          const done = commit();
          const current = 'last' in done ? BigInt(log.stream(done.last.stream).length - 1) : 0n;
          return answer(null, responseTo({ current }, true));
        }
        default:
          return answer(null, responseTo(commit(), fault !== 'no-position'));
      }
    };
    // A call that was given up ends too, with the events that had come: the server then stores none.
    call.on('end', () => setImmediate(() => void (call.cancelled || respond())));
    call.on('error', () => undefined);
  };
