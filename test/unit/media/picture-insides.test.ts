import { describe, expect, it } from 'vitest';
import { pictureInsides } from '../../../src/media/picture-insides';
import {
  contains,
  exif,
  exifSegment,
  gifExtension,
  gifFrame,
  gifOf,
  joined,
  jpegFrame,
  jpegOf,
  jpegSegment,
  letters,
  pngChunk,
  pngHeader,
  pngOf,
  webpCanvas,
  webpChunk,
  webpOf,
} from '../../support/picture-bytes';

const secret = letters('GPS 38.7223N');

describe('a JPEG', () => {
  it('has nothing to tell when there are only pixels and colours in it', () => {
    const plain = jpegOf(jpegSegment(0xe0, letters('JFIF\0')), jpegSegment(0xe2, letters('ICC_PROFILE\0')), jpegFrame(10, 10));
    expect(pictureInsides(plain, 'image/jpeg')).toMatchObject({ hasMetadata: false });
  });

  for (const [name, bytes] of [
    ['EXIF', jpegOf(exifSegment(1), jpegFrame(10, 10))],
    ['XMP', jpegOf(jpegSegment(0xe1, letters('http://ns.adobe.com/xap/1.0/\0<x/>')), jpegFrame(10, 10))],
    ['IPTC', jpegOf(jpegSegment(0xed, letters('Photoshop 3.0\0')), jpegFrame(10, 10))],
    ['a comment behind its frame', jpegOf(jpegFrame(10, 10), jpegSegment(0xfe, secret))],
    ['further pictures', jpegOf(jpegSegment(0xe2, letters('MPF\0')), jpegFrame(10, 10))],
    ['something behind its end', joined(jpegOf(jpegFrame(10, 10)), secret)],
  ] as const) {
    it(`tells more with ${name}`, () => {
      expect(pictureInsides(bytes, 'image/jpeg')).toMatchObject({ hasMetadata: true });
    });
  }

  it('that ends before its pixels says nothing', () => {
    expect(pictureInsides(jpegOf(jpegFrame(10, 10)).slice(0, 14), 'image/jpeg')).toBe(undefined);
  });
});

describe('a PNG', () => {
  const pixels = pngChunk('IDAT', [1, 2, 3]);

  it('loses what is not its picture, and what stands behind its end', () => {
    const told = ['eXIf', 'tEXt', 'iTXt', 'zTXt', 'tIME', 'caBX'].map((name) => pngChunk(name, secret));
    const colours = pngChunk('sRGB', [0]);
    const insides = pictureInsides(joined(pngOf(pngHeader(10, 10), colours, ...told, pixels), secret), 'image/png');
    expect(insides).toEqual({ hasMetadata: true, mayBeTurned: true, animated: false, bare: pngOf(pngHeader(10, 10), colours, pixels) });
  });

  it('keeps moving', () => {
    const moving = pngOf(pngHeader(10, 10), pngChunk('acTL', new Uint8Array(8)), pngChunk('fcTL', new Uint8Array(26)), pixels, pngChunk('fdAT', [1]));
    expect(pictureInsides(moving, 'image/png')).toEqual({ hasMetadata: false, mayBeTurned: false, animated: true, bare: moving });
  });

  it('that ends early, or has a chunk longer than itself, says nothing', () => {
    expect(pictureInsides(pngOf(pngHeader(10, 10)).slice(0, -12), 'image/png')).toBe(undefined);
    expect(pictureInsides(joined(letters('\x89PNG\r\n\x1a\n'), [0xff, 0xff, 0xff, 0xff], letters('IDAT'), new Uint8Array(8)), 'image/png')).toBe(undefined);
  });
});

describe('a WebP', () => {
  const pixels = webpChunk('VP8L', [0x2f, 0, 0, 0, 0]);

  it('loses what is not its picture, and says that it has none', () => {
    const full = webpOf(webpCanvas(10, 10, 0x0c), pixels, webpChunk('EXIF', exif(1)), webpChunk('XMP ', secret), webpChunk('odd ', secret));
    expect(pictureInsides(joined(full, secret), 'image/webp')).toEqual({ hasMetadata: true, mayBeTurned: true, animated: false, bare: webpOf(webpCanvas(10, 10), pixels) });
  });

  it('keeps moving', () => {
    const moving = [webpCanvas(10, 10, 0x02), webpChunk('ANIM', new Uint8Array(6)), webpChunk('ANMF', new Uint8Array(24))];
    expect(pictureInsides(webpOf(...moving), 'image/webp')).toEqual({ hasMetadata: false, mayBeTurned: false, animated: true, bare: webpOf(...moving) });
  });

  it('that is shorter than it says says nothing', () => {
    expect(pictureInsides(webpOf(pixels, webpChunk('EXIF', secret)).slice(0, -4), 'image/webp')).toBe(undefined);
    expect(pictureInsides(webpOf(letters('VP8L\xff\xff\xff\xff')), 'image/webp')).toBe(undefined);
  });
});

describe('a GIF', () => {
  const again = gifExtension(0xff, letters('NETSCAPE2.0'), Uint8Array.of(1, 0, 0));
  const pause = gifExtension(0xf9, Uint8Array.of(0, 10, 0, 0));

  it('loses comments and what applications wrote, and keeps moving', () => {
    const full = gifOf(10, 10, again, gifExtension(0xfe, secret), pause, gifFrame(), gifExtension(0xff, letters('XMP DataXMP'), secret), pause, gifFrame());
    expect(pictureInsides(joined(full, secret), 'image/gif')).toEqual({
      hasMetadata: true,
      mayBeTurned: false,
      animated: true,
      bare: gifOf(10, 10, again, pause, gifFrame(), pause, gifFrame()),
    });
  });

  it('that ends within a frame says nothing', () => {
    expect(pictureInsides(gifOf(10, 10, gifFrame()).slice(0, -4), 'image/gif')).toBe(undefined);
  });
});

describe('what is left', () => {
  it('does not hold the place where a picture was taken', () => {
    for (const [bytes, type] of [
      [pngOf(pngHeader(1, 1), pngChunk('eXIf', exif(1))), 'image/png'],
      [webpOf(webpCanvas(1, 1, 0x08), webpChunk('EXIF', exif(1))), 'image/webp'],
    ] as const) {
      expect(contains(bytes, 'GPS')).toBe(true);
      expect(contains(pictureInsides(bytes, type)?.bare ?? bytes, 'GPS')).toBe(false);
    }
  });
});
