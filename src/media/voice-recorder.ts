/** Records a voice message from the microphone. */
import { limits } from '../config';
import { State } from '../core/observable';
import { openMicrophone } from './capture';
import type { FileMedia, VoiceRecording } from './file-media';
import { loudness, waveformOf } from './waveform';

/** Opus first, the smallest; MP4 is what Safari before 18.4 writes, Ogg what others might. */
const formats = [
  { mimeType: 'audio/webm;codecs=opus', type: 'audio/webm', ending: 'webm' },
  { mimeType: 'audio/mp4', type: 'audio/mp4', ending: 'm4a' },
  { mimeType: 'audio/ogg;codecs=opus', type: 'audio/ogg', ending: 'ogg' },
] as const;

/** Opus needs no more for one voice (RFC 7587, section 3.1.1): 15 minutes have 3.6 MB. */
const bitsPerSecond = 32_000;
/** Shorter was a slip of the finger. */
const shortestMs = 500;
/** The level is taken this often: as a hand sees it move. */
const levelMs = 50;

/** See FileMedia. `longestMs`: as `limits.voiceMs`. */
export async function recordVoice(longestMs: number = limits.voiceMs): ReturnType<FileMedia['recordVoice']> {
  const format = formats.find(({ mimeType }) => MediaRecorder.isTypeSupported(mimeType));
  if (!format) return { kind: 'missing' };
  const result = await openMicrophone();
  if (result.kind === 'problem') return { kind: result.problem.reason };
  try {
    return { kind: 'recording', recording: new Recording(result.track, format, longestMs) };
  } catch {
    // The device was lost in between, or the browser has no encoder left: nothing may stay on.
    result.track.stop();
    return { kind: 'busy' };
  }
}

class Recording implements VoiceRecording {
  readonly level = new State(0);
  readonly elapsedMs = new State(0);
  readonly #track: MediaStreamTrack;
  readonly #format: (typeof formats)[number];
  readonly #longestMs: number;
  readonly #recorder: MediaRecorder;
  readonly #stopped: Promise<void>;
  /** All measured levels: 18,000 in the longest recording. */
  readonly #levels: number[] = [];
  readonly #parts: Blob[] = [];
  readonly #startedAtMs = performance.now();
  readonly #meter: Meter;
  readonly #ticking: ReturnType<typeof setInterval>;
  #result: ReturnType<VoiceRecording['finish']> | undefined;

  constructor(track: MediaStreamTrack, format: (typeof formats)[number], longestMs: number) {
    this.#track = track;
    this.#format = format;
    this.#longestMs = longestMs;
    const stream = new MediaStream([track]);
    this.#recorder = new MediaRecorder(stream, { mimeType: format.mimeType, audioBitsPerSecond: bitsPerSecond });
    this.#recorder.addEventListener('dataavailable', ({ data }) => this.#parts.push(data));
    // Also when the system takes the microphone away: then all tracks have ended (MediaStream Recording, section 2.3).
    this.#stopped = new Promise((resolve) => this.#recorder.addEventListener('stop', () => resolve(), { once: true }));
    void this.#stopped.then(() => this.#close());
    this.#recorder.start();
    this.#meter = new Meter();
    this.#meter.listen(stream);
    this.#ticking = setInterval(() => this.#tick(), levelMs);
  }

  finish(): ReturnType<VoiceRecording['finish']> {
    this.#result ??= this.#finish();
    return this.#result;
  }

  cancel(): void {
    this.#result = Promise.resolve(undefined);
    this.#end();
    this.#parts.length = 0;
  }

  async #finish(): ReturnType<VoiceRecording['finish']> {
    this.#end();
    await this.#stopped;
    const durationMs = Math.round(this.elapsedMs.value);
    if (durationMs < shortestMs) return undefined;
    const { type, ending } = this.#format;
    const file = new File(this.#parts, `voice-message.${ending}`, { type });
    if (file.size === 0) return undefined;
    return { file, look: { kind: 'voice', durationMs, waveform: waveformOf(this.#levels) } };
  }

  /** A file has no duration in it while it is being written, so the clock tells. */
  #tick(): void {
    this.elapsedMs.set(Math.min(performance.now() - this.#startedAtMs, this.#longestMs));
    const level = this.#meter.level();
    this.#levels.push(level);
    this.level.set(level);
    if (this.elapsedMs.value >= this.#longestMs) this.#end();
  }

  #end(): void {
    if (this.#recorder.state === 'inactive') return;
    this.elapsedMs.set(Math.min(performance.now() - this.#startedAtMs, this.#longestMs));
    this.#recorder.stop();
    this.#close();
  }

  /** The light goes off at once. */
  #close(): void {
    clearInterval(this.#ticking);
    this.#track.stop();
    this.#meter.close();
    this.level.set(0);
  }
}

/** Loudness of the last moment of a stream. */
class Meter {
  readonly #context = new AudioContext();
  readonly #analyser = new AnalyserNode(this.#context, { fftSize: 2048 });
  readonly #samples = new Float32Array(this.#analyser.fftSize);

  listen(stream: MediaStream): void {
    new MediaStreamAudioSourceNode(this.#context, { mediaStream: stream }).connect(this.#analyser);
    // It may begin suspended; rejects only when it was closed meanwhile.
    this.#context.resume().catch(() => undefined);
  }

  level(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return loudness(this.#samples);
  }

  close(): void {
    if (this.#context.state !== 'closed') void this.#context.close();
  }
}
