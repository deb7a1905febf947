import { randomUUID } from 'node:crypto';
import { once, setMaxListeners } from 'node:events';
import type { ReadReq, ReadResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import { type handleServerStreamingCall, type ServerWritableStream, status } from '@grpc/grpc-js';
import type { Faults } from './faults.ts';
import type { Log, Logged } from './log.ts';

type Call = ServerWritableStream<ReadReq, ReadResp>;

/** How many events the server looks at in a row unless the filter says otherwise. */
const SEARCH_WINDOW = 32;

const eventMessage = (event: Logged): ReadResp => {
  const id = new shared.UUID();
  id.setString(event.id);
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(event.stream));
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  recorded.setId(id);
  recorded.setStreamIdentifier(identifier);
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(String(event.position));
  recorded.setPreparePosition(String(event.position));
  recorded.getMetadataMap().set('type', event.type);
  recorded.getMetadataMap().set('content-type', event.contentType);
  recorded.getMetadataMap().set('created', '17000000000000000');
  recorded.setCustomMetadata(event.metadata);
  recorded.setData(event.data);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(String(event.position));
  const message = new streams.ReadResp();
  message.setEvent(read);
  return message;
};

const checkpointMessage = (position: bigint): ReadResp => {
  const checkpoint = new streams.ReadResp.Checkpoint();
  checkpoint.setCommitPosition(String(position));
  checkpoint.setPreparePosition(String(position));
  const message = new streams.ReadResp();
  message.setCheckpoint(checkpoint);
  return message;
};

const confirmationMessage = (): ReadResp => {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(randomUUID());
  const message = new streams.ReadResp();
  message.setConfirmation(confirmation);
  return message;
};

const caughtUpMessage = (): ReadResp => {
  const message = new streams.ReadResp();
  message.setCaughtUp(new streams.ReadResp.CaughtUp());
  return message;
};

const notFoundMessage = (stream: string): ReadResp => {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream));
  const notFound = new streams.ReadResp.StreamNotFound();
  notFound.setStreamIdentifier(identifier);
  const message = new streams.ReadResp();
  message.setStreamNotFound(notFound);
  return message;
};

/** Writes with back-pressure, or gives up once the caller has gone. */
type Send = (message: ReadResp) => Promise<void>;

const sender =
  (call: Call, gone: AbortSignal): Send =>
  async (message) => {
    if (gone.aborted || call.write(message)) return;
    await once(call, 'drain', { signal: gone }).catch(() => undefined);
  };

/** Forwards from `place` inclusive, backwards from `place` exclusive, as the server does with positions. */
const slice = (events: readonly Logged[], options: ReadReq.Options): readonly Logged[] => {
  const count = Number(options.getCount());
  const backwards = options.getReadDirection() === 1;
  const stream = options.getStream();
  const all = options.getAll();
  const position = all?.getPosition();
  if (backwards) {
    const before =
      position === undefined
        ? events
        : events.filter((event) => event.position < BigInt(position.getCommitPosition()));
    return before.slice(-count).reverse();
  }
  if (stream?.hasRevision()) {
    const from = Number(stream.getRevision());
    return events.slice(from, from + count);
  }
  return events.slice(0, count);
};

const answerRead = async (call: Call, log: Log, faults: Faults, gone: AbortSignal) => {
  const send = sender(call, gone);
  const options = call.request.getOptions() ?? new streams.ReadReq.Options();
  const identifier = options.getStream()?.getStreamIdentifier();
  const name = identifier && Buffer.from(identifier.getStreamName_asU8()).toString();
  const events = name === undefined ? log.all : log.stream(name);
  const fault = faults.reads.shift();
  if (fault?.kind === 'silent') return;
  if (name !== undefined && events.length === 0) await send(notFoundMessage(name));
  let sent = 0;
  for (const event of slice(events, options)) {
    if (gone.aborted || (fault !== undefined && sent === fault.after)) break;
    await send(eventMessage(event));
    sent += 1;
  }
  if (fault === undefined) call.end();
  else call.emit('error', { code: status.UNAVAILABLE, details: 'asked to fail' });
};

/** A filtered subscription to the whole log: confirmation, events, checkpoints, caught up, live. */
const answerSubscription = async (call: Call, log: Log, faults: Faults, gone: AbortSignal) => {
  const send = sender(call, gone);
  const options = call.request.getOptions();
  const filter = options?.getFilter();
  const pattern = new RegExp(filter?.getEventType()?.getRegex() ?? '');
  const window = filter?.hasMax() ? filter.getMax() : SEARCH_WINDOW;
  const interval = window * (filter?.getCheckpointintervalmultiplier() ?? 1);
  const position = options?.getAll()?.getPosition();
  const after = position === undefined ? -1n : BigInt(position.getCommitPosition());
  faults.subscribedAfter.push(after);
  await send(confirmationMessage());
  let next = log.all.findIndex((event) => event.position > after);
  if (next < 0) next = log.all.length;
  for (let searched = 1; !gone.aborted; ) {
    const event = log.all[next];
    if (event === undefined) {
      await send(caughtUpMessage());
      if (next === log.all.length)
        await once(log.grown, 'grown', { signal: gone }).catch(() => undefined);
      continue;
    }
    if (pattern.test(event.type)) await send(eventMessage(event));
    if (searched % interval === 0) await send(checkpointMessage(event.position));
    searched += 1;
    next += 1;
  }
};

/** Subscriptions open now, and what ends each without an error. */
export type Subscriptions = Map<ServerWritableStream<ReadReq, ReadResp>, () => void>;

export const readHandler =
  (
    log: Log,
    faults: Faults,
    subscriptions: Subscriptions,
  ): handleServerStreamingCall<ReadReq, ReadResp> =>
  (call) => {
    const gone = new AbortController();
    setMaxListeners(0, gone.signal);
    call.on('cancelled', () => gone.abort());
    call.on('error', () => gone.abort());
    if (!call.request.getOptions()?.hasSubscription()) {
      void answerRead(call, log, faults, gone.signal);
      return;
    }
    subscriptions.set(call, () => {
      gone.abort();
      call.end();
    });
    void answerSubscription(call, log, faults, gone.signal).finally(() =>
      subscriptions.delete(call),
    );
  };
