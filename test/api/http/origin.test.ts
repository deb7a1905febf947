import { describe, expect, it } from 'vitest';
import { originOf } from '../../../src/api/http/origin.ts';

describe('the origin that a visitor is shown', () => {
  it('is the Host of the request, without a proxy (RFC 9110 §7.2)', () => {
    expect(originOf({ host: '127.0.0.1:20000' })).toBe('http://127.0.0.1:20000');
  });

  it('has the scheme that the proxy was asked with', () => {
    expect(originOf({ host: 'dav.example.org', 'x-forwarded-proto': 'https' })).toBe(
      'https://dav.example.org',
    );
  });

  it('has the host that the proxy was asked for, where it asks on for another (Apache’s ProxyPass)', () => {
    expect(
      originOf({
        host: '127.0.0.1:20000',
        'x-forwarded-host': 'dav.example.org',
        'x-forwarded-proto': 'https',
      }),
    ).toBe('https://dav.example.org');
  });

  it('is the outermost proxy’s where there are several', () => {
    expect(
      originOf({
        host: 'inner',
        'x-forwarded-host': 'outer.example.org, middle',
        'x-forwarded-proto': 'https, http',
      }),
    ).toBe('https://outer.example.org');
  });

  it('is http for a scheme that is no scheme, and localhost without any Host (HTTP/1.0)', () => {
    expect(originOf({ 'x-forwarded-proto': 'javascript' })).toBe('http://localhost');
    expect(originOf({ host: '', 'x-forwarded-host': ' , x' })).toBe('http://localhost');
  });
});
