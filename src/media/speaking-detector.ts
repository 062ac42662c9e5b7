/** Hears whether the person at this device is speaking. hark listens to the own microphone only: the others say it of themselves. */
import hark from 'hark';

/**
 * Chosen by what Chromium 156 hands over (loudest frequency in dB, as hark measures): a quiet voice, after noise suppression and gain control, peaks at -38 and
 * a usual one at -30; steady noise as loud as -40 dB RMS stays under -69. Chromium's invented microphone beeps for a moment twice a second, which at hark's
 * own -50 is over before hark is convinced.
 */
const speechLevelDb = -65;

/** hark is convinced by three polls in a row: 100 to 150 ms from the first sound. */
const pollMs = 50;

/** Polls of silence until speech has ended: 0.4 s, longer than the pause between two words, and 50 to 150 ms more for the sound to fade. */
const silentPolls = 8;

/**
 * Watches `track`, which stays the caller's; `onChange` gets each change, beginning from "not speaking". A track that is disabled or ended counts as silence.
 * Abort stops the polling, closes the audio context and lets no further change through.
 */
export function watchSpeaking(track: MediaStreamTrack, onChange: (speaking: boolean) => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  // Our own: hark would keep one for the life of the page, and one made before the first click stays suspended, which it reads as silence.
  const audioContext = new AudioContext();
  const harker = hark(new MediaStream([track]), { audioContext, threshold: speechLevelDb, interval: pollMs, history: silentPolls, play: false });
  const tell = (speaking: boolean): void => {
    if (!signal.aborted) onChange(speaking);
  };
  const resume = (): void => {
    // Rejects only when the context was closed meanwhile, which is the end anyway (Web Audio, section 1.2.3).
    if (audioContext.state !== 'running' && !signal.aborted) audioContext.resume().catch(() => undefined);
  };
  // A phone call, or a headset taken off, suspends it.
  harker.on('state_change', resume);
  resume();
  harker.on('speaking', () => tell(true));
  harker.on('stopped_speaking', () => tell(false));
  signal.addEventListener(
    'abort',
    () => {
      harker.stop();
      void audioContext.close();
    },
    { once: true },
  );
}
