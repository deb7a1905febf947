import { wellFormed } from './fields.ts';
import type { Message } from './generated/messages.ts';

type Decode<Value> = (payload: Uint8Array) => Value;

/** How every version of one event type, up to some version, is read as that version's value. */
export interface Past<Value> {
  /** The newest version read; versions count from 1 without gaps. */
  readonly version: number;
  readonly decoders: ReadonlyMap<number, Decode<Value>>;
}

/** How one event type stands in the log: every version is read, only the newest is written. */
export interface Schema<Event> extends Past<Event> {
  /** @throws Malformed for what could not be read back. */
  encode(event: Event): Uint8Array;
}

interface Reading<Value, Body extends object> {
  readonly message: Message<Body>;
  /** @throws Malformed when the message is no such value. */
  readonly read: (body: Body) => Value;
}

interface Form<Value, Body extends object> extends Reading<Value, Body> {
  readonly write: (value: Value) => Body;
}

/** A version that is no longer written, and the ones before it, already upcast to it. */
export const past = <Value, Body extends object>(
  { message, read }: Reading<Value, Body>,
  older?: Past<Value>,
): Past<Value> => {
  const version = (older?.version ?? 0) + 1;
  const decode: Decode<Value> = (payload) => read(message.decode(payload));
  return { version, decoders: new Map([...(older?.decoders ?? []), [version, decode]]) };
};

/** The version that is written, and the ones before it, already upcast to it. */
export const schema = <Event, Body extends object>(
  form: Form<Event, Body>,
  older?: Past<Event>,
): Schema<Event> => ({
  ...past(form, older),
  encode: (event) => form.message.encode(wellFormed(form.write(event))).finish(),
});

/** Old versions, read as the value of the next. */
export const upcast = <Old, New>(
  { version, decoders }: Past<Old>,
  step: (old: Old) => New,
): Past<New> => ({
  version,
  decoders: new Map(
    [...decoders].map(([number, decode]) => [number, (payload) => step(decode(payload))]),
  ),
});
