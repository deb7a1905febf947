import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoreUnavailable } from '../../../src/domain/kernel/event-store.ts';
import type { BlobRef } from '../../../src/domain/kernel/ids.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { CALENDAR, eventText, ICALENDAR } from '../../support/objects.ts';

/** Blobs that were put and not removed. */
const left = new Set<BlobRef>();
/** Thrown by the next change, after its blob was put. */
let fault: Error | undefined;

let server: DavServer;
beforeAll(async () => {
  server = await startDav({
    wrap: (services) => ({
      ...services,
      blobs: {
        ...services.blobs,
        async put(owner, octets) {
          const ref = await services.blobs.put(owner, octets);
          left.add(ref);
          return ref;
        },
        async remove(ref) {
          await services.blobs.remove(ref);
          left.delete(ref);
        },
      },
      calendars: async (intent) => {
        if (fault !== undefined) throw fault;
        return services.calendars(intent);
      },
    }),
  });
});
afterAll(() => server.stop());
beforeEach(() => {
  left.clear();
  fault = undefined;
});

const large = (uid: string, text = 'x'): string =>
  eventText(uid, `DESCRIPTION:${text.repeat(70_000)}`);
const put = async (path: string, body: string, headers: Record<string, string> = {}) =>
  (await server.send('PUT', path, { headers: { ...ICALENDAR, ...headers }, body })).status;

describe.each([
  ['object', `${CALENDAR}large.ics`],
  ['file', '/SOGo/dav/alice/Files/large.ics'],
])('the blob of an %s', (kind, path) => {
  it('stays once it is stored, and when it is replaced: the log still names it', async () => {
    expect(await put(path, large('large'))).toBe(201);
    expect(left.size).toBe(1);
    expect(await put(path, large('large', 'y'))).toBe(204);
    expect(left.size).toBe(2);
    expect((await server.send('GET', path)).body).toBe(large('large', 'y'));
  });

  it('goes when the PUT is refused (RFC 9110 §13.1)', async () => {
    expect(await put(path, large('large', 'z'), { 'if-none-match': '*' })).toBe(412);
    expect(left.size).toBe(0);
    expect((await server.send('GET', path)).body).toBe(large('large', 'y'));
  });

  it('goes when the same octets are there already', async () => {
    expect(await put(path, large('large', 'y'))).toBe(204);
    expect(left.size).toBe(0);
    expect((await server.send('GET', path)).body).toBe(large('large', 'y'));
  });

  if (kind === 'object') {
    it('goes when another object has its UID (RFC 4791 §5.3.2.1)', async () => {
      expect(await put(`${CALENDAR}other.ics`, large('large'))).toBe(403);
      expect(left.size).toBe(0);
    });

    it('stays when nobody knows what the log has', async () => {
      fault = new StoreUnavailable('gone');
      expect(await put(path, large('large', 'w'))).toBe(503);
      expect(left.size).toBe(1);
    });
  }
});
