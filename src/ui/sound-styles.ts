/** Sounds and voices in a message: a round button, and a slider over what it goes through. */
import { css } from 'lit';

export const soundStyles = css`
  :host {
    min-block-size: 3.25rem;
  }
  .play {
    grid-row: span 2;
    inline-size: 2.75rem;
    padding: 0;
    background: var(--file-fill);
    color: var(--on-file-fill);
  }
  .play:hover {
    background: color-mix(in oklab, var(--file-fill), currentColor 14%);
  }
  .track {
    position: relative;
    display: grid;
    align-items: center;
    block-size: 1.75rem;
  }
  /* The slider itself is not seen, but for its focus: what it moves along is. */
  input {
    grid-area: 1 / 1;
    z-index: 1;
    inline-size: 100%;
    min-block-size: 0;
    block-size: 100%;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    opacity: 0;
    cursor: pointer;
    touch-action: pan-y;
  }
  .track:has(:focus-visible) {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
    border-radius: 0.375rem;
  }
  .time {
    grid-column: 2;
    color: var(--file-soft);
    font-size: var(--text-xs);
    font-variant-numeric: tabular-nums;
  }
  .state {
    grid-column: 1 / -1;
    color: var(--file-soft);
    font-size: var(--text-xs);
  }
`;
