/** For what can't be taken back: class `danger`. */
import { css } from 'lit';

export const dangerStyles = css`
  .danger {
    background: var(--danger-fill);
    color: var(--on-danger-fill);
  }
  .danger:hover {
    background: color-mix(in oklab, var(--danger-fill), #000 16%);
  }
`;
