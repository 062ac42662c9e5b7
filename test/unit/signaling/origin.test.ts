/** Which pages may open a socket. */
import { expect, test } from 'vitest';
import { isOriginAllowed } from '../../../signaling/origin';

const lan = ['http://192.168.1.5:9000', 'https://192.168.1.5:9443'];

test.each([
  ['the own page', 'http://localhost:9000', 'localhost:9000', true],
  ['the own page over https', 'https://192.168.1.5:9443', '192.168.1.5:9443', true],
  ['the own page behind a proxy that ends TLS', 'https://meet.example', 'meet.example', true],
  ['the own page behind a proxy that names the port', 'https://meet.example', 'meet.example:443', true],
  ['another port of this machine', 'http://localhost:5173', '127.0.0.1:9000', true],
  ['this machine by IPv6', 'http://[::1]:9000', 'localhost:9000', true],
  ['a LAN origin', 'https://192.168.1.5:9443', 'meet.example', true],
  ['no page at all', undefined, 'meet.example', true],
  ['a page of this machine at a server elsewhere', 'http://localhost:5173', 'meet.example', false],
  ['another host', 'https://evil.example', 'meet.example', false],
  ['a subdomain', 'https://a.meet.example', 'meet.example', false],
  ['another port of the host', 'https://meet.example:8443', 'meet.example', false],
  ['https on the http port', 'https://meet.example', 'meet.example:80', false],
  ['a sandboxed page', 'null', 'meet.example', false],
  ['a file', 'file://', 'meet.example', false],
  ['a name that begins like ours', 'http://localhost.evil.example', 'localhost:9000', false],
  ['an origin with a path', 'https://meet.example/x', 'meet.example', false],
  ['an origin with a name before it', 'https://meet.example@evil.example', 'meet.example', false],
  ['a broken Host', 'https://meet.example', 'a b', false],
])('%s', (_what, origin, host, allowed) => {
  expect(isOriginAllowed(origin, host, lan)).toBe(allowed);
});
