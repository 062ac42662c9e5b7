/** Arrow keys within a group of controls that is one tab stop, or a menu (https://www.w3.org/WAI/ARIA/apg/practices/keyboard-interface/). */

/** Moves the focus among `controls`, round the ends, and takes the key. */
export function moveByArrows(event: KeyboardEvent, controls: readonly HTMLElement[], along: 'row' | 'column'): void {
  const at = controls.findIndex((control) => control.matches(':focus'));
  const next = controls.at(nextIndex(event.key, at, controls.length, along, rightToLeft(event.currentTarget)));
  if (!next || !isOne(event.key, along)) return;
  event.preventDefault();
  event.stopPropagation();
  next.focus();
}

function isOne(key: string, along: 'row' | 'column'): boolean {
  return key === 'Home' || key === 'End' || (along === 'row' ? key === 'ArrowLeft' || key === 'ArrowRight' : key === 'ArrowUp' || key === 'ArrowDown');
}

function nextIndex(key: string, at: number, count: number, along: 'row' | 'column', mirrored: boolean): number {
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const forward = along === 'column' ? key === 'ArrowDown' : (key === 'ArrowRight') !== mirrored;
  return (at + (forward ? 1 : count - 1)) % Math.max(count, 1);
}

function rightToLeft(target: EventTarget | null): boolean {
  return target instanceof Element && getComputedStyle(target).direction === 'rtl';
}
