/** A tone that the test switches on and off stands for a voice, and Chromium's invented microphone for a microphone. */
import { expect } from 'chai';
import { openMicrophone } from '../../../src/media/capture';
import { watchSpeaking } from '../../../src/media/speaking-detector';

let watching: AbortController;
let voice: Voice;
beforeEach(() => {
  watching = new AbortController();
  voice = new Voice();
});
afterEach(async () => {
  watching.abort();
  await voice.close();
});

describe('speaking', () => {
  // How quickly is seen end to end, by the middle of several turns (test/e2e/speaking.spec.ts), and measured by the benchmark.
  it('begins with the sound and ends with it, again and again', async () => {
    const changes = new Changes();
    watchSpeaking(voice.track, changes.take, watching.signal);
    await changes.settled(voice);
    voice.sound();
    await changes.next(true);
    voice.silence();
    await changes.next(false);
    expect(changes.seen).to.deep.equal([true, false, true, false]);
  });

  it('ends when the microphone is muted', async () => {
    const changes = new Changes();
    watchSpeaking(voice.track, changes.take, watching.signal);
    voice.sound();
    await changes.next(true);
    voice.track.enabled = false;
    await changes.next(false);
    voice.track.enabled = true;
    await changes.next(true);
  });

  it('is heard in a quiet voice, and not in the noise of a room', async () => {
    const changes = new Changes();
    watchSpeaking(voice.track, changes.take, watching.signal);
    await changes.settled(voice);
    voice.noise(-60);
    // Long enough for thirty polls, measured by the sound's own clock.
    await voice.elapse(1.5);
    expect(changes.seen).to.deep.equal([true, false]);
    voice.sound(-40);
    await changes.next(true);
  });

  it('is said of the beep of the invented microphone', async () => {
    const result = await openMicrophone();
    if (result.kind !== 'open') throw new Error(result.problem.reason);
    const changes = new Changes();
    watchSpeaking(result.track, changes.take, watching.signal);
    await changes.next(true);
    result.track.stop();
    await changes.next(false);
  });

  it('is watched no longer after the abort, and the track stays open', async () => {
    const changes = new Changes();
    const closed = contextsClosed();
    watchSpeaking(voice.track, changes.take, watching.signal);
    voice.sound();
    await changes.next(true);
    watching.abort();
    await closed.one();
    expect(changes.seen).to.deep.equal([true]);
    expect(voice.track.readyState).to.equal('live');
  });

  it('is not watched at all when that was aborted before', () => {
    const count = contextsClosed();
    watchSpeaking(voice.track, () => undefined, AbortSignal.abort());
    expect(count.made()).to.equal(0);
  });
});

/** A sound track that speaks when told. */
class Voice {
  readonly #context = new AudioContext();
  readonly #tone = new GainNode(this.#context, { gain: 0 });
  readonly #destination = this.#context.createMediaStreamDestination();
  readonly track: MediaStreamTrack;

  constructor() {
    const oscillator = new OscillatorNode(this.#context, { frequency: 600 });
    oscillator.connect(this.#tone).connect(this.#destination);
    oscillator.start();
    const track = this.#destination.stream.getAudioTracks()[0];
    if (!track) throw new Error('the destination has no track');
    this.track = track;
  }

  /** `levelDb` of full scale. Returns the moment. */
  sound(levelDb = -20): number {
    this.#tone.gain.value = 10 ** (levelDb / 20);
    return performance.now();
  }

  silence(): number {
    this.#tone.gain.value = 0;
    return performance.now();
  }

  /** Steady white noise of this RMS level. */
  noise(levelDb: number): void {
    const amplitude = 10 ** (levelDb / 20) * Math.sqrt(3);
    const buffer = new AudioBuffer({ length: this.#context.sampleRate, sampleRate: this.#context.sampleRate });
    buffer.getChannelData(0).forEach((_, index, samples) => (samples[index] = (2 * Math.random() - 1) * amplitude));
    const source = new AudioBufferSourceNode(this.#context, { buffer, loop: true });
    source.connect(this.#destination);
    source.start();
  }

  elapse(seconds: number): Promise<void> {
    const clock = new ConstantSourceNode(this.#context, { offset: 0 });
    clock.connect(this.#destination);
    clock.start();
    clock.stop(this.#context.currentTime + seconds);
    return new Promise((resolve) => clock.addEventListener('ended', () => resolve(), { once: true }));
  }

  async close(): Promise<void> {
    this.track.stop();
    await this.#context.close();
  }
}

/** What the watcher said, and when. */
class Changes {
  readonly seen: boolean[] = [];
  #waiting: { readonly value: boolean; readonly resolve: (atMs: number) => void } | undefined;

  readonly take = (speaking: boolean): void => {
    this.seen.push(speaking);
    if (this.#waiting?.value !== speaking) return;
    this.#waiting.resolve(performance.now());
    this.#waiting = undefined;
  };

  /** The moment of the next change to `value`. */
  next(value: boolean): Promise<number> {
    return new Promise((resolve) => (this.#waiting = { value, resolve }));
  }

  /** A first word, so that the audio devices have started before anything is timed. */
  async settled(voice: Voice): Promise<void> {
    voice.sound();
    await this.next(true);
    voice.silence();
    await this.next(false);
  }
}

/** Counts the page's audio contexts from now on. */
function contextsClosed(): { one(): Promise<void>; made(): number } {
  const original = globalThis.AudioContext;
  let made = 0;
  let onClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (onClosed = resolve));
  globalThis.AudioContext = class extends original {
    constructor(options?: AudioContextOptions) {
      super(options);
      made += 1;
      this.addEventListener('statechange', () => {
        if (this.state === 'closed') onClosed();
      });
    }
  };
  watching.signal.addEventListener('abort', () => (globalThis.AudioContext = original));
  return { one: () => closed, made: () => made };
}
