/** What fingers, pen, mouse and wheel mean on the stage of the viewer: closer, further, along, the next one, away. */
import { closeUp, fitting, moveBy, zoomBy, type Point, type Zoom, type ZoomSizes } from './zoom';

/** Pixels that a finger goes before it means more than a tap, and by which the next one is wanted. */
const slipPixels = 8;
const swipePixels = 56;
/** Between the two taps of a double one, in milliseconds and pixels. */
const doubleTapMs = 300;
const doubleTapPixels = 30;
/** How much larger a notch of the wheel makes it (a notch is about 100 pixels). */
const perWheelPixel = 1.0025;

export interface Stage {
  readonly zoom: Zoom;
  /** Undefined for what is not to be enlarged, such as a film. */
  readonly sizes: ZoomSizes | undefined;
  /** `glide`: it may move there softly. */
  show(zoom: Zoom, glide: boolean): void;
  /** Swiped away: to the left or right as it is seen, or down. */
  swiped(way: 'left' | 'right' | 'down'): void;
}

export class StageGestures {
  readonly #element: HTMLElement;
  readonly #stage: () => Stage;
  readonly #pointers = new Map<number, Point>();
  #travelled = 0;
  #start: Point | undefined;
  #lastTap: { readonly at: Point; readonly ms: number } | undefined;

  constructor(element: HTMLElement, stage: () => Stage) {
    this.#element = element;
    this.#stage = stage;
    element.addEventListener('pointerdown', (event) => this.#down(event));
    element.addEventListener('pointermove', (event) => this.#move(event));
    for (const type of ['pointerup', 'pointercancel'] as const) element.addEventListener(type, (event) => this.#up(event));
    element.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
  }

  #down(event: PointerEvent): void {
    // What can be pressed on the stage, such as the controls of a film, is not the stage.
    if (event.button !== 0 || event.composedPath().some((each) => each instanceof HTMLElement && each.matches('button, video'))) return;
    this.#element.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#place(event));
    if (this.#pointers.size > 1) {
      this.#start = undefined;
      return;
    }
    this.#start = this.#place(event);
    this.#travelled = 0;
  }

  #move(event: PointerEvent): void {
    const before = this.#pointers.get(event.pointerId);
    if (!before) return;
    const now = this.#place(event);
    const { zoom, sizes } = this.#stage();
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, now);
    this.#travelled += distance(before, now);
    if (!sizes) return;
    if (other) {
      const factor = distance(now, other) / Math.max(1, distance(before, other));
      const [middle, former] = [between(now, other), between(before, other)];
      this.#stage().show(moveBy(zoomBy(zoom, factor, former, sizes), { x: middle.x - former.x, y: middle.y - former.y }, sizes), false);
    } else if (zoom.scale > 1) {
      this.#stage().show(moveBy(zoom, { x: now.x - before.x, y: now.y - before.y }, sizes), false);
    }
  }

  #up(event: PointerEvent): void {
    if (!this.#pointers.delete(event.pointerId)) return;
    const start = this.#start;
    this.#start = undefined;
    if (!start || event.type === 'pointercancel') return;
    const now = this.#place(event);
    if (this.#travelled < slipPixels) this.#tap(now);
    else if (event.pointerType !== 'mouse' && this.#stage().zoom.scale === 1) this.#swipe({ x: now.x - start.x, y: now.y - start.y });
  }

  #tap(at: Point): void {
    const last = this.#lastTap;
    const ms = performance.now();
    const { zoom, sizes } = this.#stage();
    const second = last !== undefined && ms - last.ms < doubleTapMs && distance(at, last.at) < doubleTapPixels;
    this.#lastTap = second ? undefined : { at, ms };
    if (second && sizes) this.#stage().show(zoom.scale > 1 ? fitting : zoomBy(zoom, closeUp, at, sizes), true);
  }

  #swipe({ x, y }: Point): void {
    if (Math.abs(x) > Math.abs(y)) {
      if (Math.abs(x) > swipePixels) this.#stage().swiped(x < 0 ? 'left' : 'right');
    } else if (y > 2 * swipePixels) this.#stage().swiped('down');
  }

  #wheel(event: WheelEvent): void {
    // Pinched on a touch pad the page itself would grow.
    event.preventDefault();
    const { zoom, sizes } = this.#stage();
    if (!sizes) return;
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 33 : 1;
    // A pinch comes as small steps of a wheel with Ctrl.
    const pixels = -event.deltaY * lines * (event.ctrlKey ? 4 : 1);
    this.#stage().show(zoomBy(zoom, perWheelPixel ** pixels, this.#place(event), sizes), false);
  }

  /** From the middle of the stage. */
  #place({ clientX, clientY }: MouseEvent): Point {
    const { left, top, width, height } = this.#element.getBoundingClientRect();
    return { x: clientX - left - width / 2, y: clientY - top - height / 2 };
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
