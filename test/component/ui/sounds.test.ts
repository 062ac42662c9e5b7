import { expect } from 'chai';
import type { FileManifest } from '../../../src/core/file';
import '../../../src/ui/mm-player';
import '../../../src/ui/mm-voice';
import type { MmVoice } from '../../../src/ui/mm-voice';
import { FakeFiles, manifest } from '../../support/fake-files';
import { alice } from '../../support/fake-room';
import { button, inside, key, make, nameOf, press, show, textOf, until } from './harness';

/** Seconds of silence that every browser plays. */
function silence(seconds: number): Blob {
  const rate = 8_000;
  const bytes = new DataView(new ArrayBuffer(44 + seconds * rate));
  const words = (at: number, text: string) => [...text].forEach((letter, index) => bytes.setUint8(at + index, letter.charCodeAt(0)));
  words(0, 'RIFF');
  bytes.setUint32(4, 36 + seconds * rate, true);
  words(8, 'WAVEfmt ');
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true);
  bytes.setUint16(22, 1, true);
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, rate, true);
  bytes.setUint16(32, 1, true);
  bytes.setUint16(34, 8, true);
  words(36, 'data');
  bytes.setUint32(40, seconds * rate, true);
  for (let at = 44; at < bytes.byteLength; at++) bytes.setUint8(at, 128);
  return new Blob([bytes], { type: 'audio/wav' });
}

/** As browsers record it: without a length in its head. */
async function recording(): Promise<Blob> {
  const context = new AudioContext();
  const target = context.createMediaStreamDestination();
  const tone = context.createOscillator();
  tone.connect(target);
  tone.start();
  const recorder = new MediaRecorder(target.stream, { mimeType: 'audio/webm;codecs=opus' });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  recorder.start(100);
  await until('a second of it', () => parts.length >= 10);
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
  recorder.stop();
  await stopped;
  await context.close();
  return new Blob(parts, { type: 'audio/webm' });
}

function voiceOf(files: FakeFiles, content: Blob, durationMs: number): FileManifest {
  const file = manifest('voice-message.webm', { kind: 'voice', durationMs, waveform: [1, 5, 15, 3] });
  files.put(file, content, { kind: 'sound', content });
  return file;
}

async function voice(content = silence(30), durationMs = 30_000): Promise<{ readonly element: MmVoice; readonly files: FakeFiles; readonly slider: HTMLInputElement }> {
  const files = new FakeFiles();
  const element = await show(make('mm-voice', { files, file: voiceOf(files, content, durationMs) }));
  const slider = await until('the slider', () => inside(element, 'input')[0] as HTMLInputElement | undefined);
  return { element, files, slider };
}

beforeEach(() => localStorage.removeItem('mindmeet.voice-speed'));

