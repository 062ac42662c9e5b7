/** The slider that says and sets how far a sound is. The browser's own: keyboards, fingers and screen readers know it. */
import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { clockText } from './file-words';
import { placeOf, position as positionName } from './i18n/file-texts';
import type { Playback } from './playback';

/** Seconds of a step by the arrow keys, and by the keys for pages. */
const step = 5;
const longStep = 15;
/** Of what is shorter than a minute. */
const shortStep = 1;

export function positionSlider(playback: Playback): TemplateResult {
  const { position, duration } = playback;
  return html`<input
    type="range"
    aria-label=${positionName()}
    aria-valuetext=${placeOf(clockText(position), clockText(duration))}
    min="0"
    max=${duration}
    step="0.01"
    .value=${live(String(position))}
    @input=${(event: Event) => playback.seek((event.target as HTMLInputElement).valueAsNumber)}
    @keydown=${(event: KeyboardEvent) => move(event, playback)}
  />`;
}

/** By seconds: the browser's own steps are hundredths of the whole. */
function move(event: KeyboardEvent, playback: Playback): void {
  const { position, duration } = playback;
  const small = duration < 60 ? shortStep : step;
  const by = { ArrowLeft: -small, ArrowDown: -small, ArrowRight: small, ArrowUp: small, PageDown: -longStep, PageUp: longStep }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  playback.seek(Math.max(0, Math.min(duration, position + by)));
}
