import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { LOOPBACK, remoteOf } from '../../../src/api/http/remote.ts';

const request = (
  remoteAddress: string | undefined,
  headers: Readonly<Record<string, string>> = {},
): IncomingMessage => ({ socket: { remoteAddress }, headers }) as unknown as IncomingMessage;

const trusted = [...LOOPBACK, '10.0.0.0/8', '2001:db8:1::/48'];
const remote = remoteOf(() => trusted);
const forged = {
  'x-forwarded-for': '203.0.113.9',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'evil.example',
  'x-webobjects-remote-host': '203.0.113.9',
  host: 'cal.example.org',
};

describe('who is behind a request', () => {
  it('is who connects, whatever he says, unless he is a proxy of ours', () => {
    expect(remote(request('198.51.100.4', forged))).toEqual({
      address: '198.51.100.4',
      secure: false,
      host: 'cal.example.org',
    });
  });

  it('is whom a trusted proxy names, on this machine, in a network, or over a socket', () => {
    for (const peer of [
      '127.0.0.1',
      '::1',
      '::ffff:127.0.0.1',
      '10.2.3.4',
      '2001:db8:1::5',
      undefined,
    ])
      expect(remote(request(peer, forged)), peer).toEqual({
        address: '203.0.113.9',
        secure: true,
        host: 'evil.example',
      });
  });

  it.each([
    ['192.0.2.1, 203.0.113.9', '203.0.113.9'],
    ['192.0.2.1, 203.0.113.9, 10.1.1.1', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['192.0.2.1, rubbish', undefined],
    ['192.0.2.1, unknown, 10.0.0.1', undefined],
    ['10.0.0.2, 127.0.0.1', undefined],
  ])('is in X-Forwarded-For %s the last that is no proxy of ours: %s', (hops, address) => {
    expect(remote(request('127.0.0.1', { 'x-forwarded-for': hops })).address).toBe(address);
  });

  it('can be named as front ends of SOGo do it, but not as their own machine', () => {
    const named = (host: string) =>
      remote(request('127.0.0.1', { 'x-webobjects-remote-host': host })).address;
    expect(named('203.0.113.9')).toBe('203.0.113.9');
    expect(named('127.0.0.1')).toBeUndefined();
    expect(
      remote(request('127.0.0.1', { 'x-webobjects-server-url': 'https://cal.example.org' })).secure,
    ).toBe(true);
  });

  it('is unknown where a proxy says nothing, so that nobody pays for all others', () => {
    expect(remote(request('127.0.0.1'))).toEqual({ address: undefined, secure: false, host: '' });
  });
});
