import { describe, expect, it } from 'vitest';
import { liveSources } from '../../src/api/composition/live-sources.ts';
import { vouching } from '../../src/api/sign-in/vouching.ts';
import type { UserSource } from '../../src/domain/account/user-source.ts';

interface Fake extends UserSource {
  closed: boolean;
}

const fake = (id: string, logins: readonly string[] = []): Fake => ({
  id,
  closed: false,
  authenticate: async () => undefined,
  lookup: async (login) =>
    logins.includes(login) ? { source: id, login, displayName: '', mail: '' } : undefined,
  async close() {
    this.closed = true;
  },
});

const wanted = (source: Fake, key: unknown = source.id) => ({ key, make: () => source });
const never = (): never => expect.unreachable('nothing fails here');

describe('sources that are replaced while they are asked', () => {
  it('are, to whoever began before, those of before, and closed once he is done', async () => {
    const [one, other, next] = [fake('one'), fake('other'), fake('next')];
    const live = liveSources([wanted(one), wanted(other)], never);
    const seen: string[] = [];
    for (const source of live) {
      seen.push(source.id);
      if (source === one) live.replace([wanted(next)]);
      expect([one.closed, other.closed]).toEqual([false, false]);
    }
    expect(seen).toEqual(['one', 'other']);
    expect([one.closed, other.closed, next.closed]).toEqual([true, true, false]);
    expect([...live]).toEqual([next]);
  });

  it('are closed at once when nobody asks them, and also when somebody stopped half-way', () => {
    const [one, other, next] = [fake('one'), fake('other'), fake('next')];
    const live = liveSources([wanted(one), wanted(other)], never);
    for (const source of live) if (source === one) break;
    live.replace([wanted(next)]);
    expect([one.closed, other.closed]).toEqual([true, true]);
  });

  it('stay where what they are made of is the same, whatever stands beside them', () => {
    const [one, again, other] = [fake('one'), fake('again'), fake('other')];
    const live = liveSources([wanted(one, { url: 'a', names: new Map([['x', ['y']]]) })], never);
    live.replace([wanted(other), wanted(again, { url: 'a', names: new Map([['x', ['y']]]) })]);
    expect([...live]).toEqual([other, one]);
    live.replace([wanted(other), wanted(again, { url: 'a', names: new Map([['x', ['z']]]) })]);
    expect([...live]).toEqual([other, again]);
    expect([one.closed, other.closed]).toEqual([true, false]);
  });

  it('change nothing when one of them cannot be made', () => {
    const one = fake('one');
    const live = liveSources([wanted(one)], never);
    const broken = {
      key: 'broken',
      make: () => {
        throw new Error('no such thing');
      },
    };
    expect(() => live.replace([broken])).toThrow('no such thing');
    expect([...live]).toEqual([one]);
    expect(one.closed).toBe(false);
  });

  it('are not believed any more once they are gone, whoever was vouched for', async () => {
    const live = liveSources([wanted(fake('one', ['ada', 'bob']))], never);
    const vouch = vouching({ sources: live });
    expect(await vouch('ada')).toMatchObject({ source: 'one' });
    expect(await vouch('bob')).toMatchObject({ source: 'one' });
    live.replace([wanted(fake('next', ['bob']))]);
    expect(await vouch('ada')).toBeUndefined();
    expect(await vouch('bob')).toMatchObject({ source: 'next' });
  });
});
