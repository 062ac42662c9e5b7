/** Where a popover stands that belongs to a control. */

/** Pixels between the two, and to the edges of the screen. */
const gap = 6;

/** Below the anchor or, where there is no room, above it; along its end, and always on the screen. Goes when browsers all have anchor positioning. */
export function placeBeside(popover: HTMLElement, anchor: HTMLElement): void {
  const { inlineSize, blockSize } = { inlineSize: popover.offsetWidth, blockSize: popover.offsetHeight };
  const { left, right, top, bottom } = anchor.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const rightToLeft = getComputedStyle(anchor).direction === 'rtl';
  const x = rightToLeft ? left : right - inlineSize;
  const y = bottom + gap + blockSize <= clientHeight || top < blockSize + gap ? bottom + gap : top - gap - blockSize;
  popover.style.left = `${clamp(x, clientWidth - inlineSize)}px`;
  popover.style.top = `${clamp(y, clientHeight - blockSize)}px`;
}

function clamp(value: number, maximum: number): number {
  return Math.max(gap, Math.min(value, maximum - gap));
}
