import type { CollectionId, ResourceName } from '../../domain/kernel/ids.ts';
import type { KeptHeard } from '../../domain/scheduling/kept.ts';
import type { Delivery, ProcessEvent, Said } from '../../domain/scheduling/process.ts';
import { Malformed, present, uint32 } from './fields.ts';
import {
  type Delivery as DeliveryBody,
  type HeardMark,
  type HeldAnswer,
  messages,
} from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

const { scheduling } = messages;

export const schedulingSchemas: Schemas<ProcessEvent> = {
  ChangeScheduled: schema({
    message: scheduling.ChangeScheduled,
    write: ({ version, cause, said, deliveries }) => ({
      collection: version.collection,
      name: version.name,
      revision: version.revision,
      cause,
      ...(said && { sequence: uint32('sequence', said.sequence), dtstamp: said.dtstamp }),
      deliveries,
    }),
    read: ({ collection, name, revision, cause, sequence, dtstamp, deliveries = [] }) => ({
      type: 'ChangeScheduled',
      version: {
        collection: present('collection', collection) as CollectionId,
        name: present('name', name) as ResourceName,
        revision: revisionFrom(present('revision', revision)),
      },
      cause: present('cause', cause),
      ...saidFrom(sequence, dtstamp),
      deliveries: deliveries.map(deliveryFrom),
    }),
  }),
  DeliverySettled: schema({
    message: scheduling.DeliverySettled,
    write: ({ recipient, status, mail }) => ({ recipient, status, mail }),
    read: ({ recipient, status, mail }) => ({
      type: 'DeliverySettled',
      recipient: present('recipient', recipient),
      status: present('status', status),
      mail: present('mail', mail),
    }),
  }),
};

const revisionFrom = (text: string): string => {
  if (!/^\d{1,19}$/.test(text)) throw new Malformed('has a revision that is no number');
  return text;
};

const saidFrom = (
  sequence: number | null | undefined,
  dtstamp: string | null | undefined,
): { readonly said?: Said } =>
  typeof sequence === 'number' && typeof dtstamp === 'string'
    ? { said: { sequence, dtstamp } }
    : {};

const deliveryFrom = ({ recipient, status, mail }: DeliveryBody): Delivery => ({
  recipient: present('recipient', recipient),
  status: present('status', status),
  ...(typeof mail === 'string' ? { mail } : {}),
});

/** What was heard, as events of calendars have it. @throws Malformed */
export const heardFrom = (
  marks: readonly HeardMark[] = [],
  held: readonly HeldAnswer[] = [],
): KeptHeard => ({
  marks: marks.map(({ sender, instance, sequence, dtstamp, cancelled }) => ({
    sender: present('sender', sender),
    instance: present('instance', instance),
    sequence: present('sequence', sequence),
    dtstamp: present('dtstamp', dtstamp),
    cancelled: cancelled === true,
  })),
  held: held.map(({ message, sender }) => ({
    message: present('message', message),
    sender: present('sender', sender),
  })),
});
