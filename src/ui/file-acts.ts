/** What lies over a picture that is not here yet: how to get it, how far it has come, or why it doesn't. Templates: mm-picture and mm-slide put them into their own roots. */
import { css, html, nothing, type TemplateResult } from 'lit';
import type { FileManifest } from '../core/file';
import type { FileState } from '../session/files/files-face';
import { bytesText } from './amounts';
import type { FileControl } from './file-control';
import { percentOf, troubleText } from './file-words';
import * as texts from './i18n/file-texts';
import './mm-icon';
import { styled } from './styled';

export const actsStyles = css`
  .acts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: center;
    gap: var(--space-1);
    /* What comes in a moment is not worth a word. */
    animation: late 200ms 400ms backwards;
  }
  .acts button,
  .acts p {
    background: rgb(8 16 15 / 0.72);
    color: #fff;
  }
  .acts button {
    backdrop-filter: blur(4px);
  }
  .acts button:hover {
    background: rgb(8 16 15 / 0.9);
  }
  .acts p {
    box-sizing: border-box;
    max-inline-size: 100%;
    padding: 0.1875rem 0.625rem;
    border-radius: var(--radius-m);
    font-size: var(--text-xs);
    text-align: center;
  }
  .acts .ring {
    display: grid;
    place-items: center;
    inline-size: 2.75rem;
    block-size: 2.75rem;
    border-radius: 50%;
    background: radial-gradient(closest-side, rgb(8 16 15 / 0.85) 82%, transparent 84%), conic-gradient(#fff var(--done), rgb(255 255 255 / 0.3) 0), rgb(8 16 15 / 0.72);
    color: #fff;
    font-size: var(--text-xs);
    font-variant-numeric: tabular-nums;
  }
  @keyframes late {
    from {
      opacity: 0;
    }
  }
`;

/** `name`: as people call it. Nothing for a file that is here. */
export function actsOver(file: FileManifest, name: string, state: FileState, control: FileControl): TemplateResult | typeof nothing {
  if (state.kind === 'here') return nothing;
  const trouble = troubleText(state);
  return html`<div class="acts">${controls(file, name, state, control)}${trouble === '' ? nothing : html`<p>${trouble}</p>`}</div>`;
}

function controls(file: FileManifest, name: string, state: Exclude<FileState, { kind: 'here' }>, control: FileControl): unknown {
  const cancel = html`<button class="icon" aria-label=${texts.cancel(name)} title=${texts.cancel(name)} @click=${() => control.cancel()}><mm-icon name="close"></mm-icon></button>`;
  switch (state.kind) {
    case 'away':
      return html`<button class="icon" aria-label=${texts.download(name)} title=${texts.download(name)} @click=${() => control.fetch()}><mm-icon name="download"></mm-icon></button>
        <p class="size">${bytesText(file.sizeBytes)}</p>`;
    case 'coming': {
      const percent = percentOf(file, state);
      return html`<span class="ring" role="progressbar" aria-label=${name} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent} ${styled({ '--done': `${percent}%` })}>${percent}</span>
        <button class="icon" aria-label=${texts.pause(name)} title=${texts.pause(name)} @click=${() => control.pause()}><mm-icon name="pause"></mm-icon></button>${cancel}`;
    }
    case 'paused':
      // Without a source it goes on by itself, as soon as there is one.
      return html`${state.reason === 'no-source'
        ? nothing
        : html`<button class="icon" aria-label=${texts.goOn(name)} title=${texts.goOn(name)} @click=${() => control.fetch()}><mm-icon name="play"></mm-icon></button>`}${cancel}`;
    case 'lost':
      return nothing;
  }
}
