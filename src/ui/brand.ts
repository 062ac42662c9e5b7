/** The head of every page outside a room: the mark, the name, the way to Settings. A room uses the two parts by themselves. */
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
  header button {
    margin-inline-start: auto;
  }
`;

export function brandHeader(host: HTMLElement): TemplateResult {
  return html`<header>${mark()} ${settingsButton(host)}</header>`;
}

export function mark(): TemplateResult {
  return html`<img src="/favicon.svg" alt="" width="32" height="32" />Mindmeet`;
}

/** Opens Settings from wherever it stands. */
export function settingsButton(host: HTMLElement): TemplateResult {
  // Its drawing may come later than the words of the page.
  void import('./mm-icon');
  return html`<button class="quiet icon" aria-label=${settings()} title=${settings()} @click=${() => openPanel(host, { kind: 'settings' })}>
    <mm-icon name="settings"></mm-icon>
  </button>`;
}
