/** How the emoji picker looks: as wide as what it stands in, and as high as it may. */
import { css } from 'lit';

export const emojiPickerStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto minmax(0, 1fr);
    gap: var(--space-2);
    block-size: 100%;
    min-block-size: 12rem;
  }
  .top {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    gap: var(--space-2);
  }
  select {
    inline-size: 4rem;
    padding-inline: var(--space-2);
  }
  /* Fonts for text have black and white ones of the oldest emoji. */
  select,
  [role='row'] button {
    font-family: 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', var(--font);
  }
  .all {
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  section {
    content-visibility: auto;
    contain-intrinsic-block-size: auto 30rem;
  }
  h2 {
    padding-block: var(--space-2) var(--space-1);
    color: var(--ink-soft);
    font: 600 var(--text-xs) / 1.4 var(--font);
  }
  [role='row'] {
    display: grid;
    grid-template-columns: repeat(8, minmax(0, 1fr));
  }
  [role='row'] button {
    inline-size: 100%;
    min-block-size: 2.5rem;
    padding: 0;
    border-radius: var(--radius-s);
    background: none;
    font-size: 1.5rem;
    line-height: 1;
    /* Nearly two thousand of them would be watched for it. */
    transition: none;
  }
  [role='row'] button:hover {
    background: var(--sunken);
  }
  :focus-visible {
    outline-offset: -3px;
  }
  .note {
    padding: var(--space-4);
    color: var(--ink-soft);
    text-align: center;
  }
`;
