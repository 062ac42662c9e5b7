/** Real pictures, made and decoded by the browser, in the real worker. */
import { expect } from 'chai';
import { limits } from '../../../src/config';
import { AppError } from '../../../src/core/app-error';
import { jpegSize } from '../../../src/core/jpeg-size';
import { createFileMedia } from '../../../src/media/create-file-media';
import type { PreparedFile } from '../../../src/media/file-media';
import { trustedScriptUrl } from '../../../src/ui/trusted-types';
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
  letters,
  pngChunk,
  pngFrame,
  pngHeader,
  pngOf,
  webpCanvas,
  webpChunk,
  webpOf,
  webpPixels,
  withChunk,
  withSegment,
} from '../../support/picture-bytes';
import { bytesOf, colourAt, paintNoise, paintRing, pictureFile, sizeOf, soundFile, videoFile } from './made-pictures';

const media = createFileMedia(trustedScriptUrl);

function prepare(file: File, original = false): Promise<PreparedFile> {
  return media.prepare(file, { original, signal: new AbortController().signal });
}

async function told(file: File, orientation = 1): Promise<File> {
  return new File([withSegment(await bytesOf(file), exifSegment(orientation))], file.name, { type: file.type });
}

function fileOf(name: string, type: string, ...parts: readonly (string | Uint8Array<ArrayBuffer>)[]): File {
  return new File([...parts], name, { type });
}

function expectThumbnail({ look }: PreparedFile, width: number, height: number): Uint8Array<ArrayBuffer> {
  if ((look.kind !== 'picture' && look.kind !== 'video') || !look.thumbnail) throw new Error(`no thumbnail: ${look.kind}`);
  expect(look.thumbnail.length).to.be.at.most(limits.thumbnailBytes);
  expect(jpegSize(look.thumbnail)).to.deep.equal({ width, height });
  return look.thumbnail;
}

describe('a photo', () => {
  it('is sent without the place it was taken at, and smaller', async () => {
    const photo = await told(await pictureFile('IMG_1.JPEG', 'image/jpeg', 4_000, 3_000));
    expect(contains(await bytesOf(photo), 'GPS')).to.equal(true);
    const prepared = await prepare(photo);
    expect(prepared).to.deep.include({ name: 'IMG_1.JPEG', type: 'image/jpeg', metadata: 'none', reducible: true });
    expect(prepared.look).to.include({ kind: 'picture', width: limits.sentPicturePixels, height: 1_920 });
    expect(await sizeOf(prepared.content)).to.deep.equal([limits.sentPicturePixels, 1_920]);
    expect(contains(await bytesOf(prepared.content), 'GPS')).to.equal(false);
    expect(contains(await bytesOf(prepared.content), 'Exif')).to.equal(false);
    expect(contains(expectThumbnail(prepared, 320, 240), 'Exif')).to.equal(false);
  });

  it('taken with the phone upright comes out upright', async () => {
    const prepared = await prepare(await told(await pictureFile('photo.jpg', 'image/jpeg', 400, 300), 6));
    expect(prepared.look).to.include({ kind: 'picture', width: 300, height: 400 });
    expect(await sizeOf(prepared.content)).to.deep.equal([300, 400]);
    // Turned right: what was left is up now.
    const [red, , blue] = await colourAt(prepared.content, 0.5, 0.1);
    expect([red, blue].map((channel) => (channel ?? 0) > 128)).to.deep.equal([true, false]);
    expectThumbnail(prepared, 240, 320);
  });

  it('goes byte for byte as an original, and says so', async () => {
    const photo = await told(await pictureFile('photo.jpg', 'image/jpeg', 400, 300), 6);
    const prepared = await prepare(photo, true);
    expect(prepared.content).to.equal(photo);
    expect(prepared).to.deep.include({ name: 'photo.jpg', type: 'image/jpeg', metadata: 'kept', reducible: true });
    expect(prepared.look).to.include({ kind: 'picture', width: 300, height: 400 });
    expect(contains(expectThumbnail(prepared, 240, 320), 'GPS')).to.equal(false);
  });

  it('that tells nothing and is small already goes as it is', async () => {
    const photo = await prepare(await told(await pictureFile('photo.jpg', 'image/jpeg', 1_000, 700, paintNoise)));
    const again = new File([photo.content], 'photo.jpg', { type: 'image/jpeg' });
    const prepared = await prepare(again);
    expect(prepared.content).to.equal(again);
    expect(prepared).to.deep.include({ metadata: 'none', reducible: false });
  });

  it('is called by what it is', async () => {
    const photo = await pictureFile('photo.png', 'image/jpeg', 40, 30);
    expect(await prepare(fileOf('photo.png', 'image/png', await bytesOf(photo)))).to.deep.include({ name: 'photo.jpg', type: 'image/jpeg' });
    expect(await prepare(fileOf('photo', '', await bytesOf(photo)))).to.deep.include({ name: 'photo.jpg', type: 'image/jpeg' });
    expect(await prepare(fileOf('photo.of.Bob', '', await bytesOf(photo)))).to.deep.include({ name: 'photo.of.Bob.jpg', type: 'image/jpeg' });
  });
});

