import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyRing, RING } from '../../src/adapters/codec/key-ring.ts';
import { SEAL_OVERHEAD } from '../../src/adapters/codec/sealing.ts';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import type { Envelope } from '../../src/domain/kernel/event-store.ts';
import type { AccountId, ResourceName } from '../../src/domain/kernel/ids.ts';
import { arbitraryEvent } from './arbitrary-events.ts';
import { by, codecWith, countingVault, owner, recorded } from './recording.ts';
import { samples } from './samples.ts';

const lunch = samples.CalendarObjectStored['inline octets'];
const removal = samples.CalendarObjectDeleted['a name'];
const other = '9d9b1a5e-2f6c-4a57-8a52-6f5f0c1f2a33' as AccountId;

if (lunch === undefined || removal === undefined) throw new Error('the samples were renamed');

const sealedLunch = async (codec = codecWith()): Promise<Envelope> => {
  const [envelope] = await codec.seal(owner, [lunch], by);
  if (envelope === undefined) throw new Error('nothing was sealed');
  return envelope;
};

describe('the envelope (docs/adr/0006)', () => {
  it('says who, for whom, through what, when and why, and which key opens it', async () => {
    const vault = memoryKeyVault();
    const codec = codecWith({ vault, newId: () => 'an-id' });
    const [envelope] = await codec.seal(owner, [lunch], { ...by, onBehalfOf: other });
    expect(envelope).toEqual({
      id: 'an-id',
      type: 'CalendarObjectStored',
      schemaVersion: 1,
      occurredAt: by.at,
      actor: owner,
      onBehalfOf: other,
      via: by.via,
      correlationId: by.correlationId,
      causationId: by.causationId,
      sealedWith: (await vault.keyOf(owner)).id,
      payload: expect.any(Uint8Array) as Uint8Array,
    });
  });

  it('leaves onBehalfOf empty where it is nobody else', async () => {
    expect(await sealedLunch()).toMatchObject({ onBehalfOf: '' });
    const [own] = await codecWith().seal(owner, [lunch], { ...by, onBehalfOf: owner });
    expect(own?.onBehalfOf).toBe('');
  });

  it('shows nothing of the payload but its length', async () => {
    const { payload } = await sealedLunch();
    const text = Buffer.from(payload).toString('latin1');
    for (const secret of ['lunch', 'SUMMARY', 'VEVENT']) expect(text).not.toContain(secret);
  });

  it('seals even what says nothing', async () => {
    const [envelope] = await codecWith().seal(owner, [{ type: 'CalendarDeleted' }], by);
    expect(envelope?.payload).toHaveLength(SEAL_OVERHEAD);
  });

  it('seals equal events differently', async () => {
    const codec = codecWith({ newId: () => 'same' });
    const nonces = new Set<string>();
    // More than one fill of the pool of random octets.
    for (const { payload } of await codec.seal(owner, Array(600).fill(removal), by))
      nonces.add(Buffer.from(payload.subarray(1, 13)).toString('hex'));
    expect(nonces.size).toBe(600);
  });
});

