/** The head of every page outside a room: the mark, the name, the way to Settings. */
import { css, html, type TemplateResult } from 'lit';
import { openPanel } from './events';
import { settings } from './i18n/home-texts';

export const brandStyles = css`
  header {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    padding-block: var(--space-3);
    font: 700 var(--text-l) / 1 var(--font-display);
  }
  header svg {
    inline-size: 2rem;
  }
  header button {
    margin-inline-start: auto;
  }
`;

export function brandHeader(host: HTMLElement): TemplateResult {
  return html`<header>${brandMark} <span>Mindmeet</span> ${settingsButton(host)}</header>`;
}

/** Two circles that meet. */
const brandMark = html`<svg viewBox="0 0 32 32" aria-hidden="true">
  <circle cx="11.5" cy="16" r="9.5" fill="#17756f" />
  <circle cx="20.5" cy="16" r="9.5" fill="#f2935b" />
  <path d="M16 7.63a9.5 9.5 0 0 1 0 16.74 9.5 9.5 0 0 1 0-16.74z" fill="#0c3b3a" />
</svg>`;

/** Opens Settings from wherever it stands. */
export function settingsButton(host: HTMLElement): TemplateResult {
  // Its drawing may come later than the words of the page.
  void import('./mm-icon');
  return html`<button class="quiet icon" aria-label=${settings()} title=${settings()} @click=${() => openPanel(host, 'settings')}>
    <mm-icon name="settings"></mm-icon>
  </button>`;
}
