/** Plays the sound of one file for an element that shows how far it is. */
import type { LitElement, ReactiveController } from 'lit';
import type { WantedFile } from './file-url';
import { BlobUrl } from './file-url';
import { playAlone } from './playing';

/** Later than any sound ends, in seconds. */
const beyondEnd = 1e7;

/**
 * Nothing is loaded before it is to be heard. `durationMs` is the sender's word, and stands until the bytes say better; a recording of a browser has no length in its head
 * (https://crbug.com/642012), and plays from anywhere only after its end was looked for.
 */
export class Playback implements ReactiveController {
  /** The browser can't play it, or it isn't what it says. */
  failed = false;

  readonly #host: LitElement;
  readonly #wanted: () => (WantedFile & { readonly durationMs: number }) | undefined;
  readonly #audio = new Audio();
  readonly #url = new BlobUrl();
  #loading: Promise<boolean> | undefined;
  /** Seconds: where it goes on, as long as it isn't loaded. */
  #start = 0;

  constructor(host: LitElement, wanted: () => (WantedFile & { readonly durationMs: number }) | undefined) {
    this.#host = host;
    this.#wanted = wanted;
    host.addController(this);
    this.#audio.preservesPitch = true;
    for (const type of ['play', 'pause', 'timeupdate', 'seeked', 'durationchange'] as const) this.#audio.addEventListener(type, () => host.requestUpdate());
    this.#audio.addEventListener('play', () => playAlone(this.#audio));
    // From the beginning, the next time.
    this.#audio.addEventListener('ended', () => (this.#audio.currentTime = 0));
  }

  hostDisconnected(): void {
    // An element that is only moved comes back at once.
    queueMicrotask(() => {
      if (!this.#host.isConnected) this.#unload();
    });
  }

  get playing(): boolean {
    return !this.#audio.paused;
  }

  /** Both in seconds. */
  get position(): number {
    return this.#loading ? Math.min(this.#audio.currentTime, this.duration) : this.#start;
  }

  get duration(): number {
    const { duration } = this.#audio;
    return Number.isFinite(duration) && duration > 0 ? duration : (this.#wanted()?.durationMs ?? 0) / 1000;
  }

  set speed(speed: number) {
    // The default is what a load sets it back to.
    this.#audio.defaultPlaybackRate = speed;
    this.#audio.playbackRate = speed;
  }

  async toggle(): Promise<void> {
    if (this.playing) return this.#audio.pause();
    this.#loading ??= this.#load();
    const { currentTime } = this.#audio;
    try {
      if (!(await this.#loading)) throw new Error('not to be played');
      if (this.#audio.currentTime === currentTime && this.#start > 0) this.#audio.currentTime = this.#start;
      this.#start = 0;
      await this.#audio.play();
    } catch (error) {
      // Paused before it began.
      if (error instanceof DOMException && error.name === 'AbortError') return;
      this.#unload();
      this.failed = true;
      this.#host.requestUpdate();
    }
  }

  /** To a place in seconds; what plays goes on there. */
  seek(seconds: number): void {
    if (this.#loading) this.#audio.currentTime = Math.min(seconds, this.duration);
    else this.#start = seconds;
    this.#host.requestUpdate();
  }

  /** False: it is not a sound. */
  async #load(): Promise<boolean> {
    const wanted = this.#wanted();
    const view = await wanted?.files.view(wanted.file);
    // A recording may call itself a film without pictures.
    if (view?.kind !== 'sound' && view?.kind !== 'video') return false;
    this.#audio.src = this.#url.of(view.content) ?? '';
    await heard(this.#audio, 'loadedmetadata');
    if (Number.isFinite(this.#audio.duration)) return true;
    this.#audio.currentTime = beyondEnd;
    await heard(this.#audio, 'seeked');
    this.#audio.currentTime = 0;
    await heard(this.#audio, 'seeked');
    return true;
  }

  #unload(): void {
    this.#audio.pause();
    this.#audio.removeAttribute('src');
    this.#url.release();
    this.#loading = undefined;
    this.#start = 0;
    this.failed = false;
  }
}

/** Resolves with the event; rejects when the element can't go on. */
function heard(audio: HTMLAudioElement, event: 'loadedmetadata' | 'seeked'): Promise<unknown> {
  return new Promise((resolve, reject) => {
    audio.addEventListener(event, resolve, { once: true });
    audio.addEventListener('error', () => reject(new Error('not to be played')), { once: true });
  });
}
