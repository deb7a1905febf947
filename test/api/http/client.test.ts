import { describe, expect, it } from 'vitest';
import { viaOf } from '../../../src/api/http/client.ts';

describe('the client an event names', () => {
  it.each([
    ['DAVx5/4.4.1-ose (dav4jvm; okhttp/4.12.0) Android/14', 'DAVx5/4.4.1-ose'],
    ['iOS/17.5.1 (21F90) dataaccessd/1.0', 'iOS/17.5.1'],
    ['macOS/14.5 (23F79) CalendarAgent/1009', 'macOS/14.5'],
    ['Mac OS X/10.11.6 (15G22010) AddressBookSource/1685', 'macOS/10.11.6'],
    [
      'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0',
      'Thunderbird/128.5.0',
    ],
    ['Evolution/3.48.0', 'Evolution/3.48.0'],
    [
      'Mozilla/5.0 (X11; Linux x86_64) KHTML/5.103.0 (like Gecko) Konqueror/5 KIO/5.103',
      'KOrganizer/5.103',
    ],
    ['vdirsyncer/0.19.2', 'vdirsyncer/0.19.2'],
    ['curl/7.88.1', 'curl/7.88.1'],
    ['Microsoft-WebDAV-MiniRedir/10.0.19045', 'Microsoft-WebDAV-MiniRedir/10.0.19045'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox/145'],
    [
      'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
      'Edge/142',
    ],
    [
      'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36',
      'Chrome/142',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
      'Safari/26',
    ],
    ['Something-New', 'Something-New'],
    ['(only a comment)', 'unknown'],
    ['', 'unknown'],
    [undefined, 'unknown'],
  ])('of %j is %s', (agent, client) => {
    expect(viaOf('caldav', agent)).toBe(`caldav ${client}`);
  });

  it('has at most 200 printable characters, whatever is sent', () => {
    const via = viaOf('carddav', `${'a'.repeat(5_000)}\u0000\n`);
    expect(via).toHaveLength(200);
    expect(viaOf('dav', 'b\nc d')).toBe('dav b');
  });
});
