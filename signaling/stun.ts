/**
 * STUN binding (RFC 8489) as bytes: reads a request, builds the answer that tells a browser its public address. No sockets.
 *
 *     header      16 bit type · 16 bit length of the attributes · 32 bit magic cookie · 96 bit transaction id        (§5)
 *     attribute   16 bit type · 16 bit length · value, padded to a multiple of 4                                    (§14)
 *
 * No credentials, as browsers send none to a STUN server; attributes that belong to them are read over.
 */
import { isIPv4 } from 'node:net';
import { ipv6Groups } from './addresses';

const headerBytes = 20;
const magicCookie = 0x2112a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const bindingError = 0x0111;
const xorMappedAddress = 0x0020;
const errorCode = 0x0009;
const unknownAttributes = 0x000a;
const familyIPv4 = 0x01;
const familyIPv6 = 0x02;

/** Comprehension-required attributes (below 0x8000) of RFC 8489 §18.3 and of ICE (RFC 8445 §16.1) that change nothing in our answer. */
const knownAttributes: ReadonlySet<number> = new Set([
  0x0001, 0x0006, 0x0008, 0x0009, 0x000a, 0x0014, 0x0015, 0x001c, 0x001d, 0x001e, 0x0020, 0x0024, 0x0025,
]);

/** More unknown attributes than this are not listed in the answer, so that it doesn't grow much beyond its request. */
const listedUnknownAttributes = 8;

export interface BindingRequest {
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  /** Types that the sender requires to be understood, and aren't (§6.3.1). */
  readonly unknownAttributes: readonly number[];
}

/** Reads a datagram; undefined for anything but a well-formed binding request. Never throws. */
export function parseBindingRequest(datagram: Uint8Array): BindingRequest | undefined {
  if (datagram.length < headerBytes || datagram.length % 4 !== 0) return undefined;
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  if (view.getUint16(0) !== bindingRequest || view.getUint32(4) !== magicCookie) return undefined;
  if (view.getUint16(2) !== datagram.length - headerBytes) return undefined;

  const unknown: number[] = [];
  let offset = headerBytes;
  while (offset < datagram.length) {
    const type = view.getUint16(offset);
    const paddedLength = Math.ceil(view.getUint16(offset + 2) / 4) * 4;
    if (offset + 4 + paddedLength > datagram.length) return undefined;
    if (type < 0x8000 && !knownAttributes.has(type) && unknown.length < listedUnknownAttributes) unknown.push(type);
    offset += 4 + paddedLength;
  }
  return { transactionId: datagram.slice(8, headerBytes), unknownAttributes: unknown };
}

/**
 * The answer: XOR-MAPPED-ADDRESS (§14.2) with where the request came from, or error 420 (§14.8, §14.13) when it requires the unknown.
 * `address` is IPv4, IPv6, or IPv4 mapped into IPv6, which counts as IPv4. 32 or 44 bytes on success.
 */
export function buildBindingResponse(request: BindingRequest, address: string, port: number): Uint8Array {
  const { transactionId } = request;
  if (request.unknownAttributes.length > 0) {
    const reason = new TextEncoder().encode('Unknown Attribute');
    const error = attribute(errorCode, Uint8Array.of(0, 0, 4, 20, ...reason));
    const list = attribute(unknownAttributes, Uint8Array.from(request.unknownAttributes.flatMap(bytesOfUint16)));
    return message(bindingError, transactionId, [error, list]);
  }
  return message(bindingSuccess, transactionId, [attribute(xorMappedAddress, xorAddress(transactionId, address, port))]);
}

function xorAddress(transactionId: Uint8Array, address: string, port: number): Uint8Array {
  const bytes = addressBytes(address);
  const mask = [...bytesOfUint16(magicCookie >>> 16), ...bytesOfUint16(magicCookie & 0xffff), ...transactionId];
  const family = bytes.length === 4 ? familyIPv4 : familyIPv6;
  return Uint8Array.of(0, family, ...bytesOfUint16(port ^ (magicCookie >>> 16)), ...bytes.map((byte, index) => byte ^ (mask[index] ?? 0)));
}

function addressBytes(address: string): readonly number[] {
  if (isIPv4(address)) return address.split('.').map(Number);
  const groups = ipv6Groups(address).map((group) => parseInt(group, 16));
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return (isMapped ? groups.slice(6) : groups).flatMap(bytesOfUint16);
}

function message(type: number, transactionId: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array {
  const length = attributes.reduce((sum, one) => sum + one.length, 0);
  const cookie = [...bytesOfUint16(magicCookie >>> 16), ...bytesOfUint16(magicCookie & 0xffff)];
  return Uint8Array.of(...bytesOfUint16(type), ...bytesOfUint16(length), ...cookie, ...transactionId, ...attributes.flatMap((one) => [...one]));
}

function attribute(type: number, value: Uint8Array): Uint8Array {
  const padded = new Uint8Array(4 + Math.ceil(value.length / 4) * 4);
  padded.set([...bytesOfUint16(type), ...bytesOfUint16(value.length)]);
  padded.set(value, 4);
  return padded;
}

function bytesOfUint16(value: number): [number, number] {
  return [(value >>> 8) & 0xff, value & 0xff];
}
