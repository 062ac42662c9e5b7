/** Files as a peer may send them, with any name and type: only their bytes count. */
import { describe, expect, it } from 'vitest';
import { inspectFile } from '../../../src/media/inspect-file';
import { bmpOf, box, exifSegment, gifExtension, gifFrame, gifOf, joined, jpegFrame, jpegOf, jpegSegment, letters, pngChunk, pngHeader, pngOf, webpCanvas, webpChunk, webpOf } from '../../support/picture-bytes';

const inspect = (bytes: Uint8Array<ArrayBuffer>, type = 'image/png'): ReturnType<typeof inspectFile> => inspectFile(new Blob([bytes], { type }));

describe('a picture', () => {
  it('is what its bytes say, with the size in its header', async () => {
    expect(await inspect(jpegOf(exifSegment(1), jpegFrame(640, 480)), 'text/html')).toEqual({ kind: 'picture', type: 'image/jpeg', width: 640, height: 480 });
    expect(await inspect(pngOf(pngHeader(640, 480)), '')).toEqual({ kind: 'picture', type: 'image/png', width: 640, height: 480 });
    expect(await inspect(gifOf(640, 480, gifFrame()))).toEqual({ kind: 'picture', type: 'image/gif', width: 640, height: 480 });
    expect(await inspect(webpOf(webpCanvas(640, 480)))).toEqual({ kind: 'picture', type: 'image/webp', width: 640, height: 480 });
    expect(await inspect(webpOf(webpChunk('VP8 ', [0, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0xe0, 0x01])))).toEqual({ kind: 'picture', type: 'image/webp', width: 640, height: 480 });
    expect(await inspect(webpOf(webpChunk('VP8L', [0x2f, 0x7f, 0xc2, 0x77, 0, 0, 0, 0, 0, 0])))).toEqual({ kind: 'picture', type: 'image/webp', width: 640, height: 480 });
    expect(await inspect(bmpOf(640, 480))).toEqual({ kind: 'picture', type: 'image/bmp', width: 640, height: 480 });
  });

  it('is found behind a megabyte of what the camera wrote', async () => {
    const words = Array.from({ length: 20 }, () => jpegSegment(0xe1, new Uint8Array(60_000)));
    expect(await inspect(jpegOf(...words, jpegFrame(640, 480)))).toEqual({ kind: 'picture', type: 'image/jpeg', width: 640, height: 480 });
  });

  it('may have 40 megapixels', async () => {
    expect(await inspect(pngOf(pngHeader(8_000, 5_000)))).toMatchObject({ kind: 'picture' });
  });

  for (const [name, bytes] of [
    ['JPEG', jpegOf(jpegFrame(8_001, 5_000))],
    ['PNG', pngOf(pngHeader(8_001, 5_000))],
    ['PNG of 2³² pixels, which some count as none', pngOf(pngHeader(65_536, 65_536))],
    ['PNG of one long line', pngOf(pngHeader(65_536, 1))],
    ['WebP', webpOf(webpCanvas(8_001, 5_000))],
    ['WebP of 2⁴⁸ pixels', webpOf(webpCanvas(2 ** 24, 2 ** 24))],
    ['BMP', bmpOf(8_001, 5_000)],
    ['BMP from top to bottom', bmpOf(8_001, -5_000)],
    ['GIF', gifOf(8_001, 5_000, gifFrame())],
    ['GIF whose first frame is larger than its screen', gifOf(1, 1, gifFrame({ width: 8_001, height: 5_000 }))],
    ['GIF whose first frame stands far outside', gifOf(1, 1, gifFrame({ left: 8_000, top: 5_000 }))],
    ['GIF whose first frame comes behind many words', gifOf(1, 1, ...Array.from({ length: 400 }, () => gifExtension(0xfe, new Uint8Array(250))), gifFrame({ width: 8_001, height: 5_000 }))],
    ['JPEG with a small frame behind a large one', jpegOf(jpegFrame(8_001, 5_000), jpegFrame(1, 1))],
  ] as const) {
    it(`has too many pixels: ${name}`, async () => {
      expect(await inspect(bytes)).toEqual({ kind: 'too-many-pixels' });
    });
  }
});

