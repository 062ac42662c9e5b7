/** How long to wait, as numbers: the timers themselves live further out. */

/** `ms` ± `share`, so that many clients don't move in step. `random` is in [0, 1). */
export function jittered(ms: number, share: number, random: number): number {
  return ms * (1 + share * (2 * random - 1));
}

/** Doubles from `firstMs` to `lastMs`; `attempt` counts from 0. */
export function backoffMs(attempt: number, bounds: { readonly firstMs: number; readonly lastMs: number }): number {
  return Math.min(bounds.lastMs, bounds.firstMs * 2 ** Math.min(attempt, 30));
}

/** One after another; the last one repeats. */
export type Waits = readonly [number, ...number[]];

/** `index` counts from 0. */
export function waitAt(waits: Waits, index: number): number {
  return waits[index] ?? waits.at(-1) ?? waits[0];
}
