/** What makes an element the dialog that is open: its role, that it can have the focus, and the keys of the whole page as long as it is there. */
import type { LitElement, ReactiveController } from 'lit';

export class DialogHost implements ReactiveController {
  readonly #host: LitElement;
  readonly #onKey: (event: KeyboardEvent) => void;

  constructor(host: LitElement, onKey: (event: KeyboardEvent) => void) {
    this.#host = host;
    this.#onKey = onKey;
    host.addController(this);
  }

  hostConnected(): void {
    this.#host.role = 'dialog';
    this.#host.tabIndex = -1;
    addEventListener('keydown', this.#onKey);
  }

  hostDisconnected(): void {
    removeEventListener('keydown', this.#onKey);
  }
}
