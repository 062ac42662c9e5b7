import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeFilePiece, encodeFilePiece, filePieceHeadBytes, filePieceMaximum, hashListChunk } from '../../../src/protocol/file-piece';

const pieceBytes = 64 * 1024;

describe('a piece of a file', () => {
  it('is read as it was written', () => {
    const number = fc.integer({ min: 0, max: 0xffff_ffff });
    fc.assert(
      fc.property(number, number, fc.nat(3), fc.uint8Array({ minLength: 1, maxLength: 300 }), (ticket, chunk, part, content) => {
        const piece = { ticket, chunk, offset: part * pieceBytes, bytes: Uint8Array.from(content) };
        expect(decodeFilePiece(encodeFilePiece(piece).buffer)).toEqual(piece);
      }),
    );
  });

  it('has its numbers big-endian, before its bytes', () => {
    expect([...encodeFilePiece({ ticket: 1, chunk: hashListChunk, offset: pieceBytes, bytes: Uint8Array.of(7, 8) })]).toEqual([0, 0, 0, 1, 255, 255, 255, 255, 0, 1, 0, 0, 7, 8]);
  });

  it('is not copied when it is read', () => {
    const frame = encodeFilePiece({ ticket: 1, chunk: 0, offset: 0, bytes: new Uint8Array(pieceBytes) });
    expect(decodeFilePiece(frame.buffer)?.bytes.buffer).toBe(frame.buffer);
    expect(frame.length).toBe(filePieceMaximum);
  });

  it.each([
    ['no bytes', new ArrayBuffer(filePieceHeadBytes)],
    ['half a head', new ArrayBuffer(5)],
    ['nothing', new ArrayBuffer(0)],
    ['more than a piece', new ArrayBuffer(filePieceMaximum + 1)],
    ['an offset between pieces', encodeFilePiece({ ticket: 1, chunk: 0, offset: 1, bytes: Uint8Array.of(1) }).buffer],
  ])('of %s is none', (_what, frame) => {
    expect(decodeFilePiece(frame)).toBeUndefined();
  });
});
