/** Numbers, sizes and spans of time in the page's language. */
import { language } from './i18n/language';

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Seconds of each unit, the largest first. */
const spanUnits = [
  ['week', 7 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

export function countText(count: number): string {
  return new Intl.NumberFormat(language()).format(count);
}

/** "3.2 MB", counted in thousands as disks are; "5 bytes", whose short form knows no plural. */
export function bytesText(bytes: number): string {
  const step = Math.min(byteUnits.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return new Intl.NumberFormat(language(), { style: 'unit', unit: byteUnits[step] ?? 'byte', unitDisplay: step === 0 ? 'long' : 'short', maximumFractionDigits: 1 }).format(bytes / 1000 ** step);
}

/** "5 minutes", "30 days": in the largest unit that leaves no rest. */
export function spanText(seconds: number): string {
  const [unit, unitSeconds] = spanUnits.find(([, each]) => seconds % each === 0) ?? (['second', 1] as const);
  return new Intl.NumberFormat(language(), { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / unitSeconds);
}

/** "40%"; `share`: 0 to 1. Rounded down, so that all of it is not said before it is. */
export function percentText(share: number): string {
  return new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: 0 }).format(Math.floor(share * 100) / 100);
}