describe('a sealed payload', () => {
  const undone = { code: expect.stringMatching(/^event-(tampered|undecodable)$/) as string };

  it('is noticed when any octet of it changes', async () => {
    const vault = memoryKeyVault();
    const codec = codecWith({ vault });
    await fc.assert(
      fc.asyncProperty(
        arbitraryEvent,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (event, at, flip) => {
          const [envelope] = recorded(await codec.seal(owner, [event], by));
          if (envelope === undefined) throw new Error('nothing was sealed');
          const payload = Uint8Array.from(envelope.payload);
          const index = at % payload.length;
          payload[index] = (payload[index] ?? 0) ^ flip;
          await expect(codec.open([{ ...envelope, payload }])).rejects.toMatchObject(undone);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is noticed when octets are cut off', async () => {
    const vault = memoryKeyVault();
    const codec = codecWith({ vault });
    const [envelope] = recorded([await sealedLunch(codec)]);
    if (envelope === undefined) throw new Error('nothing was sealed');
    for (const length of [0, 1, SEAL_OVERHEAD - 1, SEAL_OVERHEAD, envelope.payload.length - 1])
      await expect(
        codec.open([{ ...envelope, payload: envelope.payload.subarray(0, length) }]),
      ).rejects.toMatchObject({ code: 'event-tampered' });
  });

  it('is noticed when it is moved to another event of the same owner and type', async () => {
    const codec = codecWith();
    const renamed = { ...removal, name: 'dinner.ics' as ResourceName };
    const [one, two] = recorded(await codec.seal(owner, [removal, renamed], by));
    if (one === undefined || two === undefined) throw new Error('nothing was sealed');
    await expect(codec.open([{ ...one, payload: two.payload }])).rejects.toMatchObject({
      code: 'event-tampered',
      stream: one.stream,
      revision: one.revision,
    });
  });

  it('is noticed when its event is called by another type', async () => {
    const codec = codecWith();
    const [envelope] = recorded(await codec.seal(owner, [removal], by));
    if (envelope === undefined) throw new Error('nothing was sealed');
    const posing = { ...envelope, type: 'AddressObjectDeleted' };
    await expect(codec.open([posing])).rejects.toMatchObject({ code: 'event-tampered' });
  });

  it('is noticed when it claims the key of another owner', async () => {
    const codec = codecWith();
    const [envelope] = recorded(await codec.seal(owner, [removal], by));
    const [foreign] = recorded(await codec.seal(other, [removal], by));
    if (envelope === undefined || foreign === undefined) throw new Error('nothing was sealed');
    await expect(
      codec.open([{ ...envelope, sealedWith: foreign.sealedWith }]),
    ).rejects.toMatchObject({ code: 'event-tampered' });
  });
});

describe('keys', () => {
  it('are asked for once a batch, and not again while they are remembered', async () => {
    const vault = countingVault();
    const sealing = codecWith({ vault });
    const sealed = await Promise.all([
      sealing.seal(owner, [lunch, removal], by),
      sealing.seal(owner, [removal], by),
      sealing.seal(other, [removal], by),
    ]);
    await sealing.seal(owner, [removal], by);
    expect(vault.asked.keyOf).toEqual([owner, other]);

    const opening = codecWith({ vault });
    await opening.open(recorded(sealed.flat()));
    expect(vault.asked.secrets).toHaveLength(1);
    expect(new Set(vault.asked.secrets[0])).toEqual(
      new Set(sealed.flat().map(({ sealedWith }) => sealedWith)),
    );
    await opening.open(recorded(sealed.flat()));
    expect(vault.asked.secrets).toHaveLength(1);

    await sealing.open(recorded(sealed.flat()));
    expect(vault.asked.secrets, 'what was sealed here opens without asking').toHaveLength(1);
  });

  it('that were destroyed leave erased events, which keep their place among the others', async () => {
    const vault = memoryKeyVault();
    const codec = codecWith({ vault });
    const kept = await codec.seal(other, [removal], by);
    const gone = await codec.seal(owner, [lunch, removal], by);
    await vault.destroy(owner);
    expect(await codecWith({ vault }).open(recorded([...gone, ...kept]))).toEqual([
      { type: 'Erased', was: 'CalendarObjectStored' },
      { type: 'Erased', was: 'CalendarObjectDeleted' },
      removal,
    ]);
  });

  it('are forgotten after a minute, so that an erasure reaches every node', async () => {
    const vault = memoryKeyVault();
    const clock = { at: 1000, now: () => clock.at };
    const ring = keyRing(vault, clock);
    const { id, secret } = await ring.of(owner);
    await vault.destroy(owner);
    clock.at += RING.ttl;
    expect(await ring.of(owner)).toEqual({ id, secret });
    expect(await ring.secrets([id])).toEqual(new Map([[id, secret]]));
    clock.at += 1;
    expect(await ring.secrets([id])).toEqual(new Map());
    await expect(ring.of(owner)).rejects.toMatchObject({ code: 'key-destroyed' });
  });

  it('that the vault could not give are asked for again', async () => {
    const vault = memoryKeyVault();
    let down = true;
    const codec = codecWith({
      vault: {
        ...vault,
        keyOf: (account) =>
          down ? Promise.reject(new Error('the vault is away')) : vault.keyOf(account),
      },
    });
    await expect(codec.seal(owner, [removal], by)).rejects.toThrow('the vault is away');
    down = false;
    expect(await codec.seal(owner, [removal], by)).toHaveLength(1);
  });
});