describe('a voice message', () => {
  it('plays and pauses', async () => {
    const { element } = await voice();
    expect(textOf(inside(element, '.time')[0] ?? null)).to.equal('0:30');
    await press(element, 'Play voice message');
    await press(element, 'Pause voice message');
    await until('the pause', () => button(element, 'Play voice message'));
  });

  it('is moved along by keys, in seconds', async () => {
    const { element, slider } = await voice();
    expect(nameOf(slider)).to.equal('Position');
    expect(key(slider, 'ArrowRight')).to.equal(false);
    key(slider, 'PageUp');
    await until('the place', () => slider.getAttribute('aria-valuetext') === '0:16 of 0:30');
    key(slider, 'ArrowLeft');
    await until('the place', () => slider.getAttribute('aria-valuetext') === '0:15 of 0:30');
    expect(inside(element, '.bars .heard')).to.have.length(2);
    await press(element, 'Play voice message');
    await until('it goes on from there', () => button(element, 'Pause voice message') && Number(slider.value) >= 15);
    key(slider, 'PageDown');
    key(slider, 'PageDown');
    await until('the beginning', () => Number(slider.value) < 15);
  });

  it('is moved along by the pointer, also while it is a recording without a length', async () => {
    const content = await recording();
    const { element, slider } = await voice(content, 1_000);
    await press(element, 'Play voice message');
    await until('it plays', () => button(element, 'Pause voice message'));
    await press(element, 'Pause voice message');
    slider.value = '0.5';
    slider.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await until('the place', () => Math.abs(Number(slider.value) - 0.5) < 0.1);
    await press(element, 'Play voice message');
    await until('its end', () => button(element, 'Play voice message'));
  });

  it('is heard at the speed that was chosen, which is remembered', async () => {
    const { element } = await voice();
    await press(element, 'Speed 1×');
    await press(element, 'Speed 1.5×');
    const { element: other } = await voice();
    expect(button(other, 'Speed 2×')).to.not.equal(undefined);
    expect(localStorage.getItem('mindmeet.voice-speed')).to.equal('2');
    await press(other, 'Speed 2×');
    await until('the first again', () => button(element, 'Speed 1×'));
  });

  it('stops when another one begins', async () => {
    const { element } = await voice();
    const { element: other } = await voice();
    await press(element, 'Play voice message');
    await until('the first plays', () => button(element, 'Pause voice message'));
    await press(other, 'Play voice message');
    await until('the other plays', () => button(other, 'Pause voice message'));
    await until('the first is quiet', () => button(element, 'Play voice message'));
  });

  it('that is something else is told, and does not play', async () => {
    const files = new FakeFiles();
    const file = manifest('voice-message.webm', { kind: 'voice', durationMs: 5_000, waveform: [] });
    files.put(file, new Blob(['<script>']), { kind: 'none', why: 'type' });
    const element = await show(make('mm-voice', { files, file }));
    await press(element, 'Play voice message');
    await until('the sentence', () => textOf(element).includes("This browser can't play it"));
    expect(button(element, 'Play voice message')).to.not.equal(undefined);
  });

  it('of a moment is not said to last none', async () => {
    const { element } = await voice(silence(0.3), 300);
    expect(textOf(inside(element, '.time')[0] ?? null)).to.equal('0:01');
  });

  it('is downloaded first when it is long', async () => {
    const files = new FakeFiles();
    const file = manifest('voice-message.webm', { kind: 'voice', durationMs: 900_000, waveform: [3] });
    const element = await show(make('mm-voice', { files, file }));
    await press(element, 'Download voice message');
    expect(files.asked).to.deep.equal(['fetch voice-message.webm']);
    files.set(file, { kind: 'coming', receivedBytes: 600_000, bytesPerSecond: 1, secondsLeft: 1 });
    await until('how far', () => textOf(inside(element, '.time')[0] ?? null) === '50 %');
    expect(inside(element, 'input')).to.have.length(0);
  });
});

describe('a sound', () => {
  it('is a file until it is here, and then a player', async () => {
    const files = new FakeFiles();
    const file = manifest('song.mp3', { kind: 'sound', durationMs: 30_000 });
    const element = await show(make('mm-player', { files, file }));
    await press(element, 'Download song.mp3');
    const content = silence(30);
    files.put(file, content, { kind: 'sound', content });
    await press(element, 'Play song.mp3');
    await press(element, 'Pause song.mp3');
    expect(button(element, 'Save song.mp3')).to.not.equal(undefined);
  });

  it('tells its sender on one line of a phone how it goes, and is as high as before', async () => {
    const files = new FakeFiles();
    const file = manifest('song.mp3', { kind: 'sound', durationMs: 30_000 });
    const content = silence(30);
    files.put(file, content, { kind: 'sound', content });
    const element = await show(make('mm-player', { files, file }), { width: 250 });
    await until('the player', () => button(element, 'Play song.mp3'));
    const before = element.offsetHeight;
    files.set(file, { kind: 'here', sending: { people: [alice], bytesPerSecond: 14_700_000 } });
    await until('the rate', () => textOf(inside(element, '.time')[0] ?? null) === 'Sending to 1 · 14.7 MB/s');
    expect(element.offsetHeight).to.equal(before);
  });

  it('that can’t be played is a file again, and says so', async () => {
    const files = new FakeFiles();
    const file = manifest('song.mp3', { kind: 'sound', durationMs: 30_000 });
    const content = new Blob(['not a song'], { type: 'audio/mpeg' });
    files.put(file, content, { kind: 'sound', content });
    const element = await show(make('mm-player', { files, file }));
    await press(element, 'Play song.mp3');
    await until('the sentence', () => textOf(element).includes("This browser can't play it"));
    expect(button(element, 'Save song.mp3')).to.not.equal(undefined);
    expect(button(element, 'Play song.mp3')).to.equal(undefined);
  });
});
