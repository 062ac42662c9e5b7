/** A label above its field. */
import { css } from 'lit';

export const fieldStyles = css`
  label,
  legend {
    padding: 0;
    font-size: var(--text-s);
    font-weight: 600;
  }
`;
