/** Says, while files are dragged over the room, what becomes of them. The pointer goes through it. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import { dropFiles, dropOnPerson } from './i18n/drop-texts';
import './mm-icon';
import { sharedStyles } from './shared-styles';

@localized()
@customElement('mm-drop-zone')
export class MmDropZone extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        padding: var(--space-3);
        background: var(--scrim);
        pointer-events: none;
        animation: appear var(--quick);
      }
      div {
        display: grid;
        align-content: center;
        justify-items: center;
        gap: var(--space-2);
        border: 2px dashed var(--accent);
        border-radius: var(--radius-l);
        background: color-mix(in oklab, var(--ground), transparent 12%);
        color: var(--ink-soft);
        text-align: center;
      }
      p:first-of-type {
        color: var(--ink);
        font: 700 var(--text-xl) / 1.2 var(--font-display);
      }
      mm-icon {
        color: var(--accent);
        font-size: var(--text-2xl);
      }
      /* Over a person it is them who get it. */
      :host([elsewhere]) div {
        visibility: hidden;
      }
      @keyframes appear {
        from {
          opacity: 0;
        }
      }
    `,
  ];

  /** There are people in the list to drop it on. */
  @property({ type: Boolean }) peopled = false;
  /** Over one of them it is. */
  @property({ type: Boolean, reflect: true }) elsewhere = false;

  protected override render(): unknown {
    return html`<div>
      <mm-icon name="attach"></mm-icon>
      <p>${dropFiles()}</p>
      ${this.peopled ? html`<p>${dropOnPerson()}</p>` : nothing}
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-drop-zone': MmDropZone;
  }
}