describe('a drawing', () => {
  it('stays as exact as it is, and loses what was written into it', async () => {
    const drawing = await pictureFile('drawing.png', 'image/png', 640, 480, paintRing);
    const source = fileOf('drawing.png', 'image/png', withChunk(await bytesOf(drawing), pngChunk('tEXt', letters('Author\0Alice'))));
    const prepared = await prepare(source);
    expect(prepared).to.deep.include({ name: 'drawing.png', type: 'image/png', metadata: 'none', reducible: true });
    expect(await bytesOf(prepared.content)).to.deep.equal(await bytesOf(drawing));
  });

  it('is seen through as before, and on white in its thumbnail', async () => {
    const prepared = await prepare(await pictureFile('drawing.png', 'image/png', 3_000, 1_500, paintRing));
    expect(prepared.look).to.include({ width: limits.sentPicturePixels, height: 1_280 });
    expect(prepared.type).to.equal('image/png');
    expect((await colourAt(prepared.content, 0.5, 0.5))[3]).to.equal(0);
    const thumbnail = expectThumbnail(prepared, 320, 160);
    expect(Math.min(...(await colourAt(new Blob([thumbnail]), 0.5, 0.5)))).to.be.above(250);
  });

  it('that says which side is up is turned, and stays exact', async () => {
    const drawing = await pictureFile('drawing.png', 'image/png', 64, 48, paintRing);
    const prepared = await prepare(fileOf('drawing.png', 'image/png', withChunk(await bytesOf(drawing), pngChunk('eXIf', exif(1)))));
    expect(prepared).to.deep.include({ type: 'image/png', metadata: 'none' });
    expect(contains(await bytesOf(prepared.content), 'GPS')).to.equal(false);
    expect(await colourAt(prepared.content, 0, 0)).to.deep.equal([255, 0, 0, 255]);
  });

  it('that is a photo in disguise becomes a JPEG', async () => {
    const screenshot = await pictureFile('Screenshot 1.png', 'image/png', 1_000, 800, paintNoise);
    expect(screenshot.size).to.be.above(2 * 1024 ** 2);
    const prepared = await prepare(screenshot);
    expect(prepared).to.deep.include({ name: 'Screenshot 1.jpg', type: 'image/jpeg', metadata: 'none', reducible: true });
    expect(prepared.content.size).to.be.below(screenshot.size);
    expectThumbnail(prepared, ...noisySides(prepared));
  });

  it('that is one, and can be seen through, becomes a WebP', async () => {
    const prepared = await prepare(
      await pictureFile('cut-out.png', 'image/png', 1_000, 800, (pen) => {
        paintNoise(pen);
        pen.clearRect(0, 0, 10, 10);
      }),
    );
    expect(prepared).to.deep.include({ name: 'cut-out.webp', type: 'image/webp' });
    expect((await colourAt(prepared.content, 0, 0))[3]).to.equal(0);
  });
});

describe('a WebP', () => {
  it('loses what was written into it, and stays a WebP', async () => {
    const drawing = await pictureFile('drawing.webp', 'image/webp', 64, 48);
    const source = fileOf('drawing.webp', 'image/webp', webpOf(webpCanvas(64, 48, 0x0c), webpPixels(await bytesOf(drawing)), webpChunk('EXIF', exif(1)), webpChunk('XMP ', letters('GPS'))));
    const prepared = await prepare(source);
    expect(prepared).to.deep.include({ name: 'drawing.webp', type: 'image/webp', metadata: 'none', reducible: true });
    expect(contains(await bytesOf(prepared.content), 'GPS')).to.equal(false);
    expect(await sizeOf(prepared.content)).to.deep.equal([64, 48]);
  });
});