describe('what can be played', () => {
  for (const [type, bytes] of [
    ['audio/mpeg', letters('ID3\x04\0\0\0\0\0\0')],
    ['audio/mpeg', joined([0xff, 0xfb, 0x90, 0x00])],
    ['audio/aac', joined([0xff, 0xf1, 0x50, 0x80])],
    ['audio/wav', letters('RIFF\x24\0\0\0WAVEfmt ')],
    ['audio/flac', letters('fLaC\0\0\0\x22')],
    ['audio/ogg', joined(letters('OggS\0'), new Uint8Array(21), [1, 19], letters('OpusHead'))],
    ['audio/mp4', box('ftyp', letters('M4A \0\0\0\0'))],
    ['audio/mp4', joined(box('ftyp', letters('iso5\0\0\0\0')), box('moov', box('hdlr', letters('\0\0\0\0\0\0\0\0soun'))))],
    ['audio/webm', joined([0x1a, 0x45, 0xdf, 0xa3], letters('\x9f\x42\x82\x84webm'), letters('\x86\x86A_OPUS'))],
  ] as const) {
    it(`is a sound of type ${type}: ${JSON.stringify(String.fromCharCode(...bytes.slice(0, 12)))}`, async () => {
      expect(await inspect(bytes)).toEqual({ kind: 'sound', type });
    });
  }

  for (const [type, bytes] of [
    ['video/mp4', box('ftyp', letters('isom\0\0\0\0'))],
    ['video/mp4', joined(box('ftyp', letters('mp42\0\0\0\0')), box('moov', joined(box('hdlr', letters('\0\0\0\0\0\0\0\0soun')), box('hdlr', letters('\0\0\0\0\0\0\0\0vide')))))],
    ['video/quicktime', box('ftyp', letters('qt  \0\0\0\0'))],
    ['video/webm', joined([0x1a, 0x45, 0xdf, 0xa3], letters('\x9f\x42\x82\x84webm'), letters('\x86\x85V_VP8'))],
    ['video/x-matroska', joined([0x1a, 0x45, 0xdf, 0xa3], letters('\xa3\x42\x82\x88matroska'))],
  ] as const) {
    it(`is a video of type ${type}: ${JSON.stringify(String.fromCharCode(...bytes.slice(0, 12)))}`, async () => {
      expect(await inspect(bytes)).toEqual({ kind: 'video', type });
    });
  }
});

describe('everything else', () => {
  for (const [name, bytes] of [
    ['nothing', new Uint8Array()],
    ['an SVG with a script', letters('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['an SVG with a declaration', letters('<?xml version="1.0"?><svg/>')],
    ['HTML', letters('<!doctype html><script>alert(1)</script>')],
    ['HTML behind half a signature', letters('GIF8<script>alert(1)</script>')],
    ['PDF', letters('%PDF-1.7')],
    ['text', letters('Dear Bob')],
    ['text that begins like a BMP', letters('BM is short for bitmap, and this is not one')],
    ['text with two marks of order', joined([0xff, 0xfe], letters('H\0i\0'))],
    ['HEIC', box('ftyp', letters('heic\0\0\0\0'))],
    ['AVIF, whose size only its decoder knows', joined(box('ftyp', letters('avif\0\0\0\0')), new Uint8Array(64))],
    ['TIFF', letters('II*\0\x08\0\0\0')],
    ['an icon', joined([0, 0, 1, 0, 1, 0], new Uint8Array(32))],
    ["Photoshop's own", letters('8BPS\0\x01')],
    ['a PNG whose first chunk is not its header', pngOf(pngChunk('CgBI', [0, 0, 0, 0]), pngHeader(1, 1))],
    ['a PNG of no width', pngOf(pngHeader(0, 10))],
    ['a PNG that ends in its header', pngOf(pngHeader(10, 10)).slice(0, 20)],
    ['a JPEG that ends before its frame', jpegOf(exifSegment(1), jpegFrame(10, 10)).slice(0, 40)],
    ['a JPEG that hides its frame', joined([0xff, 0xd8, 0xff, 0xff, 0, 15], jpegFrame(20_000, 20_000), jpegFrame(1, 1))],
    ['a GIF without a frame', gifOf(10, 10)],
    ['a WebP of an unknown kind', webpOf(webpChunk('VP8Z', new Uint8Array(10)))],
    ['an archive', letters('PK\x03\x04')],
    ['sound that is none', joined([0xff, 0xfb, 0xf0, 0x00])],
  ] as const) {
    it(`is not to be shown: ${name}`, async () => {
      expect(await inspect(bytes)).toEqual({ kind: 'other' });
    });
  }

  it('includes a file that can not be read', async () => {
    class GoneBlob extends Blob {
      override slice(): Blob {
        return Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) });
      }
    }
    expect(await inspectFile(new GoneBlob())).toEqual({ kind: 'other' });
  });
});
