/** How a benchmark hands in a figure for the table. */
import { test } from '@playwright/test';

/** One line of the table. Only ratios, counts and bytes have goals: milliseconds don't travel between machines. */
export interface Figure {
  readonly measure: string;
  /** With its unit: `412 ms`. */
  readonly value: string;
  /** The same work done without us, in the same run. */
  readonly control?: string;
  /** Value by control. */
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

/** The sample below which that share of them lies, 0 to 1: the nearest rank. NaN of none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** `412 ms (380 to 560)`: the median and the range. */
export function describeMs(samples: readonly number[]): string {
  return `${median(samples).toFixed(0)} ms (${Math.min(...samples).toFixed(0)} to ${Math.max(...samples).toFixed(0)})`;
}
