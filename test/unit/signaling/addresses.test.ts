/** Own addresses, other people's addresses, and Host headers. */
import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, test } from 'vitest';
import { addressKey, ipv6Groups, isLoopback, lanAddresses, parseHostHeader } from '../../../signaling/addresses';

const of = (address: string, internal = false): NetworkInterfaceInfo => ({ address, internal, family: 'IPv4', netmask: '255.255.255.0', mac: '00:00:00:00:00:00', cidr: null });

describe('the addresses on the network', () => {
  const interfaces = {
    lo: [of('127.0.0.1', true)],
    docker0: [of('172.17.0.1')],
    eth1: [of('203.0.113.7')],
    wlan0: [of('192.168.1.5')],
    usb0: [of('169.254.3.4')],
  };

  test('are those that a phone can reach, the likeliest first', () => {
    expect(lanAddresses('0.0.0.0', interfaces)).toEqual(['192.168.1.5', '172.17.0.1', '203.0.113.7']);
  });

  test('are only the one that the server is bound to', () => {
    expect(lanAddresses('203.0.113.7', interfaces)).toEqual(['203.0.113.7']);
    expect(lanAddresses('127.0.0.1', interfaces)).toEqual([]);
    expect(lanAddresses('localhost', interfaces)).toEqual([]);
  });
});

test.each([
  ['localhost', true],
  ['LOCALHOST', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['[::1]', true],
  ['127.0.0.1.evil.example', false],
  ['0.0.0.0', false],
  ['192.168.1.5', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:0:42:aaaa:bbbb:cccc:dddd', '2001:db8:0:42'],
  ['2001:db8:0:42::1', '2001:db8:0:42'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
  [undefined, 'unknown'],
])('%s counts as %s', (address, key) => {
  expect(addressKey(address)).toBe(key);
});

test.each([
  ['::', '0:0:0:0:0:0:0:0'],
  ['::1', '0:0:0:0:0:0:0:1'],
  ['2001:DB8::', '2001:db8:0:0:0:0:0:0'],
  ['::ffff:192.0.2.1', '0:0:0:0:0:ffff:c000:201'],
])('%s has the groups %s', (address, groups) => {
  expect(ipv6Groups(address).join(':')).toBe(groups);
});

test.each([
  ['localhost:9000', { hostname: 'localhost', port: '9000' }],
  ['Meet.Example', { hostname: 'meet.example', port: '' }],
  ['[::1]:9000', { hostname: '[::1]', port: '9000' }],
  ['[1.2.3.4]', undefined],
  ['a b', undefined],
  ['host:port', undefined],
  ['host"}', undefined],
  ['', undefined],
  [undefined, undefined],
])('the Host header %s is read', (header, expected) => {
  expect(parseHostHeader(header)).toEqual(expected);
});
