/** How long ago something was, in words: "5 minutes ago", "yesterday". */
import { language } from './i18n/language';

/** Milliseconds of each unit, the largest first. Months and years are round: nobody counts the days of a last visit. */
const units = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** Both in milliseconds since 1970; what lies ahead (a clock was set back) counts as now. */
export function relativeTime(thenMs: number, nowMs: number): string {
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  const ageMs = Math.max(0, nowMs - thenMs);
  const found = units.find(([, unitMs]) => ageMs >= unitMs);
  return found ? format.format(-Math.floor(ageMs / found[1]), found[0]) : format.format(0, 'second');
}
