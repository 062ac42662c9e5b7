/** A label above its field; class `secret`: a field whose text shows only while it is being typed. */
import { css } from 'lit';

export const fieldStyles = css`
  label,
  legend {
    padding: 0;
    font-size: var(--text-s);
    font-weight: 600;
  }
  /* Not type=password: browsers would offer to keep it, and screen readers could not check it. */
  .secret:not(:focus, :placeholder-shown) {
    -webkit-text-security: disc;
  }
`;
