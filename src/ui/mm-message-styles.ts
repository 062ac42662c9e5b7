/** How a message looks: a bubble, own ones at the end of the line. What Markdown may put into it: formatted-message.ts. */
import { css } from 'lit';

export const messageStyles = css`
  :host {
    --gutter: 2.75rem;
    --soft: var(--ink-soft);
    display: flex;
    align-items: center;
    position: relative;
    margin-block-start: 0.1875rem;
    padding-inline: var(--gutter) 12%;
    border-radius: 1.125rem;
  }
  :host([own]) {
    --soft: var(--own-bubble-soft);
    justify-content: flex-end;
    padding-inline: 18% 0;
  }
  :host([first]) {
    margin-block-start: var(--space-3);
  }
  :host(:focus-visible) {
    outline: none;
  }
  :host(:focus-visible) .bubble {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  /* One that was jumped to, for as long as it takes to find it. */
  :host([highlighted]) .bubble {
    animation: highlight 2s;
  }
  @keyframes highlight {
    from,
    60% {
      outline: 3px solid var(--warm);
      outline-offset: 2px;
    }
    to {
      outline: 3px solid transparent;
      outline-offset: 2px;
    }
  }
  :host([selecting]) {
    cursor: pointer;
  }
  :host([own][selecting]) {
    padding-inline-start: var(--gutter);
  }
  :host([selected]) {
    background: var(--accent-soft);
  }
  input {
    flex: none;
    inline-size: 1.25rem;
    min-block-size: 1.25rem;
    margin: 0 var(--space-3) 0 0;
    padding: 0;
    accent-color: var(--accent);
  }
  :host([own]) input {
    margin-inline-end: auto;
  }
  mm-avatar {
    position: absolute;
    inset-block-end: 0;
    inset-inline-start: 0;
  }
  .column {
    display: flex;
    flex-direction: column;
    align-items: start;
    position: relative;
    min-inline-size: 0;
    max-inline-size: 100%;
  }
  :host([own]) .column {
    align-items: end;
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
    /* Whatever stacks of marks and turned letters a text has, they end here. */
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
    color: var(--soft);
    font-size: var(--text-xs);
    font-weight: 700;
    overflow: clip;
  }
  .quote {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 0;
    inline-size: 100%;
    min-block-size: 0;
    margin-block: var(--space-1);
    padding: var(--space-1) var(--space-2);
    border: 0;
    border-inline-start: 3px solid var(--warm);
    border-radius: 0.375rem;
    background: color-mix(in oklab, currentColor 8%, transparent);
    color: inherit;
    font: 400 var(--text-s) / 1.35 var(--font);
    text-align: start;
    overflow: clip;
  }
  button.quote:hover {
    background: color-mix(in oklab, currentColor 14%, transparent);
  }
  .quoted {
    font-weight: 600;
  }
  .excerpt {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    unicode-bidi: isolate;
    overflow: hidden;
  }
  /* Files go nearly to the edge; words keep their distance. */
  .holding {
    --file-ground: color-mix(in oklab, currentColor 7%, transparent);
    --file-fill: var(--accent);
    --on-file-fill: var(--on-accent);
    --file-track: color-mix(in oklab, currentColor 22%, transparent);
    --file-soft: var(--soft);
    max-inline-size: min(100%, 20.625rem);
    padding: 0.25rem;
  }
  :host([own]) .holding {
    --file-ground: color-mix(in oklab, currentColor 12%, transparent);
    --file-fill: light-dark(#ffffff, #7fd0c5);
    --on-file-fill: light-dark(#12645f, #06211f);
  }
  .holding > .author {
    margin: 0.1875rem 0.625rem 0.25rem;
  }
  .holding > .quote {
    inline-size: calc(100% - 1.25rem);
    margin-inline: 0.625rem;
  }
  .caption {
    display: flow-root;
    padding: 0.125rem 0.625rem 0.1875rem;
  }
  .caption .meta:first-child {
    margin-block-start: 0;
  }
  mm-message-files:not(:defined) {
    display: block;
    min-block-size: var(--reserved);
    padding: var(--space-2) 0.625rem;
    color: var(--soft);
    animation: known 300ms 700ms backwards;
  }
  @keyframes known {
    from {
      opacity: 0;
    }
  }
  .meta {
    display: flex;
    align-items: center;
    gap: 0.3125rem;
    float: inline-end;
    margin: 0.3125rem 0 -0.125rem var(--space-3);
    color: var(--soft);
    font-size: 0.6875rem;
    font-variant-numeric: tabular-nums;
  }
  .edited {
    min-block-size: 1.5rem;
    margin-block: -0.25rem;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    text-decoration: underline dotted;
    text-underline-offset: 0.2em;
  }
  .tick {
    display: inline-flex;
    font-size: 0.75rem;
  }
  .tick.read {
    color: light-dark(#ffc79f, var(--warm));
  }
  .body {
    display: inline;
    unicode-bidi: isolate;
  }
  .gone {
    color: var(--soft);
    font-style: italic;
  }
  .plain {
    white-space: pre-wrap;
  }
  .mention {
    color: var(--accent-strong);
    font-weight: 600;
  }
  :host([own]) .mention:not(.me) {
    color: inherit;
    text-decoration: underline;
    text-underline-offset: 0.15em;
  }
  .mention.me {
    padding-inline: 0.25em;
    border-radius: 0.375em;
    background: var(--warm-soft);
    color: var(--on-warm-soft);
  }
  a {
    color: inherit;
    text-decoration-thickness: 1px;
    text-underline-offset: 0.15em;
  }
  .reactions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1);
    margin: -0.25rem var(--space-2) 0;
    color: var(--ink-soft);
    font-size: var(--text-s);
  }
  :host([own]) .reactions {
    justify-content: end;
  }
  .reactions button {
    gap: var(--space-1);
    max-inline-size: 8rem;
    min-block-size: 1.75rem;
    padding: 0 var(--space-2);
    border-color: var(--line);
    background: var(--raised);
    color: var(--ink);
    font-size: var(--text-s);
    font-weight: 400;
    font-variant-numeric: tabular-nums;
    overflow: clip;
  }
  .reactions button[aria-pressed='true'] {
    border-color: var(--accent);
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }
  .reactions button:disabled {
    cursor: default;
  }
  .emoji {
    overflow: clip;
  }
  @media (pointer: coarse) {
    /* A long press is for the menu, which has "Copy text". */
    :host {
      -webkit-touch-callout: none;
      -webkit-user-select: none;
      user-select: none;
    }
    .reactions button {
      min-block-size: 2.25rem;
    }
  }
`;
