/** What is heard: the AudioContext is the browser's own, and is only counted and listened to. */
import { expect } from 'chai';
import { createSounds, type Sounds } from '../../../src/media/sounds';

let sounds: Sounds;
let orchestra: Orchestra;
beforeEach(() => {
  orchestra = new Orchestra();
  touchPage(true);
  sounds = createSounds();
});
afterEach(() => {
  sounds.close();
  orchestra.leave();
  Reflect.deleteProperty(navigator, 'userActivation');
});

describe('sounds', () => {
  it('make nothing until asked', () => {
    expect(orchestra.contexts).to.have.length(0);
  });

  it('ring: a quiet bell, after which the sound card may sleep', async () => {
    sounds.ring();
    expect(await orchestra.loudest()).to.be.within(0.02, 0.2);
    await orchestra.closed();
  });

  it('stay silent, and warn of nothing, while nobody has touched the page', () => {
    touchPage(false);
    sounds.ring();
    const stop = sounds.callRing();
    stop();
    expect(orchestra.contexts).to.have.length(0);
  });

  it('do without a sound card', () => {
    orchestra.refuse();
    sounds.ring();
    sounds.callRing()();
  });

  it('end the call ring when it is answered', async () => {
    const stop = sounds.callRing();
    expect(await orchestra.loudest()).to.be.within(0.02, 0.2);
    stop();
    await orchestra.closed();
    stop();
  });

  it('end all at once, for good', async () => {
    sounds.ring();
    sounds.callRing();
    sounds.close();
    await orchestra.closed();
    const before = orchestra.contexts.length;
    sounds.ring();
    sounds.callRing()();
    expect(orchestra.contexts).to.have.length(before);
  });
});

function touchPage(hasBeenActive: boolean): void {
  Object.defineProperty(navigator, 'userActivation', { value: { hasBeenActive, isActive: false }, configurable: true });
}

/** Every AudioContext made while it is there, each with an ear at its output. */
class Orchestra {
  readonly contexts: AudioContext[] = [];
  readonly #ears: AnalyserNode[] = [];
  readonly #original = globalThis.AudioContext;
  readonly #connect = AudioNode.prototype.connect;

  constructor() {
    const { contexts } = this;
    globalThis.AudioContext = class extends this.#original {
      constructor() {
        super();
        contexts.push(this);
      }
    };
    const ears = this.#ears;
    const connect = this.#connect as (this: AudioNode, ...values: unknown[]) => AudioNode;
    Object.defineProperty(AudioNode.prototype, 'connect', {
      configurable: true,
      writable: true,
      value: function (this: AudioNode, target: AudioNode | AudioParam, ...rest: number[]): AudioNode {
        if (target instanceof AudioDestinationNode) {
          const ear = new AnalyserNode(target.context, { fftSize: 2048 });
          ears.push(ear);
          connect.call(this, ear);
        }
        return connect.call(this, target, ...rest);
      },
    });
  }

  refuse(): void {
    globalThis.AudioContext = class extends this.#original {
      constructor() {
        super();
        void this.close();
        throw new DOMException('no sound card', 'NotSupportedError');
      }
    };
  }

  /** The peak amplitude, once something is heard. */
  async loudest(): Promise<number> {
    for (;;) {
      await nextFrame();
      const peak = Math.max(0, ...this.#ears.map(peakOf));
      if (peak > 0.02) return peak;
    }
  }

  async closed(): Promise<void> {
    while (this.contexts.some(({ state }) => state !== 'closed')) await nextFrame();
  }

  leave(): void {
    globalThis.AudioContext = this.#original;
    AudioNode.prototype.connect = this.#connect;
  }
}

function peakOf(ear: AnalyserNode): number {
  const samples = new Float32Array(ear.fftSize);
  ear.getFloatTimeDomainData(samples);
  return Math.max(...samples.map(Math.abs));
}

function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => setTimeout(resolve, 16));
}
