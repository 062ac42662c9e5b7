import { expect } from 'chai';
import '../../../src/ui/mm-picture';
import type { MmPicture } from '../../../src/ui/mm-picture';
import type { SeenFile } from '../../../src/ui/picture-frame';
import { draw } from '../../support/drawn-picture';
import { FakeFiles, manifest } from '../../support/fake-files';
import { fakeCamera } from '../../support/fake-room';
import { button, inside, make, press, show, textOf, until } from './harness';

async function film(): Promise<Blob> {
  const recorder = new MediaRecorder(new MediaStream([fakeCamera()]), { mimeType: 'video/webm' });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  recorder.start(100);
  await until('some of it', () => parts.length >= 5);
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
  recorder.stop();
  await stopped;
  return new Blob(parts, { type: 'video/webm' });
}

async function shown(content: Blob, change: Partial<MmPicture> = {}): Promise<{ readonly element: MmPicture; readonly file: SeenFile }> {
  const files = new FakeFiles();
  const { look } = await draw(640, 360, 100);
  const file = manifest('waves.webm', { ...look, kind: 'video', durationMs: 65_000 }) as SeenFile;
  files.put(file, content, { kind: 'video', content });
  const element = await show(make('mm-picture', { files, file, alone: true, ...change }), { width: 320, height: 180 });
  await until('the button', () => button(element, 'Play waves.webm'));
  return { element, file };
}

describe('a film in a message', () => {
  it('shows a picture of itself and its length, and plays only when that is asked for', async () => {
    const { element } = await shown(await film());
    expect(inside(element, 'img').map((each) => (each as HTMLImageElement).alt)).to.deep.equal(['Video waves.webm']);
    expect(textOf(element)).to.equal('1:05');
    expect(inside(element, 'video')).to.have.length(0);
    await press(element, 'Play waves.webm');
    const video = await until('the film', () => inside(element, 'video')[0] as HTMLVideoElement | undefined);
    expect([video.controls, video.playsInline, video.autoplay, video.poster !== '']).to.deep.equal([true, true, false, true]);
    await until('it plays', () => !video.paused && video.videoWidth === 640);
  });

  it('among others is seen large', async () => {
    const { element, file } = await shown(await film(), { alone: false });
    const asked: string[] = [];
    element.addEventListener('file-open', ({ detail }) => asked.push(detail));
    await press(element, 'Play waves.webm');
    expect(asked).to.deep.equal([file.id]);
    expect(inside(element, 'video')).to.have.length(0);
  });

  it('that can’t be played says so, and can be saved', async () => {
    const { element } = await shown(new Blob(['not a film'], { type: 'video/webm' }));
    await press(element, 'Play waves.webm');
    await until('the sentence', () => textOf(element).includes("This browser can't play it"));
    expect(button(element, 'Save waves.webm')).to.not.equal(undefined);
  });
});
