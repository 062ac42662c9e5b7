/** A press that goes on: where the pointer is, against where it was put down, and how it ends. */
import { State } from '../core/observable';

/** held: pixels to the right, and down. lost: the system took the pointer away, for a gesture of its own. */
export type HoldState = { readonly kind: 'held'; readonly right: number; readonly down: number } | { readonly kind: 'released' | 'lost' };

export class PressHold {
  readonly state = new State<HoldState>({ kind: 'held', right: 0, down: 0 });

  readonly #over = new AbortController();

  constructor({ pointerId, clientX, clientY }: PointerEvent) {
    const { signal } = this.#over;
    const on = (type: 'pointermove' | 'pointerup' | 'pointercancel', state: (event: PointerEvent) => HoldState) =>
      addEventListener(type, (event) => event.pointerId === pointerId && this.state.set(state(event)), { signal });
    on('pointermove', (event) => ({ kind: 'held', right: event.clientX - clientX, down: event.clientY - clientY }));
    on('pointerup', () => ({ kind: 'released' }));
    on('pointercancel', () => ({ kind: 'lost' }));
  }

  /** Stops watching. */
  end(): void {
    this.#over.abort();
  }
}
