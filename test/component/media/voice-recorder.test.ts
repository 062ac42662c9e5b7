/** Chromium's invented microphone, which beeps twice a second; refusals are stubbed at the browser's edge. */
import { expect } from 'chai';
import { limits } from '../../../src/config';
import type { Observable } from '../../../src/core/observable';
import { createFileMedia } from '../../../src/media/create-file-media';
import type { VoiceRecording } from '../../../src/media/file-media';
import { recordVoice } from '../../../src/media/voice-recorder';
import { trustedScriptUrl } from '../../../src/ui/trusted-types';

const media = createFileMedia(trustedScriptUrl);
let tracks: MediaStreamTrack[];
let recordings: VoiceRecording[];
beforeEach(() => {
  tracks = [];
  recordings = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  Object.defineProperty(navigator.mediaDevices, 'getUserMedia', {
    configurable: true,
    value: async (constraints: MediaStreamConstraints) => {
      const stream = await open(constraints);
      tracks.push(...stream.getTracks());
      return stream;
    },
  });
});
afterEach(() => {
  for (const recording of recordings) recording.cancel();
  Reflect.deleteProperty(navigator.mediaDevices, 'getUserMedia');
});

async function record(longestMs?: number): Promise<VoiceRecording> {
  const result = await recordVoice(longestMs);
  if (result.kind !== 'recording') throw new Error(result.kind);
  recordings.push(result.recording);
  return result.recording;
}

function reaches(value: Observable<number>, least: number): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (value.value < least) return;
      stop();
      resolve();
    };
    const stop = value.subscribe(look);
    look();
  });
}

function states(): string[] {
  return tracks.map(({ readyState }) => readyState);
}

describe('a voice message', () => {
  it('leaves no microphone on when nothing can be recorded', async () => {
    const { start } = MediaRecorder.prototype;
    MediaRecorder.prototype.start = () => {
      throw new DOMException('', 'NotSupportedError');
    };
    try {
      expect(await recordVoice()).to.deep.equal({ kind: 'busy' });
    } finally {
      MediaRecorder.prototype.start = start;
    }
    expect(states()).to.deep.equal(['ended']);
  });

  it('is what was said, with its length and a picture of it', async () => {
    const recording = await record();
    await reaches(recording.level, 0.1);
    await reaches(recording.elapsedMs, 1_200);
    const finished = await recording.finish();
    if (finished?.look.kind !== 'voice') throw new Error('no voice');
    expect(finished.file).to.include({ name: 'voice-message.webm', type: 'audio/webm' });
    expect(await media.inspect(finished.file)).to.deep.equal({ kind: 'sound', type: 'audio/webm' });
    expect(finished.look.durationMs).to.be.at.least(1_200);
    expect(finished.look.waveform.length).to.be.within(1, limits.waveformBars);
    expect(Math.max(...finished.look.waveform)).to.equal(15);
    const context = new AudioContext();
    const sound = await context.decodeAudioData(await finished.file.arrayBuffer());
    await context.close();
    expect(sound.duration).to.be.above(0);
    expect(states()).to.deep.equal(['ended']);
  });

  it('shorter than half a second is none', async () => {
    const recording = await record();
    expect(await recording.finish()).to.equal(undefined);
    expect(states()).to.deep.equal(['ended']);
  });

  it('is the same one however often it is finished', async () => {
    const recording = await record();
    await reaches(recording.elapsedMs, 600);
    const [first, second] = await Promise.all([recording.finish(), recording.finish()]);
    expect(first?.file.size).to.be.above(0);
    expect(second).to.equal(first);
  });

  it('that is cancelled leaves nothing, and the microphone off', async () => {
    const recording = await record();
    await reaches(recording.elapsedMs, 600);
    recording.cancel();
    expect(states()).to.deep.equal(['ended']);
    expect(await recording.finish()).to.equal(undefined);
  });

  it('ends by itself when it is as long as it may be', async () => {
    const recording = await record(700);
    await reaches(recording.elapsedMs, 700);
    expect(states()).to.deep.equal(['ended']);
    const finished = await recording.finish();
    expect(finished?.look).to.include({ kind: 'voice', durationMs: 700 });
  });

  it('keeps what is there when the system takes the microphone away', async () => {
    const recording = await record();
    await reaches(recording.elapsedMs, 600);
    const [track] = tracks;
    if (!track) throw new Error('no microphone');
    track.stop();
    const finished = await recording.finish();
    expect(finished?.look.kind).to.equal('voice');
    expect(finished?.file.size).to.be.above(0);
  });
});

describe('a microphone that is not to be had', () => {
  for (const [name, kind] of [
    ['NotAllowedError', 'denied'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'busy'],
  ] as const) {
    it(`is ${kind}`, async () => {
      Object.defineProperty(navigator.mediaDevices, 'getUserMedia', { configurable: true, value: () => Promise.reject(new DOMException('no', name)) });
      expect(await media.recordVoice()).to.deep.equal({ kind });
    });
  }
});
