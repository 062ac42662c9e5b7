/** All emoji, to be found by eye, by name or by keyboard, and chosen. */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Emoji } from './emoji';
import { loadEmoji, searchEmoji, withTone, type SkinTone } from './emoji-data';
import { gridRows, moveInGrid, type GridPlace } from './grid-moves';
import * as texts from './i18n/emoji-texts';
import { language } from './i18n/language';
import { localized } from './i18n/localize';
import { emojiPickerStyles } from './mm-emoji-picker-styles';
import { chooseTone, chosenTone, isTone, recentEmoji, rememberEmoji } from './recent-emoji';
import { sharedStyles } from './shared-styles';

const columns = 8;
/** Rows of what a search finds. */
const rowsFound = 8;

const tones = [0, 1, 2, 3, 4, 5] as const;
/** Shows what a tone looks like, and screen readers have a name for each. */
const hand: Emoji = { emoji: '✋', label: '', tags: '', group: 1, toned: true };

/** Under one heading: the emoji as they are chosen, and their names. */
interface Section {
  readonly id: string;
  readonly name: string;
  readonly rows: readonly (readonly Cell[])[];
}

interface Cell {
  readonly emoji: string;
  readonly label: string;
}

/**
 * Whoever shows it gives it a size and a dialog around it. One stop of the Tab key among the emoji; arrow keys, Home and End go from one to the next (ARIA Authoring
 * Practices, grid).
 *
 * @fires emoji-chosen - with `{ emoji }`
 */
@localized()
@customElement('mm-emoji-picker')
export class MmEmojiPicker extends LitElement {
  static override styles = [sharedStyles, emojiPickerStyles];

  /** undefined: on its way. */
  @state() private emoji: readonly Emoji[] | 'missing' | undefined;
  @state() private query = '';
  @state() private tone: SkinTone = chosenTone();
  /** Where the Tab key comes in: row and column over all sections. */
  @state() private place: GridPlace = { row: 0, column: 0 };

  /** As it was when the picker was opened: what is chosen doesn't move under the finger. */
  #recent: readonly string[] = [];
  #sections: readonly Section[] = [];
  #language = language();

  override connectedCallback(): void {
    super.connectedCallback();
    this.#recent = recentEmoji();
    void this.#load();
  }

  /** The searchbox; where a finger is used, the emoji, since a keyboard on the screen would cover them. */
  override focus(): void {
    void this.updateComplete.then(() => {
      const byFinger = matchMedia('(pointer: coarse)').matches && Array.isArray(this.emoji);
      this.renderRoot.querySelector<HTMLElement>(byFinger ? '.all' : 'input')?.focus();
    });
  }

