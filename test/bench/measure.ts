/** How a benchmark hands in a figure for the table. */
import { test } from '@playwright/test';

export interface Figure {
  readonly what: string;
  /** With its unit: `412 ms`. */
  readonly ours: string;
  /** The same work done without us, in the same run; ratios travel between machines, milliseconds don't. */
  readonly reference?: string;
  readonly ratio?: number;
  readonly goal?: string;
  /** Whether the goal is met; undefined without a goal. */
  readonly met?: boolean;
}

/** The annotation's type, by which table-reporter.ts finds it. */
export const figureAnnotation = 'figure';

/** Call from within a benchmark. */
export function report(figure: Figure): void {
  test.info().annotations.push({ type: figureAnnotation, description: JSON.stringify(figure) });
}

/** The middle of an odd number of samples, the mean of the two middle ones otherwise. NaN of none. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
