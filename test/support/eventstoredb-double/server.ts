import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { type handleUnaryCall, Server, ServerCredentials, status } from '@grpc/grpc-js';
import { appendHandler } from './append.ts';
import { type Faults, noFaults } from './faults.ts';
import { emptyLog, type Log } from './log.ts';
import { readHandler, type Subscriptions } from './read.ts';

/**
 * As much of an EventStoreDB 23.10 as the adapter talks to, in this process: `Streams.Append`,
 * `Streams.Read` (streams and `$all`, both ways; filtered subscriptions) and `Gossip.Read`, with the
 * client package's own generated services. What it knows of the server's behaviour was read from the
 * server's source, not observed.
 */
export interface EventStoreDbDouble {
  /** One node. */
  readonly connectionString: string;
  /** The same node, found by gossip. */
  readonly clusterConnectionString: string;
  readonly log: Log;
  readonly faults: Faults;
  /** Ends all subscriptions without an error. */
  endSubscriptions(): void;
  subscribers(): number;
  /** Cuts all connections and refuses new ones; the log is kept. */
  lose(): Promise<void>;
  /** Listens again, on the same port. */
  giveBack(): Promise<void>;
  stop(): Promise<void>;
}

const LEADER = 8;

export const startEventStoreDbDouble = async (): Promise<EventStoreDbDouble> => {
  const log = emptyLog();
  const faults = noFaults();
  const subscriptions: Subscriptions = new Map();
  let port = 0;
  let server: Server | undefined;

  const membership = (): ClusterInfo => {
    const endPoint = new gossip.EndPoint();
    endPoint.setAddress('127.0.0.1');
    endPoint.setPort(port);
    const member = new gossip.MemberInfo();
    member.setState(LEADER);
    member.setIsAlive(true);
    member.setHttpEndPoint(endPoint);
    const cluster = new gossip.ClusterInfo();
    cluster.addMembers(member);
    return cluster;
  };

  const listen = async (): Promise<void> => {
    const starting = new Server();
    starting.addService(StreamsService, {
      append: appendHandler(log, faults),
      read: readHandler(log, faults, subscriptions),
    });
    const read: handleUnaryCall<unknown, ClusterInfo> = (_call, answer) => {
      if (faults.gossipFails) answer({ code: status.UNAVAILABLE, details: 'asked to fail' });
      else answer(null, membership());
    };
    starting.addService(GossipService, { read });
    port = await new Promise<number>((resolve, reject) => {
      const credentials = ServerCredentials.createInsecure();
      starting.bindAsync(`127.0.0.1:${port}`, credentials, (error, bound) =>
        error === null ? resolve(bound) : reject(error),
      );
    });
    server = starting;
  };
  const lose = async (): Promise<void> => {
    server?.forceShutdown();
    server = undefined;
  };

  await listen();
  return {
    connectionString: `esdb://127.0.0.1:${port}?tls=false`,
    clusterConnectionString: `esdb://127.0.0.1:${port},127.0.0.1:${port}?tls=false`,
    log,
    faults,
    endSubscriptions: () => {
      for (const end of subscriptions.values()) end();
    },
    subscribers: () => subscriptions.size,
    lose,
    giveBack: listen,
    stop: lose,
  };
};
