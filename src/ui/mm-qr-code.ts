/** A QR code on a canvas; the only file that knows the library. Always dark on white: some cameras don't read it the other way round. */
import { LitElement, css, html, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import QrCode from 'qrcode';

@customElement('mm-qr-code')
export class MmQrCode extends LitElement {
  static override styles = css`
    canvas {
      display: block;
      /* The library writes its own size into the style. */
      inline-size: 100% !important;
      block-size: auto !important;
      border-radius: inherit;
      image-rendering: pixelated;
    }
  `;

  @property() text = '';
  /** Accessible name of the image. */
  @property() label = '';

  protected override updated(changed: PropertyValues<this>): void {
    const canvas = this.renderRoot.querySelector('canvas');
    if (canvas && changed.has('text') && this.text) void QrCode.toCanvas(canvas, this.text, { errorCorrectionLevel: 'M', margin: 3, scale: 8, color: { dark: '#0c3533', light: '#ffffff' } });
  }

  protected override render(): unknown {
    return html`<canvas role="img" aria-label=${this.label}></canvas>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-qr-code': MmQrCode;
  }
}
