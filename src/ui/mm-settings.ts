/** Settings: name, language, theme. Each takes effect at once. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import type { ApplicationFace } from '../session/faces';
import { applyTheme, currentTheme, type Theme } from './appearance';
import { fieldStyles } from './field-styles';
import { settings } from './i18n/home-texts';
import { chosenLanguage, languages, speak } from './i18n/language';
import * as texts from './i18n/settings-texts';
import './mm-dialog';
import './mm-icon';
import './mm-your-name';
import { sharedStyles } from './shared-styles';
import { storeChoice } from './store-choice';

/** @fires mm-close - from the dialog */
@localized()
@customElement('mm-settings')
export class MmSettings extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    css`
      .field {
        display: grid;
        gap: var(--space-1);
        margin-block-end: var(--space-4);
      }
      fieldset {
        min-inline-size: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      .choices {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(6.5rem, 1fr));
        gap: var(--space-1);
        margin-block-start: var(--space-1);
        padding: var(--space-1);
        border-radius: calc(var(--radius-s) + var(--space-1));
        background: var(--sunken);
      }
      .choice {
        position: relative;
        display: flex;
        align-items: center;
        justify-content: center;
        gap: var(--space-2);
        min-block-size: 2.75rem;
        border: 1px solid transparent;
        border-radius: var(--radius-s);
        cursor: pointer;
      }
      .choice:has(:checked) {
        background: var(--raised);
        box-shadow: var(--shadow-1);
      }
      .choice:has(:focus-visible) {
        outline: 3px solid var(--focus);
      }
      .choice input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      @media (forced-colors: active) {
        .choice:has(:checked) {
          border-color: Highlight;
        }
      }
    `,
  ];

  @property({ attribute: false }) application: ApplicationFace | undefined;

  #chooseLanguage(event: Event): void {
    const { value } = event.target as HTMLSelectElement;
    storeChoice('language', value || undefined);
    void speak(value);
  }

  #chooseTheme(theme: Theme): void {
    storeChoice('theme', theme === 'system' ? undefined : theme);
    applyTheme(theme);
    this.requestUpdate();
  }

  protected override render(): unknown {
    if (!this.application) return nothing;
    const chosen = chosenLanguage();
    return html`<mm-dialog .heading=${settings()}>
      <div>
        <mm-your-name class="field" .application=${this.application}></mm-your-name>
        <div class="field">
          <label for="language">${texts.language()}</label>
          <select id="language" @change=${this.#chooseLanguage}>
            <option value="" ?selected=${chosen === undefined}>${texts.asTheBrowser()}</option>
            ${Object.entries(languages).map(([code, name]) => html`<option value=${code} lang=${code} ?selected=${chosen === code}>${name}</option>`)}
          </select>
        </div>
        <fieldset>
          <legend>${texts.theme()}</legend>
          <div class="choices">${this.#themeChoice('system', texts.system())} ${this.#themeChoice('light', texts.light())} ${this.#themeChoice('dark', texts.dark())}</div>
        </fieldset>
      </div>
    </mm-dialog>`;
  }

  #themeChoice(theme: Theme, name: string): unknown {
    return html`<label class="choice">
      <input type="radio" name="theme" value=${theme} .checked=${currentTheme() === theme} @change=${() => this.#chooseTheme(theme)} />
      <mm-icon name=${theme}></mm-icon>${name}
    </label>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-settings': MmSettings;
  }
}
