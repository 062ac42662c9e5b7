/** The outline of one file in a message that is no picture: what it is, what is known of it, what can be done. */
import { css } from 'lit';

export const fileRowStyles = css`
  :host {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 0 var(--space-3);
    box-sizing: border-box;
    inline-size: 20rem;
    max-inline-size: 100%;
  }
`;
