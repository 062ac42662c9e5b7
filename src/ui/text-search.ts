/** Searches while somebody types: what was typed last counts, and the search before it is given up. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Typing rests this long before a search begins, in milliseconds. */
const restMs = 150;
/** Found things in the list; nobody reads further, they type another word. */
const mostFound = 200;

/** more: there may be others behind the first `mostFound`. */
export type SearchPhase = 'idle' | 'searching' | 'done' | 'more' | 'failed';

export class TextSearch<Hit> implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #search: (text: string, signal: AbortSignal) => AsyncIterable<readonly Hit[]> | undefined;
  #text = '';
  #phase: SearchPhase = 'idle';
  #found: readonly Hit[] = [];
  #rest: ReturnType<typeof setTimeout> | undefined;
  #running: AbortController | undefined;

  /** `search` may have nothing to search in. The host renders again whenever something changes. */
  constructor(host: ReactiveControllerHost, search: (text: string, signal: AbortSignal) => AsyncIterable<readonly Hit[]> | undefined) {
    this.#host = host;
    this.#search = search;
    host.addController(this);
  }

  /** What is searched for, without white space around it. */
  get text(): string {
    return this.#text;
  }

  get phase(): SearchPhase {
    return this.#phase;
  }

  /** So far; what the last text found stands until the next one has found something, or is through. */
  get found(): readonly Hit[] {
    return this.#found;
  }

  hostDisconnected(): void {
    this.#stop();
  }

  /** '' ends it. */
  look(text: string): void {
    const wanted = text.trim();
    if (wanted === this.#text) return;
    this.#stop();
    this.#text = wanted;
    this.#phase = wanted === '' ? 'idle' : 'searching';
    if (wanted === '') this.#found = [];
    else this.#rest = setTimeout(() => void this.#run(wanted), restMs);
    this.#host.requestUpdate();
  }

  #stop(): void {
    clearTimeout(this.#rest);
    this.#running?.abort();
    this.#running = undefined;
  }

  async #run(text: string): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    let found: readonly Hit[] = [];
    try {
      for await (const hits of this.#search(text, running.signal) ?? []) {
        if (running.signal.aborted) return;
        found = [...found, ...hits].slice(0, mostFound);
        this.#say('searching', found);
        if (found.length === mostFound) break;
      }
      if (!running.signal.aborted) this.#say(found.length === mostFound ? 'more' : 'done', found);
    } catch {
      if (!running.signal.aborted) this.#say('failed', found);
    }
  }

  #say(phase: SearchPhase, found: readonly Hit[]): void {
    this.#phase = phase;
    this.#found = found;
    this.#host.requestUpdate();
  }
}
