import { describe, expect, it } from 'vitest';
import { bodyRoom } from '../../../src/api/http/body-room.ts';

const MIB = 1024 * 1024;
const crowded = expect.objectContaining({ code: 'bodies-crowded' }) as unknown;

const refusal = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('room for request bodies', () => {
  it('is bounded for one owner and for all together', () => {
    const share = bodyRoom(() => ({ all: 8 * MIB, owner: 4 * MIB }));
    const [one, two, other] = [share('ada'), share('ada'), share('bob')];
    one.grow(3 * MIB);
    expect(refusal(() => two.grow(2 * MIB))).toEqual(crowded);
    other.grow(4 * MIB);
    const third = share('eve');
    third.grow(MIB);
    expect(refusal(() => third.grow(3 * MIB))).toEqual(crowded);
  });

  it('is given back whole, and once only', () => {
    const share = bodyRoom(() => ({ all: 4 * MIB, owner: 4 * MIB }));
    const one = share('ada');
    for (let octets = 0; octets <= 4 * MIB; octets += MIB) one.grow(octets);
    one.release();
    one.release();
    const [two, three] = [share('ada'), share('ada')];
    two.grow(4 * MIB);
    expect(refusal(() => three.grow(MIB))).toEqual(crowded);
    two.release();
    three.grow(4 * MIB);
  });

  it('is not asked of short bodies, however many there are', () => {
    const share = bodyRoom(() => ({ all: MIB, owner: MIB }));
    share('ada').grow(MIB);
    expect(
      refusal(() => {
        for (let index = 0; index < 10_000; index += 1) share('ada').grow(100_000);
      }),
    ).toBeUndefined();
  });

  it('keeps what a refused body had until it is given back', () => {
    const share = bodyRoom(() => ({ all: 2 * MIB, owner: 2 * MIB }));
    const [one, two] = [share('ada'), share('ada')];
    one.grow(2 * MIB);
    expect(refusal(() => one.grow(3 * MIB))).toEqual(crowded);
    expect(refusal(() => two.grow(2 * MIB))).toEqual(crowded);
    one.release();
    two.grow(2 * MIB);
  });
});
