/** Where the parts of a room stand, from a phone to a desktop. */
import { css } from 'lit';

export const roomStyles = css`
  :host {
    display: grid;
    grid-template-rows: auto auto auto minmax(0, 1fr);
    block-size: 100vh;
    block-size: 100dvh;
    padding-inline: env(safe-area-inset-left) env(safe-area-inset-right);
    background: var(--ground);
  }
  header {
    display: grid;
    grid-template: 'name actions' auto 'status status' auto / minmax(0, 1fr) auto;
    align-items: center;
    gap: 0 var(--space-2);
    padding: max(var(--space-2), env(safe-area-inset-top)) var(--space-3) var(--space-2);
    /* Its menu hangs over what is below. */
    position: relative;
    z-index: 2;
    container: head / inline-size;
  }
  .name {
    display: flex;
    grid-area: name;
    align-items: center;
    gap: var(--space-2);
    font: 700 var(--text-l) / 1.15 var(--font-display);
  }
  h1.name {
    display: block;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    unicode-bidi: isolate;
  }
  .status {
    grid-area: status;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--space-3);
    min-inline-size: 0;
  }
  mm-status-pill {
    max-inline-size: 100%;
  }
  .lifetime {
    display: inline-flex;
    align-items: center;
    gap: var(--space-1);
    color: var(--ink-soft);
    font-size: var(--text-xs);
  }
  .actions {
    grid-area: actions;
    display: flex;
    flex: none;
    gap: var(--space-1);
  }
  .folding {
    display: contents;
  }
  mm-more {
    display: none;
  }
  @container head (max-width: 40rem) {
    .folding {
      display: none;
    }
    mm-more {
      display: inline-block;
    }
  }

  .inside,
  .outside {
    grid-row: 4;
  }
  mm-offers {
    grid-row: 3;
    min-inline-size: 0;
  }
  .inside {
    position: relative;
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
  }
  .calling.chatting {
    grid-template-rows: minmax(11rem, 2fr) minmax(0, 3fr);
  }
  mm-call {
    min-block-size: 0;
    margin-inline: var(--space-2);
    animation: slide-in var(--quick);
  }
  .calling:not(.chatting) mm-call {
    margin-block-end: max(var(--space-2), env(safe-area-inset-bottom));
  }
  mm-drop-zone {
    position: absolute;
    z-index: 4;
    inset: 0;
  }
  .talk {
    display: grid;
    grid-template: minmax(0, 1fr) / minmax(0, 1fr);
    min-block-size: 0;
  }
  .talk.divided {
    grid-template-columns: minmax(0, 1fr) minmax(18rem, 24rem);
  }
  .talk > * {
    grid-area: 1 / 1;
    min-block-size: 0;
  }
  mm-search {
    z-index: 1;
  }
  .divided mm-search {
    grid-column: 2;
  }
  @keyframes slide-in {
    from {
      opacity: 0;
      transform: translateY(-1rem);
    }
  }

  .outside {
    display: grid;
    align-content: center;
    justify-items: center;
    gap: var(--space-4);
    padding: var(--space-5);
    overflow: auto;
    text-align: center;
  }
  .outside h1 {
    max-inline-size: 24rem;
    font-size: var(--text-xl);
  }
  .outside p {
    max-inline-size: 26rem;
    color: var(--ink-soft);
  }
  .past {
    inline-size: min(100%, 40rem);
    block-size: min(24rem, 45dvh);
    border: 1px solid var(--line);
    border-radius: var(--radius-m);
    text-align: start;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: var(--space-2);
  }
  /* The two circles of the mark, on their way to each other. */
  .pulse {
    position: relative;
    isolation: isolate;
    inline-size: 6rem;
    block-size: 3.5rem;
    margin-block-end: var(--space-3);
  }
  .pulse::before,
  .pulse::after {
    content: '';
    position: absolute;
    inset-block: 0;
    inset-inline-start: 0;
    inline-size: 3.5rem;
    border: 1px solid transparent;
    border-radius: 50%;
    background: var(--accent);
    animation: meet 2.4s ease-in-out infinite alternate;
  }
  .pulse::after {
    inset-inline: auto 0;
    background: var(--warm);
    mix-blend-mode: multiply;
    animation-name: meet-back;
  }
  .ringing::before,
  .ringing::after {
    animation-duration: 1.2s;
  }
  @keyframes meet {
    to {
      transform: translateX(0.75rem);
    }
  }
  @keyframes meet-back {
    to {
      transform: translateX(-0.75rem);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .pulse::before,
    .pulse::after {
      animation: none;
    }
  }

  @media (max-width: 30rem) {
    .name {
      font-size: var(--text-m);
    }
    .actions {
      gap: 0;
    }
  }
  @media (max-width: 55.99rem) {
    .actions span {
      display: none;
    }
    .actions button {
      inline-size: 2.75rem;
      padding: 0;
    }
  }
  @media (min-width: 56rem) {
    header {
      grid-template-areas: 'name actions' 'status actions';
      row-gap: 0.25rem;
      padding-inline: var(--space-5);
    }
    .actions {
      gap: var(--space-2);
    }
    .calling.chatting {
      grid-template: minmax(0, 1fr) / minmax(0, 1fr) clamp(22.5rem, 28vw, 25rem);
    }
    mm-call,
    .calling:not(.chatting) mm-call {
      margin: 0 var(--space-3) var(--space-3);
      animation-name: slide-in-left;
    }
    @keyframes slide-in-left {
      from {
        opacity: 0;
        transform: translateX(-1.5rem);
      }
    }
  }
`;
