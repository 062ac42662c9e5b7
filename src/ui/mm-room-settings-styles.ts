/** How "Room settings" looks. */
import { css } from 'lit';

export const roomSettingsStyles = css`
  .groups {
    display: grid;
    gap: var(--space-5);
  }
  .field {
    display: grid;
    gap: var(--space-1);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
  }
  .row input {
    flex: 1 1 10rem;
  }
  fieldset {
    min-inline-size: 0;
    margin: 0;
    padding: 0;
    border: 0;
  }
  section {
    display: grid;
    justify-items: start;
    gap: var(--space-2);
  }
  h3 {
    margin: 0;
    font: 600 var(--text-s) / 1.4 var(--font);
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  dl {
    display: grid;
    margin: 0;
  }
  dt {
    font-size: var(--text-s);
    font-weight: 600;
  }
  dd {
    margin: 0 0 var(--space-3);
  }
  .problem {
    color: var(--danger);
    font-size: var(--text-s);
    font-weight: 600;
  }
  .end {
    padding-block-start: var(--space-4);
    border-block-start: 1px solid var(--line);
  }
`;
