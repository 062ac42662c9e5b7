/** A person without a picture: the initial on a colour that stays theirs. Decoration; the name stands beside it. */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { sharedStyles } from './shared-styles';

/** Number of colours below. */
const tints = 8;

@customElement('mm-avatar')
export class MmAvatar extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: inline-grid;
        place-items: center;
        flex: none;
        inline-size: var(--avatar-size, 2.25rem);
        block-size: var(--avatar-size, 2.25rem);
        border-radius: 50%;
        background: var(--tint);
        color: #fff;
        font: 600 calc(var(--avatar-size, 2.25rem) * 0.45) / 1 var(--font-display);
        overflow: hidden;
        user-select: none;
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

  /** Decides the colour: the person's device id. */
  @property() person = '';
  @property() name = '';

  protected override willUpdate(): void {
    this.ariaHidden = 'true';
    this.setAttribute('tint', String(tintOf(this.person)));
  }

  protected override render(): unknown {
    return html`${initialOf(this.name)}`;
  }
}

/** The same id gives the same colour on every device. */
function tintOf(id: string): number {
  let sum = 7;
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  return sum % tints;
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