describe('a picture that moves', () => {
  it('goes on moving', async () => {
    const frames = [gifExtension(0xf9, Uint8Array.of(0, 10, 0, 0)), gifFrame(), gifExtension(0xf9, Uint8Array.of(0, 10, 0, 0)), gifFrame()];
    const moving = fileOf('moving.gif', 'image/gif', gifOf(1, 1, ...frames));
    const prepared = await prepare(moving);
    expect(prepared.content).to.equal(moving);
    expect(prepared).to.deep.include({ type: 'image/gif', metadata: 'none', reducible: false });
    expect(prepared.look).to.include({ kind: 'picture', width: 1, height: 1 });
    const told = await prepare(fileOf('moving.gif', 'image/gif', gifOf(1, 1, gifExtension(0xfe, letters('by Alice')), ...frames)));
    expect(await bytesOf(told.content)).to.deep.equal(await bytesOf(moving));
    expect(told).to.deep.include({ metadata: 'none', reducible: true });
  });

  it('goes on moving as a PNG larger than others are sent', async () => {
    const still = await bytesOf(await pictureFile('still.png', 'image/png', 3_000, 20));
    const moving = withChunk(still, joined(pngChunk('acTL', [0, 0, 0, 1, 0, 0, 0, 0]), pngFrame(3_000, 20), pngChunk('tEXt', letters('Author\0Alice'))));
    const prepared = await prepare(fileOf('moving.png', 'image/png', moving));
    expect(prepared.look).to.include({ kind: 'picture', width: 3_000, height: 20 });
    expect(contains(await bytesOf(prepared.content), 'acTL')).to.equal(true);
    expect(contains(await bytesOf(prepared.content), 'Alice')).to.equal(false);
  });
});

