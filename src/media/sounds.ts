/** The sounds of the app, made on the spot from a few sine waves: nothing to load, and quiet enough for a meeting. */

export interface Sounds {
  /** Somebody is at the door: a soft bell of two notes, twice. */
  ring(): void;
  /** Somebody started a call: three rising notes, again and again until the returned function is called. */
  callRing(): () => void;
  /** Ends every sound, for good. */
  close(): void;
}

/** A bell's stroke: when it sounds, in seconds from now, and its pitch in hertz. */
interface Note {
  readonly atSeconds: number;
  readonly hertz: number;
}

/** E5 and C5, the falling third of a doorbell. */
const doorbell: readonly Note[] = [
  { atSeconds: 0, hertz: 659.26 },
  { atSeconds: 0.28, hertz: 523.25 },
  { atSeconds: 1.1, hertz: 659.26 },
  { atSeconds: 1.38, hertz: 523.25 },
];

/** C5, E5, G5: rising asks for an answer. */
const callChime: readonly Note[] = [
  { atSeconds: 0, hertz: 523.25 },
  { atSeconds: 0.18, hertz: 659.26 },
  { atSeconds: 0.36, hertz: 783.99 },
];

/** Milliseconds between two call chimes: they fade within 1.3 s, and some quiet follows. */
const callChimeEveryMs = 3_000;

/** Of full scale; below the level of a voice. */
const peakGain = 0.1;

const fadeSeconds = 0.9;

/** Milliseconds in which a sound must have begun; Chromium takes 10 to 50. */
const startWithinMs = 1_000;

/**
 * Its methods never throw and never wait: where the browser allows no sound yet (nobody has touched the page), or has none, there is none, and a card on the
 * screen says the same.
 */
export function createSounds(): Sounds {
  const ending = new AbortController();
  return {
    ring() {
      play(doorbell, ending.signal);
    },
    callRing() {
      const stopping = new AbortController();
      const signal = AbortSignal.any([stopping.signal, ending.signal]);
      const chime = (): void => play(callChime, signal);
      if (!signal.aborted) {
        chime();
        const timer = setInterval(chime, callChimeEveryMs);
        signal.addEventListener('abort', () => clearInterval(timer), { once: true });
      }
      return () => stopping.abort();
    },
    close() {
      ending.abort();
    },
  };
}

/** One audio context a melody, closed with its last note: an open one keeps the sound card awake. */
function play(notes: readonly Note[], signal: AbortSignal): void {
  // Asked first, since Chromium warns on the console of each context that autoplay keeps silent (https://developer.chrome.com/blog/autoplay).
  if (signal.aborted || (navigator.userActivation as UserActivation | undefined)?.hasBeenActive === false) return;
  let context: AudioContext;
  try {
    context = new AudioContext();
  } catch (cause) {
    // No sound card, or too many contexts (Web Audio, section 1.2.1): silence is what is left.
    if (cause instanceof DOMException) return;
    throw cause;
  }
  const close = (): void => {
    signal.removeEventListener('abort', close);
    clearTimeout(timer);
    if (context.state !== 'closed') void context.close();
  };
  // A browser that holds the sound back would let it out with the next click, minutes later.
  const timer = setTimeout(() => {
    if (context.state !== 'running') close();
  }, startWithinMs);
  signal.addEventListener('abort', close, { once: true });
  const startSeconds = context.currentTime;
  const strokes = notes.map(({ atSeconds, hertz }) => strike(context, startSeconds + atSeconds, hertz));
  strokes.at(-1)?.addEventListener('ended', close, { once: true });
}

/** A sine with a faint octave above it, which rises in 15 ms (a sudden start clicks) and fades as a bell does. */
function strike(context: AudioContext, atSeconds: number, hertz: number): OscillatorNode {
  const gain = context.createGain();
  gain.gain.setValueAtTime(0.0001, atSeconds);
  gain.gain.exponentialRampToValueAtTime(peakGain, atSeconds + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, atSeconds + fadeSeconds);
  gain.connect(context.destination);
  const oscillator = context.createOscillator();
  oscillator.setPeriodicWave(context.createPeriodicWave([0, 0, 0], [0, 1, 0.25]));
  oscillator.frequency.value = hertz;
  oscillator.connect(gain);
  oscillator.start(atSeconds);
  oscillator.stop(atSeconds + fadeSeconds);
  return oscillator;
}
