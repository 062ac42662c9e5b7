/** What may be written at the caret, above the field: commands, people, emoji. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Mention } from '../core/event-content';
import type { Person } from '../session/faces';
import { commandNames, isDeed, type CommandName } from './commands';
import { beginningAt, beginsWith, type Beginning } from './completion';
import type { Emoji } from './emoji';
import { loadEmoji, searchEmoji, withTone } from './emoji-data';
import { emoji as emojiList } from './i18n/composer-texts';
import { localized } from './i18n/localize';
import { people as peopleList } from './i18n/room-texts';
import * as texts from './i18n/writing-texts';
import './mm-avatar';
import { suggestionStyles } from './mm-suggestions-styles';
import { chosenTone, rememberEmoji } from './recent-emoji';

/** As many as stand in the list without scrolling; the next letter makes them fewer. */
const maximum = 7;

/** What was chosen: a command to be carried out, or a text for the place from `from` to `to`. */
export type Suggestion =
  | { readonly kind: 'command'; readonly name: CommandName }
  | { readonly kind: 'text'; readonly from: number; readonly to: number; readonly insert: string; readonly mention: Mention | undefined };

interface Option {
  readonly picture: unknown;
  readonly name: string;
  readonly detail: string;
  readonly suggestion: Suggestion;
}

/**
 * The list of a field that keeps the focus (ARIA Authoring Practices, combobox): the field names it by aria-controls and the option by aria-activedescendant, which
 * can't reach into a shadow root; so this element has none.
 *
 * @fires suggestion-chosen - with the `Suggestion`
 * @fires suggestion-active - with the id of the option that Enter would choose; undefined when there is none
 */
@localized()
@customElement('mm-suggestions')
export class MmSuggestions extends LitElement {
  @property() text = '';
  /** Where the caret is; -1 when the field has no caret or no focus. */
  @property({ type: Number }) caret = -1;
  @property({ attribute: false }) people: readonly Person[] = [];
  /** Whether a slash at the start begins a command. */
  @property({ type: Boolean }) commands = false;

  @state() private active = 0;
  @state() private emoji: readonly Emoji[] = [];

  #begun: Beginning | undefined;
  /** Where a list was closed: it stays so until something else is begun. */
  #closedAt: number | undefined;
  #options: readonly Option[] = [];
  #told: string | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // Not in the template of the field: until this code is here, it would be a list without a name.
    this.role = 'listbox';
    const root = this.getRootNode();
    const { styleSheet } = suggestionStyles;
    if (root instanceof ShadowRoot && styleSheet && !root.adoptedStyleSheets.includes(styleSheet)) root.adoptedStyleSheets.push(styleSheet);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const begun = this.caret < 0 ? undefined : beginningAt(this.text, this.caret);
    if (begun?.from !== this.#closedAt && this.caret >= 0) this.#closedAt = undefined;
    this.#begun = begun;
    if (changed.has('text') || changed.has('caret')) this.active = 0;
    this.#options = begun && this.#closedAt === undefined ? this.#optionsFor(begun) : [];
    this.hidden = this.#options.length === 0;
    this.ariaLabel = begun?.kind === 'command' ? texts.commands() : begun?.kind === 'person' ? peopleList() : emojiList();
  }

  protected override updated(): void {
    const active = this.hidden ? undefined : optionId(this.active);
    if (active !== this.#told) this.dispatchEvent(new CustomEvent('suggestion-active', { detail: active }));
    this.#told = active;
    this.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }

  /** True when the key was the list's. */
  takeKey(event: KeyboardEvent): boolean {
    if (this.hidden || this.#options.length === 0 || event.isComposing || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return false;
    if (!this.#take(event.key)) return false;
    event.preventDefault();
    return true;
  }

  #take(key: string): boolean {
    const count = this.#options.length;
    switch (key) {
      case 'ArrowDown':
        this.active = (this.active + 1) % count;
        return true;
      case 'ArrowUp':
        this.active = (this.active + count - 1) % count;
        return true;
      case 'Enter':
      case 'Tab':
        this.#choose(this.active);
        return true;
      case 'Escape':
        this.#close();
        return true;
      default:
        return false;
    }
  }

  #close(): void {
    this.#closedAt = this.#begun?.from;
    this.requestUpdate();
  }

  #choose(index: number): void {
    const option = this.#options[index];
    if (!option) return;
    this.#close();
    if (this.#begun?.kind === 'emoji' && option.suggestion.kind === 'text') rememberEmoji(option.suggestion.insert);
    this.dispatchEvent(new CustomEvent<Suggestion>('suggestion-chosen', { detail: option.suggestion }));
  }

  #optionsFor(begun: Beginning): readonly Option[] {
    switch (begun.kind) {
      case 'command':
        return this.commands ? commandOptions(begun) : [];
      case 'person':
        return this.#personOptions(begun);
      case 'emoji':
        return this.#emojiOptions(begun);
    }
  }

  #personOptions({ query, from, to }: Beginning): readonly Option[] {
    return this.people
      .filter(({ name }) => beginsWith(name, query))
      .map(({ id, name, tint, picture }) => ({
        picture: html`<mm-avatar aria-hidden="true" .person=${id} .name=${name} .tint=${tint} .picture=${picture}></mm-avatar>`,
        name,
        detail: '',
        suggestion: { kind: 'text', from, to, insert: `@${name} `, mention: { device: id, name } },
      }));
  }

  #emojiOptions({ query, from, to }: Beginning): readonly Option[] {
    if (this.emoji.length === 0) {
      // Where they can't be loaded just now there is nothing to choose from, and the text stays a text.
      loadEmoji().then((emoji) => (this.emoji = emoji), () => undefined);
      return [];
    }
    const tone = chosenTone();
    return searchEmoji(this.emoji, query, maximum).map((each) => ({
      picture: html`<span class="sign" aria-hidden="true">${withTone(each, tone)}</span>`,
      name: each.label,
      detail: '',
      suggestion: { kind: 'text', from, to, insert: withTone(each, tone), mention: undefined },
    }));
  }

  protected override render(): unknown {
    return this.#options.map((option, index) => this.#option(option, index));
  }

  #option({ picture, name, detail }: Option, index: number): unknown {
    return html`<div class="option" role="option" id=${optionId(index)} aria-selected=${index === this.active ? 'true' : 'false'} @mousedown=${keepFocus} @click=${() => this.#choose(index)}>
      ${picture}<bdi>${name}</bdi>${detail ? html`<span class="detail">${detail}</span>` : nothing}
    </div>`;
  }
}

/** Those that need words are only written; Enter on one that was typed in full, and can do without, carries it out. */
function commandOptions({ query, from, to }: Beginning): readonly Option[] {
  return commandNames
    .filter((name) => name.startsWith(query.toLowerCase()))
    .map((name) => ({
      picture: nothing,
      name: `/${name}`,
      detail: texts.commandUse(name),
      suggestion: isDeed(name) || name === 'code' || name === 'quote' || (name === 'shrug' && query === name) ? { kind: 'command', name } : { kind: 'text', from, to, insert: `/${name} `, mention: undefined },
    }));
}

function optionId(index: number): string {
  return `suggestion-${index}`;
}

function keepFocus(event: Event): void {
  event.preventDefault();
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-suggestions': MmSuggestions;
  }
  interface HTMLElementEventMap {
    'suggestion-chosen': CustomEvent<Suggestion>;
    'suggestion-active': CustomEvent<string | undefined>;
  }
}
