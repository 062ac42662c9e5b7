import { expect, test } from 'vitest';
import { isPicture } from '../../../src/core/picture';

const utf8 = new TextEncoder();
const webP = Uint8Array.of(...utf8.encode('RIFF'), 26, 0, 0, 0, ...utf8.encode('WEBPVP8L'));
const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13);
const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16);

test.each([['WebP', webP], ['PNG', png], ['JPEG', jpeg]])('%s is a picture', (_name, bytes) => {
  expect(isPicture(bytes, bytes.length)).toBe(true);
});

test('more bytes than allowed are no picture', () => {
  expect(isPicture(png, png.length - 1)).toBe(false);
});

test.each([
  ['SVG', utf8.encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['SVG behind an XML declaration', utf8.encode('<?xml version="1.0"?><svg/>')],
  ['HTML', utf8.encode('<!doctype html><script>alert(1)</script>')],
  ['GIF', utf8.encode('GIF89a')],
  ['a RIFF that is sound', Uint8Array.of(...utf8.encode('RIFF'), 26, 0, 0, 0, ...utf8.encode('WAVEfmt '))],
  ['the beginning of a PNG', png.slice(0, 7)],
  ['the beginning of a WebP', webP.slice(0, 11)],
  ['a JPEG cut after two bytes', jpeg.slice(0, 2)],
  ['a picture behind something else', Uint8Array.of(0, ...png)],
  ['nothing', new Uint8Array()],
])('%s is none', (_name, bytes) => {
  expect(isPicture(bytes, 12_288)).toBe(false);
});
