/** Days and times as the conversation writes them. */
import { language } from './i18n/language';

const dayMs = 24 * 60 * 60_000;

/** HH:mm, 24 hours in every language, in this device's zone. */
export function timeText(wallMs: number): string {
  const date = new Date(wallMs);
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
}

export function sameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}

/** "Today", "Yesterday", else the date; the year only when it is another one. */
export function dayText(wallMs: number): string {
  const today = Date.now();
  const relative = new Intl.RelativeTimeFormat(language(), { numeric: 'auto' });
  if (sameDay(wallMs, today)) return capitalised(relative.format(0, 'day'));
  if (sameDay(wallMs, today - dayMs)) return capitalised(relative.format(-1, 'day'));
  const date = new Date(wallMs);
  const year = date.getFullYear() === new Date(today).getFullYear() ? {} : ({ year: 'numeric' } as const);
  return capitalised(new Intl.DateTimeFormat(language(), { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(date));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase(language()) + text.slice(1);
}
