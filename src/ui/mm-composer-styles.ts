/** How the place to write looks: one pill, which grows with what is written and with what stands above it. */
import { css } from 'lit';

export const composerStyles = css`
  :host {
    display: block;
    padding: 0 var(--space-3) max(var(--space-3), env(safe-area-inset-bottom));
  }
  .column {
    container: composer / inline-size;
    position: relative;
    max-inline-size: 46rem;
    margin-inline: auto;
  }
  mm-typing {
    padding-inline: var(--space-4);
  }
  .field {
    position: relative;
  }
  form {
    padding: 0.25rem;
    border: 1px solid var(--line-strong);
    border-radius: 1.75rem;
    background: var(--surface);
  }
  /* One ring, around the whole pill. */
  form:has(textarea:focus) {
    outline: 2px solid var(--accent);
    outline-offset: -2px;
  }
  textarea:focus {
    outline: none;
  }
  .line {
    display: flex;
    align-items: end;
  }
  /* Their place is kept until they are there. */
  mm-attach,
  mm-emoji-button,
  mm-microphone:not([recording]) {
    flex: none;
    inline-size: var(--icon-button, 2.75rem);
    block-size: 2.75rem;
  }
  mm-microphone[recording] {
    flex: 1;
    min-inline-size: 0;
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    max-block-size: min(12rem, 35dvh);
    padding: 0.625rem var(--space-2);
    border: 0;
    background: transparent;
    resize: none;
    scrollbar-width: thin;
    field-sizing: content;
  }
  button[aria-disabled='true'] {
    background: transparent;
    color: var(--ink-soft);
  }
  button[aria-expanded='true'] {
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }
  /* Where there is little room, it is the words' first. */
  @container composer (max-width: 26rem) {
    .line {
      --icon-button: 2.25rem;
    }
    .send {
      --icon-button: initial;
    }
  }
  mm-formatting {
    display: block;
    margin-block-end: var(--space-1);
    padding-block-end: var(--space-1);
    border-block-end: 1px solid var(--line);
  }
  .about {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--space-2);
    padding-inline-start: var(--space-3);
    font-size: var(--text-s);
  }
  .about mm-icon {
    color: var(--accent);
  }
  .about p {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .about p:first-child {
    font-weight: 600;
  }
  .excerpt {
    color: var(--ink-soft);
  }
  .below {
    display: flex;
    gap: var(--space-3);
    justify-content: space-between;
    margin-block-start: var(--space-1);
    padding-inline: var(--space-4);
    color: var(--ink-soft);
    font-size: var(--text-s);
    font-variant-numeric: tabular-nums;
  }
  .problem,
  .over {
    color: var(--danger);
    font-weight: 600;
  }
  #count {
    margin-inline-start: auto;
    white-space: nowrap;
  }
`;
