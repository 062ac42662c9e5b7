/** A person: the picture, or the initial on a pattern and a colour that stay theirs. Decoration; the name stands beside it. */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { limits } from '../config';
import type { Picture } from '../session/faces';
import { sharedStyles } from './shared-styles';

@customElement('mm-avatar')
export class MmAvatar extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-grid;
        place-items: center;
        flex: none;
        position: relative;
        isolation: isolate;
        inline-size: var(--avatar-size, 2.25rem);
        block-size: var(--avatar-size, 2.25rem);
        border-radius: 50%;
        background: var(--tint);
        color: #fff;
        font: 600 calc(var(--avatar-size, 2.25rem) * 0.45) / 1 var(--font-display);
        overflow: hidden;
        user-select: none;
      }
      svg,
      img {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
      }
      /* Darker than the ground, so that the initial gains contrast. */
      svg {
        z-index: -1;
        fill: #0003;
      }
      img {
        background: inherit;
        object-fit: cover;
      }
      /* White on each of these has a contrast above 4.5. */
      :host([tint='0']) {
        --tint: #12645f;
      }
      :host([tint='1']) {
        --tint: #a4491a;
      }
      :host([tint='2']) {
        --tint: #6b4a9a;
      }
      :host([tint='3']) {
        --tint: #28639e;
      }
      :host([tint='4']) {
        --tint: #a13a62;
      }
      :host([tint='5']) {
        --tint: #4d6b1f;
      }
      :host([tint='6']) {
        --tint: #7a5a17;
      }
      :host([tint='7']) {
        --tint: #4b5d66;
      }
    `,
  ];

  /** Decides pattern and colour: the person's device id. */
  @property() person = '';
  @property() name = '';
  /** A chosen colour, 0 to `limits.tints` - 1. */
  @property({ attribute: false }) tint: number | undefined;
  @property({ attribute: false }) picture: Picture | undefined;

  #url: string | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#revoke();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.requestUpdate('picture');
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.ariaHidden = 'true';
    this.setAttribute('tint', String(this.tint ?? tintOf(this.person)));
    if (!changed.has('picture')) return;
    this.#revoke();
    // Without a type: an image element looks at the bytes, and never takes text for a picture.
    if (this.picture) this.#url = URL.createObjectURL(new Blob([this.picture]));
  }

  #revoke(): void {
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = undefined;
  }

  /** What is no picture after all shows the initial below it. */
  #seen(event: Event): void {
    (event.target as HTMLElement).hidden = event.type === 'error';
  }

  protected override render(): unknown {
    return html`<svg viewBox="0 0 5 5"><path d=${patternOf(this.person)} /></svg>${initialOf(this.name)}${this.#url ? html`<img src=${this.#url} alt="" @load=${this.#seen} @error=${this.#seen} />` : nothing}`;
  }
}

/** The colour of somebody who chose none: the same id gives the same one on every device. */
export function tintOf(id: string): number {
  return hash(id) % limits.tints;
}

/** Fifteen cells by the bits of the hash, and their mirror image. */
function patternOf(id: string): string {
  const bits = hash(`${id} `);
  let path = '';
  for (let cell = 0; cell < 15; cell++) {
    if (((bits >> cell) & 1) === 0) continue;
    const x = cell % 3;
    for (const column of [x, 4 - x]) path += `M${column} ${Math.floor(cell / 3)}h1v1h-1z`;
  }
  return path;
}

function hash(text: string): number {
  let sum = 7;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum;
}

/** The first letter as readers see it, which may be several code points. */
function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name);
  return first?.segment.toLocaleUpperCase() ?? '';
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-avatar': MmAvatar;
  }
}
