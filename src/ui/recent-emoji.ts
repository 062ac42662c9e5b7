/** The emoji that were chosen last, and the skin tone, on this device. */
import type { SkinTone } from './emoji-data';
import { storeChoice } from './store-choice';
import { readChoice } from './stored-choice';

/** Two rows of the picker. */
const kept = 16;

/** Last first. */
export function recentEmoji(): readonly string[] {
  return (readChoice('recent-emoji') ?? '').split(' ').filter((emoji) => emoji !== '').slice(0, kept);
}

export function rememberEmoji(emoji: string): void {
  const others = recentEmoji().filter((each) => each !== emoji);
  storeChoice('recent-emoji', [emoji, ...others].slice(0, kept).join(' '));
}

export function chosenTone(): SkinTone {
  const tone = Number(readChoice('skin-tone') ?? 0);
  return isTone(tone) ? tone : 0;
}

export function chooseTone(tone: SkinTone): void {
  storeChoice('skin-tone', tone === 0 ? undefined : String(tone));
}

export function isTone(value: number): value is SkinTone {
  return Number.isInteger(value) && value >= 0 && value <= 5;
}
