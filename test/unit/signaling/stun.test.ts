/** STUN as bytes, against the vectors of RFC 5769 and against malformed datagrams. */
import { describe, expect, test } from 'vitest';
import { buildBindingResponse, parseBindingRequest } from '../../../signaling/stun';

const transactionId = 'b7e7a701bc34d686fa87dfae';
const bare = bytes(`000100002112a442${transactionId}`);

/** RFC 5769 §2.1, the sample request: SOFTWARE, PRIORITY, ICE-CONTROLLED, USERNAME, MESSAGE-INTEGRITY, FINGERPRINT. */
const sampleRequest = bytes(
  '000100582112a442b7e7a701bc34d686fa87dfae' +
    '802200105354554e207465737420636c69656e74' +
    '002400046e0001ff' +
    '80290008932ff9b151263b36' +
    '000600096576746a3a68367659202020' +
    '000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2' +
    '80280004e57a3bcf',
);

describe('a request', () => {
  test('is read when it is the one of RFC 5769', () => {
    expect(parseBindingRequest(sampleRequest)).toEqual({ transactionId: bytes(transactionId), unknownAttributes: [] });
  });

  test('is read when it is bare, as browsers send it', () => {
    expect(parseBindingRequest(bare)).toEqual({ transactionId: bytes(transactionId), unknownAttributes: [] });
  });

  test('is read from the midst of a larger buffer', () => {
    const larger = Uint8Array.of(1, 2, 3, ...bare, 4);
    expect(parseBindingRequest(larger.subarray(3, 23))?.transactionId).toEqual(bytes(transactionId));
  });

  test.each([
    ['nothing', ''],
    ['half a header', '000100002112a442'],
    ['another cookie', `000100002112a443${transactionId}`],
    ['a response', `010100002112a442${transactionId}`],
    ['an indication', `001100002112a442${transactionId}`],
    ['an Allocate request of TURN', `000300002112a442${transactionId}`],
    ['leading bits that are not zero (RTP)', `800100002112a442${transactionId}`],
    ['a length of more than there is', `000100042112a442${transactionId}`],
    ['a length of less than there is', `000100002112a442${transactionId}80220000`],
    ['an attribute that runs over the end', `000100042112a442${transactionId}80220004`],
    ['an attribute that ends in its header', `000100022112a442${transactionId}8022`],
    ['an attribute of 65,535 bytes', `000100042112a442${transactionId}8022ffff`],
  ])('is ignored with %s', (_what, hex) => {
    expect(parseBindingRequest(bytes(hex))).toBeUndefined();
  });

  test('never throws, whatever the bytes', () => {
    // A plain congruential generator (Knuth), so that a failure can be repeated.
    let state = 1;
    const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
    for (let round = 0; round < 2000; round += 1) {
      const noise = Uint8Array.from({ length: (random() % 12) * 4 }, random);
      const length = noise.length;
      parseBindingRequest(Uint8Array.of(0, 1, length >>> 8, length & 255, 0x21, 0x12, 0xa4, 0x42, ...bytes(transactionId), ...noise));
    }
  });
});

describe('the answer', () => {
  const request = { transactionId: bytes(transactionId), unknownAttributes: [] };

  test('carries an IPv4 address as in RFC 5769 §2.2', () => {
    expect(hex(buildBindingResponse(request, '192.0.2.1', 32853))).toBe(`0101000c2112a442${transactionId}002000080001a147e112a643`);
  });

  test('carries an IPv6 address as in RFC 5769 §2.3', () => {
    expect(hex(buildBindingResponse(request, '2001:db8:1234:5678:11:2233:4455:6677', 32853))).toBe(
      `010100182112a442${transactionId}002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9`,
    );
  });

  test('takes IPv4 out of IPv6', () => {
    expect(buildBindingResponse(request, '::ffff:192.0.2.1', 32853)).toEqual(buildBindingResponse(request, '192.0.2.1', 32853));
  });

  test('is error 420 with a list when the request requires the unknown (RFC 8489 §6.3.1)', () => {
    const parsed = parseBindingRequest(bytes(`000100102112a442${transactionId}7ffe00007ffd0003aabbcc00fffe0000`));
    expect(parsed?.unknownAttributes).toEqual([0x7ffe, 0x7ffd]);
    const answer = parsed && buildBindingResponse(parsed, '192.0.2.1', 1);
    const reason = hex(new TextEncoder().encode('Unknown Attribute'));
    expect(answer && hex(answer)).toBe(`011100242112a442${transactionId}0009001500000414${reason}000000000a00047ffe7ffd`);
  });

  test('to a long list of unknowns stays short', () => {
    const many = Array.from({ length: 100 }, () => '7ffe0000').join('');
    const parsed = parseBindingRequest(bytes(`000101902112a442${transactionId}${many}`));
    expect(parsed && buildBindingResponse(parsed, '192.0.2.1', 1).length).toBeLessThan(100);
  });
});

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
