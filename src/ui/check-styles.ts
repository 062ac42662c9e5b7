/** Checkboxes and radio buttons with their words beside them (class `check`), and what explains them (class `advice`). */
import { css } from 'lit';

export const checkStyles = css`
  .check {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: 2.75rem;
    font-size: var(--text-m);
    font-weight: 400;
    cursor: pointer;
  }
  .check input {
    flex: none;
    inline-size: 1.25rem;
    min-block-size: 1.25rem;
    margin: 0;
    padding: 0;
    accent-color: var(--accent);
  }
  .advice {
    color: var(--ink-soft);
    font-size: var(--text-s);
  }
`;
