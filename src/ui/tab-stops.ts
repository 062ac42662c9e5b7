/** The controls of an element that stands in a list which is one tab stop: they are reached by Tab only while their row has the focus. */
import type { LitElement, ReactiveController } from 'lit';

/** `reachable`: Tab leads to them. When the one that has the focus goes (Download, since it comes now), another one of the element takes it over. */
export class TabStops implements ReactiveController {
  readonly #host: LitElement;
  readonly #reachable: () => boolean;
  #hadFocus = false;

  constructor(host: LitElement, reachable: () => boolean) {
    this.#host = host;
    this.#reachable = reachable;
    host.addController(this);
  }

  hostUpdate(): void {
    this.#hadFocus = this.#focused();
  }

  hostUpdated(): void {
    const controls = [...this.#host.renderRoot.querySelectorAll<HTMLElement>('button, input, video')];
    const tabIndex = this.#reachable() ? 0 : -1;
    // Only where it changes: of one that has the focus and has just become inert, Chromium takes the focus away at once.
    for (const control of controls) if (control.getAttribute('tabindex') !== String(tabIndex)) control.tabIndex = tabIndex;
    if (this.#hadFocus && !this.#focused()) controls[0]?.focus({ preventScroll: true });
  }

  #focused(): boolean {
    return (this.#host.shadowRoot?.activeElement ?? null) !== null;
  }
}
