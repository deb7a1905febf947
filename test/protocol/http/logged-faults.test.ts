import { expect, test } from 'vitest';
import { startDav } from '../../support/dav.ts';

test('a fault is logged with its code also where the request had a body', async () => {
  const server = await startDav({
    wrap: (services) => ({
      ...services,
      calendars: async () => {
        throw new Error('broken');
      },
    }),
  });
  const { status, headers } = await server.send('MKCALENDAR', '/SOGo/dav/alice/Calendar/x/', {
    body: '<C:mkcalendar xmlns:C="urn:ietf:params:xml:ns:caldav"/>',
    headers: { 'content-type': 'application/xml' },
  });
  expect(status).toBe(500);
  expect(server.logged).toContainEqual({
    code: 'request-failed',
    fields: expect.objectContaining({ id: headers['x-request-id'], code: 'internal' }) as unknown,
  });
  await server.stop();
});
