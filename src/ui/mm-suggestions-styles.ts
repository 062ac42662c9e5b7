/** How the list of suggestions looks. It stands in the tree of the element around it, which gets these styles with it. */
import { css } from 'lit';

export const suggestionStyles = css`
  mm-suggestions {
    position: absolute;
    z-index: 3;
    inset-inline: 0;
    inset-block-end: calc(100% + var(--space-1));
    max-block-size: min(20.5rem, 60dvh);
    padding: var(--space-1);
    border: 1px solid var(--line);
    border-radius: var(--radius-m);
    background: var(--raised);
    box-shadow: var(--shadow-2);
    overflow: hidden auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
  }
  .option {
    --avatar-size: 1.75rem;
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: 2.75rem;
    padding: var(--space-1) var(--space-3);
    border-radius: var(--radius-s);
    cursor: pointer;
  }
  .option bdi {
    min-inline-size: min-content;
    font-weight: 600;
    overflow-wrap: normal;
  }
  .option:hover {
    background: var(--sunken);
  }
  .option[aria-selected='true'] {
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }
  .option .sign {
    font: 1.5rem / 1 'Apple Color Emoji', 'Segoe UI Emoji', 'Noto Color Emoji', var(--font);
  }
  .option .detail {
    color: var(--ink-soft);
    font-size: var(--text-s);
  }
  .option[aria-selected='true'] .detail {
    color: inherit;
  }
`;