  async #load(): Promise<void> {
    try {
      this.emoji = await loadEmoji();
    } catch {
      this.emoji = 'missing';
    }
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (this.#language !== language()) {
      this.#language = language();
      void this.#load();
    }
    if (changed.has('query') || changed.has('emoji')) this.place = { row: 0, column: 0 };
    if (!Array.isArray(this.emoji)) return;
    // `place` alone changes nothing in them.
    if (changed.size > 1 || !changed.has('place')) this.#sections = this.#sectionsOf(this.emoji as readonly Emoji[]);
  }

  #sectionsOf(all: readonly Emoji[]): readonly Section[] {
    const cell = (each: Emoji): Cell => ({ emoji: withTone(each, this.tone), label: each.label });
    const section = (id: string, name: string, cells: readonly Cell[]): Section => ({ id, name, rows: gridRows(cells, columns) });
    if (this.query.trim() !== '') {
      const found = searchEmoji(all, this.query, columns * rowsFound);
      return found.length === 0 ? [] : [section('found', texts.found(), found.map(cell))];
    }
    const groups = new Map<number, Cell[]>();
    for (const each of all) {
      const cells = groups.get(each.group) ?? [];
      cells.push(cell(each));
      groups.set(each.group, cells);
    }
    const recent = this.#recentCells(all);
    return [
      ...(recent.length > 0 ? [section('recent', texts.recent(), recent)] : []),
      ...[...groups].map(([group, cells]) => section(`group-${group}`, texts.groupName(group), cells)),
    ];
  }

  /** Only what is an emoji here: another release, or another hand, may have written it. */
  #recentCells(all: readonly Emoji[]): readonly Cell[] {
    const labels = new Map(all.flatMap((each) => (each.toned ? tones : [0 as const]).map((tone) => [withTone(each, tone), each.label])));
    return this.#recent.flatMap((emoji) => {
      const label = labels.get(emoji);
      return label === undefined ? [] : [{ emoji, label }];
    });
  }

  get #rows(): readonly (readonly Cell[])[] {
    return this.#sections.flatMap(({ rows }) => rows);
  }

  #onSearchKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const first = this.#rows[0]?.[0];
    if (event.key === 'Enter') {
      event.preventDefault();
      if (this.query.trim() !== '' && first) this.#choose(first.emoji);
    } else if (event.key === 'ArrowDown' && first) {
      event.preventDefault();
      void this.#go({ row: 0, column: 0 });
    }
  }

  #onGridKey(event: KeyboardEvent): void {
    const to = moveInGrid(this.#rows.map(({ length }) => length), this.place, event.key, event.ctrlKey);
    if (!to) return;
    event.preventDefault();
    void this.#go(to);
  }

  async #go(place: GridPlace): Promise<void> {
    this.place = place;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('[role=row] [tabindex="0"]')?.focus();
  }

  #onClick(event: Event): void {
    const emoji = (event.target as HTMLElement).closest<HTMLElement>('[data-emoji]')?.dataset['emoji'];
    if (emoji !== undefined) this.#choose(emoji);
  }

  #choose(emoji: string): void {
    rememberEmoji(emoji);
    this.dispatchEvent(new CustomEvent('emoji-chosen', { detail: { emoji }, bubbles: true, composed: true }));
  }

  #onTone(event: Event): void {
    const tone = Number((event.target as HTMLSelectElement).value);
    if (!isTone(tone)) return;
    this.tone = tone;
    chooseTone(tone);
  }

  protected override render(): unknown {
    return html`
      <div class="top">
        <input
          type="search"
          autocomplete="off"
          spellcheck="false"
          aria-label=${texts.search()}
          placeholder=${texts.search()}
          .value=${this.query}
          @input=${(event: Event) => (this.query = (event.target as HTMLInputElement).value)}
          @keydown=${this.#onSearchKey}
        />
        <select aria-label=${texts.skinTone()} title=${texts.skinTone()} @change=${this.#onTone}>
          ${tones.map((tone) => html`<option value=${tone} .selected=${tone === this.tone}>${withTone(hand, tone)}</option>`)}
        </select>
      </div>
      <div class="all" tabindex="-1" @click=${this.#onClick} @keydown=${this.#onGridKey}>${this.#content()}</div>
    `;
  }

  #content(): unknown {
    if (this.emoji === undefined) return html`<p class="note">${texts.loading()}</p>`;
    if (this.emoji === 'missing') return html`<p class="note" role="alert">${texts.notLoaded()}</p>`;
    let rows = 0;
    return html`
      <p class=${this.#sections.length === 0 ? 'note' : ''} role="status">${this.#sections.length === 0 ? texts.nothingFound() : nothing}</p>
      ${this.#sections.map((section) => {
        const firstRow = rows;
        rows += section.rows.length;
        return this.#section(section, firstRow);
      })}
    `;
  }

  #section({ id, name, rows }: Section, firstRow: number): unknown {
    return html`<section>
      <h2 id=${id}>${name}</h2>
      <div role="grid" aria-labelledby=${id}>
        ${rows.map((row, index) => html`<div role="row">${row.map((cell, column) => this.#cell(cell, firstRow + index === this.place.row && column === this.place.column))}</div>`)}
      </div>
    </section>`;
  }

  #cell({ emoji, label }: Cell, entry: boolean): unknown {
    return html`<div role="gridcell"><button type="button" data-emoji=${emoji} aria-label=${label} title=${label} tabindex=${entry ? 0 : -1}>${emoji}</button></div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-emoji-picker': MmEmojiPicker;
  }
  interface HTMLElementEventMap {
    'emoji-chosen': CustomEvent<{ readonly emoji: string }>;
  }
}
