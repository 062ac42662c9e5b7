/** How a message looks: a bubble, own ones at the end of the line. What Markdown may put into it: formatted-message.ts. */
import { css } from 'lit';

export const messageStyles = css`
  :host {
    --gutter: 2.75rem;
    display: flex;
    position: relative;
    margin-block-start: 0.1875rem;
    padding-inline: var(--gutter) 12%;
  }
  :host([own]) {
    justify-content: flex-end;
    padding-inline: 18% 0;
  }
  :host([first]) {
    margin-block-start: var(--space-3);
  }
  mm-avatar {
    position: absolute;
    inset-block-end: 0;
    inset-inline-start: 0;
  }
  .bubble {
    min-inline-size: 0;
    max-inline-size: 100%;
    padding: 0.4375rem 0.875rem;
    border: 1px solid transparent;
    border-radius: 1.125rem;
    border-start-start-radius: 0.375rem;
    border-end-start-radius: 0.375rem;
    background: var(--surface);
    box-shadow: var(--shadow-1);
    overflow-wrap: anywhere;
    overflow: clip;
  }
  :host([first]) .bubble {
    border-start-start-radius: 1.125rem;
  }
  :host([own]) .bubble {
    border-radius: 1.125rem;
    border-start-end-radius: 0.375rem;
    border-end-end-radius: 0.375rem;
    background: var(--own-bubble);
    color: var(--on-own-bubble);
  }
  :host([own][first]) .bubble {
    border-start-end-radius: 1.125rem;
  }
  .author {
    color: var(--ink-soft);
    font-size: var(--text-xs);
    font-weight: 700;
  }
  time {
    float: inline-end;
    margin: 0.3125rem 0 -0.125rem var(--space-3);
    color: var(--ink-soft);
    font-size: 0.6875rem;
    font-variant-numeric: tabular-nums;
  }
  :host([own]) .author,
  :host([own]) time {
    color: var(--own-bubble-soft);
  }
  .body {
    display: inline;
    unicode-bidi: isolate;
  }
  .plain {
    white-space: pre-wrap;
  }
  a {
    color: inherit;
    text-decoration-thickness: 1px;
    text-underline-offset: 0.15em;
  }
`;