describe('a picture that can not be read', () => {
  for (const [name, file, metadata] of [
    ['41 megapixels', fileOf('large.png', 'image/png', pngOf(pngHeader(8_200, 5_000))), 'kept'],
    ['a JPEG that is cut off', fileOf('photo.jpg', 'image/jpeg', jpegOf(exifSegment(1), jpegFrame(10, 10)).slice(0, 40)), 'kept'],
    ['a JPEG without pixels', fileOf('photo.jpg', 'image/jpeg', jpegOf(jpegFrame(10, 10))), 'kept'],
    ['HEIC', fileOf('IMG_1.heic', 'image/heic', letters('\0\0\0\x18ftypheic\0\0\0\0')), 'kept'],
    ['an SVG that is called .png', fileOf('drawing.png', 'image/png', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'none'],
    ['text that is called .jpg', fileOf('photo.jpg', 'image/jpeg', 'Dear Bob'), 'none'],
  ] as const) {
    it(`goes as a plain file: ${name}`, async () => {
      const prepared = await prepare(file);
      expect(prepared.content).to.equal(file);
      expect(prepared).to.deep.include({ name: file.name, look: { kind: 'plain' }, metadata, reducible: false });
    });
  }

  it('does not keep the next one from being read', async () => {
    const [broken, sound] = await Promise.all([prepare(fileOf('photo.jpg', 'image/jpeg', jpegOf(jpegFrame(10, 10)))), prepare(await pictureFile('photo.jpg', 'image/jpeg', 40, 30))]);
    expect([broken.look.kind, sound.look.kind]).to.deep.equal(['plain', 'picture']);
  });
});

describe('what decoders reserve memory for', () => {
  /** Each says one size where it is looked for first, and another one further on: what is decoded must not be larger than what inspecting said. */
  it('is never more than what was said of it', async () => {
    const jpeg = await bytesOf(await pictureFile('large.jpg', 'image/jpeg', 200, 100));
    const png = await bytesOf(await pictureFile('large.png', 'image/png', 200, 100));
    const webp = await bytesOf(await pictureFile('large.webp', 'image/webp', 200, 100));
    const crafted = [
      withSegment(jpeg, jpegFrame(2, 1)),
      withSegment(jpeg, joined([0xff, 0xff, 0, 15], jpegFrame(2, 1))),
      joined(png.subarray(0, 8), pngHeader(2, 1), png.subarray(8)),
      withChunk(png, pngHeader(2_000, 1_000)),
      webpOf(webpCanvas(2, 1), webpPixels(webp)),
      webpOf(webpCanvas(200, 100), webpCanvas(2_000, 1_000), webpPixels(webp)),
      gifOf(2, 1, gifFrame({ width: 200, height: 100 })),
      gifOf(2, 1, gifFrame({ left: 100, top: 50, width: 100, height: 50 })),
      gifOf(2, 1, gifFrame(), gifFrame({ width: 200, height: 100 })),
    ];
    const outcomes = await Promise.all(
      crafted.map(async (bytes) => {
        const said = await media.inspect(new Blob([bytes]));
        const decoded = await createImageBitmap(new Blob([bytes])).catch(() => undefined);
        const pixels = said.kind === 'picture' ? said.width * said.height : 0;
        return said.kind !== 'picture' || !decoded || decoded.width * decoded.height <= pixels ? 'as said' : `${decoded.width} × ${decoded.height}, not ${pixels}`;
      }),
    );
    expect(outcomes).to.deep.equal(crafted.map(() => 'as said'));
  });
});

describe('what is played', () => {
  it('of a video is described by its size, its length and a picture', async () => {
    const video = await videoFile('video.webm', 640, 360);
    const prepared = await prepare(video);
    expect(prepared.content).to.equal(video);
    expect(prepared).to.deep.include({ name: 'video.webm', type: 'video/webm', metadata: 'kept', reducible: false });
    if (prepared.look.kind !== 'video') throw new Error(prepared.look.kind);
    expect(prepared.look).to.include({ width: 640, height: 360 });
    expect(prepared.look.durationMs).to.be.above(0);
    const [red = 255, green = 0, blue = 255] = await colourAt(new Blob([expectThumbnail(prepared, 320, 180)]), 0.5, 0.5);
    expect(green).to.be.above(Math.max(red, blue) + 80);
  });

  it('of a sound is described by its length', async () => {
    const prepared = await prepare(soundFile('sound.wav'));
    expect(prepared).to.deep.include({ type: 'audio/wav', look: { kind: 'sound', durationMs: 1_000 }, metadata: 'none' });
  });

  it('is a plain file where this browser can not play it', async () => {
    expect(await prepare(fileOf('video.mp4', 'video/mp4', letters('\0\0\0\x10ftypisom\0\0\0\0')))).to.deep.include({ type: 'video/mp4', look: { kind: 'plain' } });
  });
});

describe('any other file', () => {
  it('goes as it is', async () => {
    const file = fileOf('Report.pdf', 'application/pdf', '%PDF-1.7');
    const prepared = await prepare(file);
    expect(prepared.content).to.equal(file);
    expect(prepared).to.deep.include({ name: 'Report.pdf', type: 'application/pdf', look: { kind: 'plain' }, metadata: 'none', reducible: false });
  });

  it('that vanished is unreadable', async () => {
    const file = fileOf('gone.pdf', '', 'gone');
    file.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) });
    const error = await prepare(file).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(AppError).and.to.include({ code: 'file-unreadable' });
  });
});

describe('preparing', () => {
  it('ends at once when it is called off, and the next file has its turn', async () => {
    const noise = await pictureFile('noise.png', 'image/png', 3_000, 2_000, paintNoise);
    const leaving = new AbortController();
    const called = media.prepare(noise, { original: false, signal: leaving.signal }).catch((cause: unknown) => cause);
    const next = prepare(await pictureFile('photo.jpg', 'image/jpeg', 40, 30));
    leaving.abort(new Error('changed my mind'));
    expect(await called).to.include({ message: 'changed my mind' });
    expect((await next).look.kind).to.equal('picture');
  });

  it('begun after it was called off does nothing', async () => {
    const error = await media.prepare(soundFile('sound.wav'), { original: false, signal: AbortSignal.abort(new Error('over')) }).catch((cause: unknown) => cause);
    expect(error).to.include({ message: 'over' });
  });
});

/** Noise fits no thumbnail of full size. */
function noisySides({ look }: PreparedFile): [number, number] {
  const size = look.kind === 'picture' && look.thumbnail && jpegSize(look.thumbnail);
  if (!size) throw new Error('no thumbnail');
  expect(Math.max(size.width, size.height)).to.be.within(64, limits.thumbnailPixels);
  return [size.width, size.height];
}
