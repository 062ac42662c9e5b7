/** How the stage looks: dark in both themes, so that pictures stand out and nothing shines from behind. */
import { css } from 'lit';

export const callStyles = css`
  :host {
    display: block;
    color-scheme: dark;
    container-type: size;
    min-block-size: 9rem;
  }
  section {
    position: relative;
    display: flex;
    flex-direction: column;
    gap: var(--space-2);
    block-size: 100%;
    padding: var(--space-2);
    border-radius: var(--radius-l);
    background: radial-gradient(120% 90% at 15% 0%, #17312e, transparent 60%), radial-gradient(110% 90% at 100% 100%, #33241a, transparent 55%), #0d1312;
    color: var(--ink);
    overflow: hidden;
  }
  .tiles {
    flex: 1;
    display: flex;
    flex-wrap: wrap;
    place-content: center;
    gap: var(--space-2);
    min-block-size: 0;
  }
  mm-tile {
    inline-size: var(--tile-width);
    block-size: var(--tile-height);
  }
  .words {
    display: grid;
    gap: var(--space-3);
    justify-items: center;
    min-block-size: 0;
    padding: var(--space-2) var(--space-4);
    overflow: auto;
    text-align: center;
  }
  .words:not(:has(*)) {
    display: none;
  }
  h2 {
    font-size: var(--text-xl);
  }
  p {
    max-inline-size: 30rem;
    color: var(--ink-soft);
  }
  /* Nobody's picture yet: words take the middle. */
  section:not(:has(.tiles)) .words {
    margin-block: auto;
  }
  .bar {
    display: flex;
    flex: none;
    justify-content: center;
    gap: var(--space-3);
    padding-block: var(--space-1);
  }
  .bar button {
    position: relative;
    inline-size: 3.25rem;
    min-block-size: 3.25rem;
    background: #2c3836;
    color: #f4f7f5;
    font-size: var(--text-l);
  }
  .bar button:hover {
    background: #3b4947;
  }
  .bar .off {
    background: #f4f7f5;
    color: #14211f;
  }
  .bar .off:hover {
    background: #d9e1dd;
  }
  .bar .open {
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }
  .bar .leave {
    inline-size: 4.5rem;
    background: var(--danger-fill);
    color: var(--on-danger-fill);
  }
  .bar .leave:hover {
    background: #a82c25;
  }
  .badge {
    position: absolute;
    inset-block-start: -0.25rem;
    inset-inline-end: -0.25rem;
    min-inline-size: 1.375rem;
    padding: 0.1875rem 0.3125rem;
    border-radius: var(--radius-full);
    background: var(--warm);
    color: #2b1405;
    font-size: var(--text-xs);
    font-variant-numeric: tabular-nums;
    line-height: 1rem;
  }

  /* On a small phone with the chat below, what is to be pressed matters more than what is to be read. */
  @container (max-height: 15rem) {
    h2 {
      font-size: var(--text-l);
    }
    h2 + p {
      display: none;
    }
  }

  /* Two people on a phone: the other one fills the stage, the own picture stands in a corner. */
  @container (max-width: 34rem) {
    .pair .tiles {
      position: relative;
    }
    .pair mm-tile {
      position: absolute;
      inset: 0;
      inline-size: auto;
      block-size: auto;
    }
    .pair mm-tile[own] {
      inset: auto;
      z-index: 1;
      touch-action: none;
      inline-size: max(5.5rem, 28cqi);
      aspect-ratio: 3 / 4;
      max-block-size: 45%;
      box-shadow: 0 4px 18px rgb(0 0 0 / 0.45);
    }
    .pair mm-tile.top {
      inset-block-start: var(--space-2);
    }
    .pair mm-tile.bottom {
      inset-block-end: var(--space-2);
    }
    .pair mm-tile.start {
      inset-inline-start: var(--space-2);
    }
    .pair mm-tile.end {
      inset-inline-end: var(--space-2);
    }
  }
`;
