/** The look of the cards at the top of the screen. */
import { css } from 'lit';

export const cardStyles = css`
  :host {
    display: block;
    pointer-events: auto;
    animation: drop var(--quick);
  }
  .card {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    padding: var(--space-3) var(--space-3) var(--space-3) var(--space-4);
    border: 1px solid var(--line);
    border-radius: var(--radius-l);
    background: var(--raised);
    color: var(--ink);
    box-shadow: var(--shadow-2);
  }
  mm-avatar {
    --avatar-size: 2.5rem;
  }
  .card > mm-icon {
    margin-inline: var(--space-1);
    color: var(--accent);
    font-size: var(--text-l);
  }
  .text {
    flex: 1 1 10rem;
    max-block-size: 4.2em;
    overflow: hidden;
    font-weight: 600;
    line-height: 1.35;
    unicode-bidi: isolate;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    margin-inline-start: auto;
  }
  /* On the narrowest phones one stands below the other. */
  .buttons button {
    flex: auto;
    padding-inline: var(--space-3);
    white-space: nowrap;
  }
  @keyframes drop {
    from {
      opacity: 0;
      transform: translateY(-1rem);
    }
  }
`;
