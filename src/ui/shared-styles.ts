/** What looks the same in every element: box model, buttons, fields, the focus ring. */
import { css } from 'lit';

export const sharedStyles = css`
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  p {
    margin: 0;
    text-wrap: pretty;
  }
  h1,
  h2 {
    font-family: var(--font-display);
    line-height: 1.15;
    text-wrap: balance;
  }
  button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-block-size: 2.75rem;
    padding: var(--space-1) 1.125rem;
    border: 1px solid transparent;
    border-radius: var(--radius-full);
    background: var(--accent-soft);
    color: var(--on-accent-soft);
    font: 600 var(--text-m) / 1.2 var(--font);
    cursor: pointer;
    transition: background var(--quick), transform var(--quick);
  }
  button:hover {
    background: color-mix(in oklab, var(--accent-soft), var(--accent) 16%);
  }
  button:active {
    transform: scale(0.97);
  }
  .primary {
    background: var(--accent);
    color: var(--on-accent);
  }
  .primary:hover {
    background: var(--accent-strong);
  }
  .quiet {
    background: transparent;
    color: var(--ink-soft);
  }
  .quiet:hover {
    background: var(--sunken);
    color: var(--ink);
  }
  .icon {
    flex: none;
    inline-size: var(--icon-button, 2.75rem);
    padding: 0;
  }
  input,
  select,
  textarea {
    min-inline-size: 0;
    min-block-size: 2.75rem;
    padding: var(--space-2) var(--space-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-s);
    background: var(--surface);
    color: var(--ink);
    font: 400 var(--text-m) / 1.4 var(--font);
  }
  ::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  mm-icon {
    flex: none;
    display: inline-flex;
    inline-size: 1.25em;
    block-size: 1.25em;
  }
`;
