import { describe, expect, it } from 'vitest';
import { readSyncToken, syncToken } from '../../../src/api/dav/sync-token.ts';
import type { Viewer } from '../../../src/api/dav/resource.ts';
import type { AccountId, Instant } from '../../../src/domain/kernel/ids.ts';
import type { CollectionRow } from '../../../src/projections/collection/rows.ts';

const viewerWith = (account: string) => ({
  asker: {
    account: account as AccountId,
    groups: new Set<never>(),
    isSuperuser: false,
    usual: { calendar: [], addressbook: [] },
  },
});
const alice = 'a11ce000-0000-4000-8000-000000000001' as AccountId;
const viewer = viewerWith(alice);
const stranger = viewerWith('b0b00000-0000-4000-8000-000000000002');
const at = '2026-01-01T00:00:00.000Z' as Instant;
const row: CollectionRow = {
  stream: 'calendar-6f1c0000-0000-4000-8000-000000000003',
  kind: 'calendar',
  owner: alice,
  status: 'live',
  components: ['VEVENT'],
  applied: 41n,
  createdAt: at,
  grants: new Map(),
  modifiedAt: at,
};
const token = syncToken(viewer, row, 'rfc');
const read = (text: string, by: Pick<Viewer, 'asker'>, of: CollectionRow) =>
  readSyncToken(text, by, of, 'rfc');

describe('a sync token (docs/adr/0003)', () => {
  it('names the collection, the revision and the view, in a form that stays', () => {
    expect(token).toBe(
      'urn:x-daybook:sync:6f1c0000-0000-4000-8000-000000000003:41:4c1029697ee35871',
    );
  });

  it('is read back as the revision it was made at, also after the collection moved on', () => {
    expect(read(token, viewer, row)).toEqual({ kind: 'ok', since: 41n });
    expect(read(token, viewer, { ...row, applied: 99n })).toEqual({
      kind: 'ok',
      since: 41n,
    });
    expect(read(syncToken(viewer, row, 'rfc', 7n), viewer, row)).toEqual({
      kind: 'ok',
      since: 7n,
    });
  });

  it('is stale when it claims a revision that is not there', () => {
    expect(read(token, viewer, { ...row, applied: 40n })).toEqual({ kind: 'stale' });
  });

  it('is stale for a viewer with other rights', () => {
    expect(read(token, stranger, row)).toEqual({ kind: 'stale' });
  });

  it('is foreign to another collection', () => {
    const other = { ...row, stream: 'calendar-6f1c0000-0000-4000-8000-000000000004' } as const;
    expect(read(token, viewer, other)).toEqual({ kind: 'foreign' });
  });

  it.each([
    '',
    '1767225600',
    'urn:x-daybook:sync:',
    token.toUpperCase(),
    ` ${token}`,
    `${token}\n`,
    `${token}0`,
    token.replace(':41:', ':041:'),
    token.replace(':41:', ':-1:'),
    token.replace(':41:', ':4e1:'),
    token.replace(':41:', `:${'9'.repeat(20)}:`),
    token.replace(/:[0-9a-f]+$/, ':'),
  ])('is not %j', (text) => {
    expect(read(text, viewer, row)).toEqual({ kind: 'foreign' });
  });
});

describe("a sync token in SOGo's dialect", () => {
  const number = syncToken(viewer, row, 'sogo');

  it('is a number that says the same, and is read back as strictly', () => {
    expect(number).toMatch(/^[1-9][0-9]*$/);
    expect(readSyncToken(number, viewer, row, 'sogo')).toEqual({ kind: 'ok', since: 41n });
    expect(readSyncToken(number, viewer, { ...row, applied: 40n }, 'sogo').kind).toBe('stale');
    expect(readSyncToken(number, stranger, row, 'sogo').kind).toBe('stale');
    const other = { ...row, stream: 'calendar-6f1c0000-0000-4000-8000-000000000004' } as const;
    expect(readSyncToken(number, viewer, other, 'sogo').kind).toBe('foreign');
    const most = { ...row, applied: 2n ** 63n - 1n };
    const largest = syncToken(viewer, most, 'sogo');
    expect(readSyncToken(largest, viewer, most, 'sogo')).toEqual({
      kind: 'ok',
      since: most.applied,
    });
  });

  it('is what SOGo gives out only where nothing was ever held', () => {
    expect(readSyncToken('1767225600', viewer, row, 'sogo')).toEqual({ kind: 'foreign' });
    const fresh = { ...row, applied: 0n };
    expect(readSyncToken('1767225600', viewer, fresh, 'sogo')).toEqual({ kind: 'ok', since: 0n });
    expect(readSyncToken('-1', viewer, fresh, 'sogo')).toEqual({ kind: 'foreign' });
    expect(readSyncToken('1767225600', viewer, fresh, 'rfc')).toEqual({ kind: 'foreign' });
  });

  it('may be the other one too, which stays good when the dialect changes', () => {
    expect(readSyncToken(token, viewer, row, 'sogo')).toEqual({ kind: 'ok', since: 41n });
  });
});
