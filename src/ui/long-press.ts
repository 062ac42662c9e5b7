/** A finger that rests on an element: what the right button is to a mouse. Safari on phones has no contextmenu event for it (https://bugs.webkit.org/show_bug.cgi?id=213953). */

const restMs = 500;
/** Further, and the finger scrolls. */
const restPixels = 10;

/** Calls `act` when a finger rested on `element`. The element's own listeners live as long as it does. */
export function onLongPress(element: HTMLElement, act: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start: PointerEvent | undefined;
  const end = () => {
    clearTimeout(timer);
    start = undefined;
  };
  element.addEventListener('pointerdown', (event) => {
    end();
    if (event.pointerType !== 'touch' || !event.isPrimary) return;
    start = event;
    timer = setTimeout(act, restMs);
  });
  element.addEventListener('pointermove', (event) => {
    if (start && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) > restPixels) end();
  });
  // A list that begins to scroll cancels the pointer.
  for (const type of ['pointerup', 'pointercancel'] as const) element.addEventListener(type, end);
  element.addEventListener('contextmenu', (event) => {
    // The browser's own menu would cover ours.
    if (start) event.preventDefault();
  });
}
