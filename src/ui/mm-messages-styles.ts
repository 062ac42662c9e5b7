/** The list of messages: where its parts stand. What a message looks like: mm-message-styles.ts. */
import { css } from 'lit';

export const messagesStyles = css`
  :host {
    display: grid;
    position: relative;
    z-index: 0;
    min-block-size: 0;
  }
  .log {
    min-block-size: 0;
    overflow: hidden auto;
    /* list-place.ts keeps the place. */
    overflow-anchor: none;
    overscroll-behavior: contain;
    padding-inline: var(--space-3);
    scroll-padding-block: var(--space-5) var(--space-3);
    scrollbar-gutter: stable both-edges;
    scrollbar-width: thin;
    /* Both, and no stacking context, mask or isolation here: so the browser scrolls what it has painted, and doesn't paint all of it again in every frame. */
    background: var(--ground);
    will-change: scroll-position;
  }
  /* Messages, and what lies over them, fade out under the head instead of being cut. */
  :host::after {
    content: '';
    position: absolute;
    z-index: 1;
    inset-block-start: 0;
    inset-inline: 0;
    block-size: 1.25rem;
    background: linear-gradient(var(--ground), transparent);
    pointer-events: none;
  }
  @media (forced-colors: active) {
    :host::after {
      display: none;
    }
  }
  .log:focus-visible {
    outline-offset: -3px;
  }
  .content {
    display: flex;
    flex-direction: column;
    justify-content: flex-end;
    min-block-size: 100%;
    max-inline-size: 46rem;
    margin-inline: auto;
    padding-block: var(--space-4) var(--space-3);
  }
  .empty {
    justify-content: center;
  }
  .day {
    align-self: center;
    margin-block: var(--space-5) var(--space-2);
    color: var(--ink-soft);
    font-size: var(--text-xs);
    font-weight: 600;
  }
  .unread {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    margin-block: var(--space-4) var(--space-1);
    color: var(--accent);
    font-size: var(--text-xs);
    font-weight: 700;
  }
  .unread::before,
  .unread::after {
    content: '';
    flex: 1;
    border-block-start: 1px solid currentColor;
  }
  .edge {
    flex: none;
    block-size: 2.25rem;
    color: var(--ink-soft);
    font-size: var(--text-s);
    text-align: center;
  }
  .new {
    position: absolute;
    z-index: 1;
    inset-block-end: var(--space-3);
    inset-inline: 0;
    inline-size: max-content;
    margin-inline: auto;
    background: var(--raised);
    color: var(--accent-strong);
    box-shadow: var(--shadow-2);
    animation: rise var(--quick);
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(0.5rem);
    }
  }
`;
