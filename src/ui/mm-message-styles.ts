/** How a message looks: a bubble, own ones at the end of the line, and what Markdown may put into it. */
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

  .body > :is(p, ul, ol, pre, blockquote, table, details, h1, h2, h3, h4, h5, h6, hr) {
    margin-block: 0 var(--space-2);
  }
  .body > :last-child {
    margin-block-end: 0;
  }
  .body > p:last-child {
    display: inline;
  }
  :is(h1, h2, h3, h4, h5, h6) {
    font: 700 1.0625em / 1.3 var(--font-display);
  }
  :is(ul, ol) {
    padding-inline-start: 1.375rem;
  }
  blockquote {
    margin-inline: 0;
    padding-inline-start: var(--space-3);
    border-inline-start: 3px solid color-mix(in oklab, currentColor 35%, transparent);
  }
  :is(code, kbd) {
    padding: 0.0625em 0.3125em;
    border-radius: 0.375em;
    background: color-mix(in oklab, currentColor 10%, transparent);
    font: 0.9em / 1.45 var(--font-code);
  }
  kbd {
    border: 1px solid color-mix(in oklab, currentColor 35%, transparent);
  }
  pre {
    max-inline-size: 100%;
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-s);
    background: color-mix(in oklab, currentColor 8%, transparent);
    overflow-x: auto;
    white-space: pre;
    overflow-wrap: normal;
    direction: ltr;
    text-align: start;
  }
  pre code {
    padding: 0;
    background: none;
  }
  table {
    display: block;
    max-inline-size: 100%;
    overflow-x: auto;
    border-collapse: collapse;
    font-size: var(--text-s);
  }
  :is(th, td) {
    padding: var(--space-1) var(--space-2);
    border: 1px solid color-mix(in oklab, currentColor 25%, transparent);
    text-align: start;
  }
  hr {
    border: 0;
    border-block-start: 1px solid color-mix(in oklab, currentColor 30%, transparent);
  }
  summary {
    cursor: pointer;
  }
  :is(sub, sup) {
    line-height: 0;
  }
`;
