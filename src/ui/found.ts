/** How a message that was found looks in a list, and what is said about a search. Templates, not elements: a search of the home page lists them by room. */
import { css, html, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { ChatMessage } from '../core/message';
import { countText } from './amounts';
import { dayText, timeText } from './dates';
import { excerptOf } from './excerpt';
import * as texts from './i18n/search-texts';
import type { SearchPhase } from './text-search';

export const foundStyles = css`
  .found {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    justify-content: stretch;
    gap: 0 var(--space-2);
    inline-size: 100%;
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-s);
    background: transparent;
    color: var(--ink);
    font: 400 var(--text-s) / 1.4 var(--font);
    text-align: start;
  }
  .found:hover,
  .found[aria-current='true'] {
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }
  .found:active {
    transform: none;
  }
  .found :is(.by, .excerpt) {
    overflow: hidden;
    unicode-bidi: isolate;
  }
  .found .by {
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .found time {
    color: var(--ink-soft);
    font-size: var(--text-xs);
  }
  .found .excerpt {
    display: -webkit-box;
    grid-column: 1 / -1;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
  }
  mark {
    padding-inline: 0.1em;
    border-radius: 0.2em;
    background: var(--warm-soft);
    color: var(--on-warm-soft);
    font-weight: 600;
  }
`;

/** A button that is named by author, time and excerpt. `current`: it is the one that was gone to last. */
export function foundButton(message: ChatMessage, words: string, current: boolean, choose: () => void): TemplateResult {
  const { wallMs } = message.clock;
  return html`<button class="found" aria-current=${current ? 'true' : 'false'} @click=${choose}>
    <span class="by">${message.authorName}</span>
    <time datetime=${new Date(wallMs).toISOString()}>${dayText(wallMs)}, ${timeText(wallMs)}</time>
    <span class="excerpt" dir="auto">${guard([message, words], () => excerptOf(searchedText(message), words).map(({ text, marked }) => (marked ? html`<mark>${text}</mark>` : text)))}</span>
  </button>`;
}

/** The text, and the names of files: as they are searched. */
function searchedText({ body, files }: ChatMessage): string {
  const names = files.flatMap((file) => (file === 'broken' ? [] : file.name));
  return [body, ...names].filter((part) => part !== '').join(' · ');
}

/** For a live region: what is found so far is seen, and only the end is told. */
export function searchStatus(phase: SearchPhase, count: number): string {
  switch (phase) {
    case 'idle':
      return '';
    case 'searching':
      return texts.searching();
    case 'done':
      return count === 0 ? texts.nothingFound() : texts.found(countText(count));
    case 'more':
      return texts.foundMore(countText(count));
    case 'failed':
      return texts.searchFailed();
  }
}
