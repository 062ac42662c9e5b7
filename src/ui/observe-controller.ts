/** Keeps an element in step with the observable values it shows. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Observable } from '../core/observable';

/**
 * `sources` is asked before each render, so it may lead through values that come and go (`room?.call.state`); what it names is subscribed while
 * the element is in the page, and each change asks for a render. The element reads `.value` where it shows it.
 */
export class ObserveController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #sources: () => readonly (Observable<unknown> | undefined)[];
  readonly #stops = new Map<Observable<unknown>, () => void>();

  constructor(host: ReactiveControllerHost, sources: () => readonly (Observable<unknown> | undefined)[]) {
    this.#host = host;
    this.#sources = sources;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    const wanted = new Set(this.#sources());
    for (const [source, stop] of this.#stops) {
      if (wanted.has(source)) continue;
      stop();
      this.#stops.delete(source);
    }
    for (const source of wanted) {
      if (source && !this.#stops.has(source)) this.#stops.set(source, source.subscribe(() => this.#host.requestUpdate()));
    }
  }

  hostDisconnected(): void {
    for (const stop of this.#stops.values()) stop();
    this.#stops.clear();
  }
}
