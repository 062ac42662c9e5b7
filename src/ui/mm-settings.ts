/** Settings: name, colour, picture, language, theme, what others are told, storage. Each takes effect at once. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { localized } from './i18n/localize';
import type { ApplicationFace, Preferences } from '../session/faces';
import { applyTheme, currentTheme, type Theme } from './appearance';
import { checkStyles } from './check-styles';
import { fieldStyles } from './field-styles';
import { settings } from './i18n/home-texts';
import { chosenLanguage, languages, speak } from './i18n/language';
import * as texts from './i18n/settings-texts';
import { tintOf } from './mm-avatar';
import './mm-dialog';
import './mm-icon';
import './mm-storage';
import './mm-your-name';
import { ObserveController } from './observe-controller';
import { shrinkPicture } from './picture';
import { sharedStyles } from './shared-styles';
import { storeChoice } from './store-choice';

/** @fires mm-close - from the dialog */
@localized()
@customElement('mm-settings')
export class MmSettings extends LitElement {
  static override styles = [
    sharedStyles,
    fieldStyles,
    checkStyles,
    css`
      .you {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3) var(--space-4);
        margin-block-end: var(--space-4);
        --avatar-size: 4rem;
      }
      .you > div {
        flex: 1 1 12rem;
      }
      .you p {
        font-weight: 600;
        unicode-bidi: isolate;
      }
      .you button {
        margin-inline-start: calc(-1 * var(--space-3));
        padding-inline: var(--space-3);
        font-size: var(--text-s);
      }
      .you .problem {
        color: var(--danger);
        font-size: var(--text-s);
      }
      .tints {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(2.5rem, 1fr));
        justify-items: center;
        margin-block: var(--space-1) var(--space-4);
        --avatar-size: 2rem;
      }
      .tint {
        display: grid;
        position: relative;
        padding: 2px;
        border: 2px solid transparent;
        border-radius: 50%;
        cursor: pointer;
      }
      .tint:has(:checked) {
        border-color: var(--accent);
      }
      .tint:has(:focus-visible) {
        outline: 3px solid var(--focus);
      }
      .field {
        display: grid;
        gap: var(--space-1);
        margin-block-end: var(--space-4);
      }
      .tells {
        margin-block: var(--space-4);
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
      :is(.choice, .tint) input {
        position: absolute;
        inset: 0;
        margin: 0;
        opacity: 0;
        cursor: pointer;
      }
      .tint input {
        inline-size: 100%;
        block-size: 100%;
      }
      @media (forced-colors: active) {
        :is(.choice, .tint):has(:checked) {
          border-color: Highlight;
        }
      }
    `,
  ];

  @property({ attribute: false }) application: ApplicationFace | undefined;

  /** The chosen file was no picture. */
  @state() private unreadable = false;

  constructor() {
    super();
    new ObserveController(this, () => [this.application?.profile, this.application?.preferences]);
  }

  async #choosePicture(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    this.unreadable = false;
    if (!file) return;
    const picture = await shrinkPicture(file);
    // The same file chosen again is a choice again.
    input.value = '';
    if (picture) this.application?.choosePicture(picture);
    else this.unreadable = true;
  }

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
        ${this.#you(this.application)}
        <mm-your-name class="field" .application=${this.application}></mm-your-name>
        ${this.#tints(this.application)}
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
        <fieldset class="tells">
          <legend>${texts.privacy()}</legend>
          ${this.#tells(this.application, 'tellsRead', texts.tellsRead(), texts.tellsReadAdvice())} ${this.#tells(this.application, 'tellsTyping', texts.tellsTyping(), texts.tellsTypingAdvice())}
        </fieldset>
        <mm-storage .storage=${this.application.storage}></mm-storage>
      </div>
    </mm-dialog>`;
  }

  #you(application: ApplicationFace): unknown {
    const { deviceId, name, tint, picture } = application.profile.value;
    return html`<div class="you">
      <mm-avatar .person=${deviceId} .name=${name} .tint=${tint} .picture=${picture}></mm-avatar>
      <div>
        <p>${texts.knownAs(name)}</p>
        <input type="file" accept="image/*" hidden @change=${this.#choosePicture} />
        <button class="quiet" @click=${() => this.renderRoot.querySelector<HTMLInputElement>('input[type=file]')?.click()}>${texts.choosePicture()}</button>
        ${picture ? html`<button class="quiet" @click=${() => application.choosePicture(undefined)}>${texts.removePicture()}</button>` : nothing}
        <p class="problem" role="alert">${this.unreadable ? texts.noPicture() : ''}</p>
      </div>
    </div>`;
  }

  #tints(application: ApplicationFace): unknown {
    const { deviceId, name, tint = tintOf(deviceId) } = application.profile.value;
    return html`<fieldset>
      <legend>${texts.colour()}</legend>
      <div class="tints">
        ${texts.colourNames().map(
          (colour, index) => html`<label class="tint" title=${colour}>
            <input type="radio" name="tint" aria-label=${colour} .checked=${index === tint} @change=${() => application.chooseTint(index)} />
            <mm-avatar .person=${deviceId} .name=${name} .tint=${index}></mm-avatar>
          </label>`,
        )}
      </div>
    </fieldset>`;
  }

  #tells(application: ApplicationFace, what: keyof Preferences, name: string, advice: string): unknown {
    return html`<div>
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          aria-describedby="${what}-advice"
          .checked=${application.preferences.value[what]}
          @change=${(event: Event) => application.setPreferences({ [what]: (event.target as HTMLInputElement).checked })}
        />
        <span>${name}</span>
      </label>
      <p class="advice" id="${what}-advice">${advice}</p>
    </div>`;
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
