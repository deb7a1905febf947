import { accept, type Decider, reject } from '../kernel/decision.ts';
import type { Revision } from '../kernel/event-store.ts';
import type { CollectionId, ResourceName } from '../kernel/ids.ts';

/** Where an object stood in the log: the event of its calendar that made it so. */
export interface ObjectVersion {
  readonly collection: CollectionId;
  readonly name: ResourceName;
  /** In decimal digits. */
  readonly revision: string;
}

/** What became of one message to one recipient. */
export interface Delivery {
  /** Calendar user address. */
  readonly recipient: string;
  /** SCHEDULE-STATUS (RFC 6638 §7.3). */
  readonly status: string;
  /** Names the mail that tells them; absent for who was told without one. */
  readonly mail?: string;
}

/** What was said last (RFC 5546 §2.1.5). */
export interface Said {
  readonly sequence: number;
  readonly dtstamp: string;
}

export type ProcessCommand =
  /** Everybody was told what the object has become. */
  | {
      readonly type: 'RecordScheduledChange';
      readonly version: ObjectVersion;
      /** Id of the event that caused it. */
      readonly cause: string;
      readonly said?: Said;
      readonly deliveries: readonly Delivery[];
    }
  /** A mail is on its way, or was given up. */
  | { readonly type: 'SettleDelivery'; readonly mail: string; readonly status: string };

export type ProcessEvent =
  | {
      readonly type: 'ChangeScheduled';
      readonly version: ObjectVersion;
      readonly cause: string;
      readonly said?: Said;
      readonly deliveries: readonly Delivery[];
    }
  | {
      readonly type: 'DeliverySettled';
      readonly recipient: string;
      readonly status: string;
      readonly mail: string;
    };

export type ProcessRejection = { readonly kind: 'DeliveryNotFound' };

export interface ProcessState {
  /** The version that was told of last; absent before the first. */
  readonly told: ObjectVersion | undefined;
  /** Up to which revision changes in a calendar have been seen to. */
  readonly seenTo: Map<CollectionId, Revision>;
  readonly said: Said | undefined;
  /** How it stands with whoever was told, by their addresses: the last message to each. */
  readonly deliveries: Map<string, Delivery>;
}

/** Deliveries that are remembered of one object. */
const REMEMBERED = 20_000;

/**
 * What one object of an account has meant for the other people in it: which version of it everybody was told of
 * last, and how that went. One stream an account and UID. A change that was recorded here is done; one that was not
 * is done again, and does no harm where it had been.
 */
export const schedulingProcess: Decider<
  ProcessCommand,
  ProcessState,
  ProcessEvent,
  ProcessRejection
> = {
  initial: () => ({ told: undefined, seenTo: new Map(), said: undefined, deliveries: new Map() }),
  decide(command, state) {
    if (command.type === 'RecordScheduledChange') {
      if (isSeenTo(state, command.version)) return accept();
      const { version, cause, said, deliveries } = command;
      return accept({
        type: 'ChangeScheduled',
        ...{ version, cause, deliveries },
        ...(said === undefined ? {} : { said }),
      });
    }
    const { mail, status } = command;
    const delivery = [...state.deliveries.values()].find((one) => one.mail === mail);
    if (delivery === undefined) return reject({ kind: 'DeliveryNotFound' });
    if (delivery.status === status) return accept();
    return accept({ type: 'DeliverySettled', recipient: delivery.recipient, status, mail });
  },
  evolve(state, event) {
    if (event.type === 'DeliverySettled') {
      const { recipient, status, mail } = event;
      state.deliveries.set(recipient, { recipient, status, mail });
      return state;
    }
    const { version, said = state.said, deliveries } = event;
    state.seenTo.set(version.collection, BigInt(version.revision));
    for (const one of deliveries) {
      state.deliveries.delete(one.recipient);
      state.deliveries.set(one.recipient, one);
    }
    for (const recipient of state.deliveries.keys()) {
      if (state.deliveries.size <= REMEMBERED) break;
      state.deliveries.delete(recipient);
    }
    return { ...state, told: version, said };
  },
};

/** Whether everybody was told of a version, or of a later one in the same calendar. */
export const isSeenTo = (
  { seenTo }: Pick<ProcessState, 'seenTo'>,
  { collection, revision }: Pick<ObjectVersion, 'collection' | 'revision'>,
): boolean => {
  const last = seenTo.get(collection);
  return last !== undefined && last >= BigInt(revision);
};
