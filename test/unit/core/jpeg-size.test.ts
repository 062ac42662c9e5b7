import { describe, expect, it } from 'vitest';
import { jpegSize } from '../../../src/core/jpeg-size';
import { exifSegment, joined, jpegFrame, jpegOf, jpegSegment } from '../../support/picture-bytes';

describe('the size of a JPEG', () => {
  it('is that of its frame, whatever stands before it', () => {
    expect(jpegSize(jpegOf(exifSegment(6), jpegSegment(0xdb, new Uint8Array(65)), jpegFrame(640, 480)))).toEqual({ width: 640, height: 480 });
  });

  it('is that of a progressive one too', () => {
    expect(jpegSize(jpegOf(jpegFrame(640, 480, 0xc2)))).toEqual({ width: 640, height: 480 });
  });

  it('is that of the first frame of several', () => {
    expect(jpegSize(jpegOf(jpegFrame(9_000, 9_000), jpegFrame(10, 10)))).toEqual({ width: 9_000, height: 9_000 });
  });

  // A decoder reads FF FF as one byte of filling and goes on with the next; so it would find the large frame that a walk by lengths leaps over.
  it('is unknown when a decoder would go by another way', () => {
    const hidden = jpegFrame(20_000, 20_000);
    for (const leap of [
      [0xff, 0xff],
      [0xff, 0xd0],
      [0xff, 0x01],
    ]) {
      expect(jpegSize(joined([0xff, 0xd8], leap, [0, hidden.length + 2], hidden, jpegFrame(10, 10)))).toBe(undefined);
    }
  });

  it('is unknown without a frame, with one of no height, or when it is cut off', () => {
    expect(jpegSize(jpegOf())).toBe(undefined);
    expect(jpegSize(jpegOf(jpegFrame(10, 0)))).toBe(undefined);
    expect(jpegSize(jpegOf(jpegFrame(10, 10)).subarray(0, 8))).toBe(undefined);
    expect(jpegSize(new Uint8Array())).toBe(undefined);
  });
});
