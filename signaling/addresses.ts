/** Network addresses as plain text: the machine's own on the LAN, and the names under which limits count strangers. */
import { isIP, isIPv4, isIPv6 } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';

/** True for what only this machine can reach. `host` as in HOST or in a Host header, IPv6 with or without brackets. */
export function isLoopback(host: string): boolean {
  const bare = withoutBrackets(host).toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIPv4(bare) && bare.startsWith('127.'));
}

/**
 * The addresses at which others on the network reach a server bound to `host`, the likeliest first: private ones (RFC 1918) before
 * others, real adapters before those of containers and virtual machines. IPv4 only, for people type them and QR codes show them.
 */
export function lanAddresses(host: string, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): readonly string[] {
  if (isLoopback(host)) return [];
  const found = Object.entries(interfaces).flatMap(([name, infos]) =>
    (infos ?? []).filter(isReachable).map(({ address }) => ({ address, rank: (isPrivate(address) ? 0 : 2) + (isVirtual(name) ? 1 : 0) })),
  );
  const ordered = found.sort((a, b) => a.rank - b.rank).map(({ address }) => address);
  return isWildcard(host) ? [...new Set(ordered)] : ordered.filter((address) => address === host);
}

/**
 * The name under which limits count a remote address: IPv4 as it is, also when mapped into IPv6; IPv6 by its /64, since whoever has one
 * address there has all of them (RFC 6177).
 */
export function addressKey(address: string | undefined): string {
  if (!address) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  return ipv6Groups(address).slice(0, 4).join(':');
}

/** The eight 16-bit groups of an IPv6 address in hexadecimal without leading zeros. `address` must be one; a zone (`%eth0`) is ignored. */
export function ipv6Groups(address: string): readonly string[] {
  const [plain = ''] = address.split('%');
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const text = dotted ? `${dotted[1]}${hexPair(dotted[2], dotted[3])}:${hexPair(dotted[4], dotted[5])}` : plain;
  const [head = '', tail] = text.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...zeros, ...last].map((group) => parseInt(group, 16).toString(16));
}

/** A Host header taken apart; undefined when it is not one. `hostname` keeps the brackets of IPv6. */
export function parseHostHeader(header: string | undefined): { readonly hostname: string; readonly port: string } | undefined {
  const match = /^(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::(\d{1,5}))?$/.exec(header ?? '');
  const hostname = match?.[1];
  if (!hostname || (hostname.startsWith('[') && isIP(withoutBrackets(hostname)) !== 6)) return undefined;
  return { hostname: hostname.toLowerCase(), port: match[2] ?? '' };
}

function withoutBrackets(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function isReachable(info: NetworkInterfaceInfo): boolean {
  // 169.254/16 is what a machine gives itself when there is no network (RFC 3927).
  return !info.internal && info.family === 'IPv4' && !info.address.startsWith('169.254.');
}

function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(address);
}

function isVirtual(name: string): boolean {
  return /^(docker|br-|veth|virbr|vmnet|vboxnet|vEthernet|tun|tap|utun|wg|tailscale|zt)/i.test(name);
}

function hexPair(high = '0', low = '0'): string {
  return ((Number(high) << 8) | Number(low)).toString(16);
}
