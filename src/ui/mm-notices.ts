/** The toasts. */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { localized } from './i18n/localize';
import type { Notice, NoticeContent, NoticeId, NoticesFace } from '../session/faces';
import { showMessage } from './events';
import { tryAgain } from './i18n/call-texts';
import { dismiss, noticeText, showIt } from './i18n/notice-texts';
import './mm-icon';
import type { IconName } from './mm-icon';
import { ObserveController } from './observe-controller';
import { sharedStyles } from './shared-styles';

/**
 * Two live regions stand from the start, so that what is put into them is announced, once: troubles at once, the rest when it suits.
 * A toast's clock stops while the pointer or the focus is on it.
 */
@localized()
@customElement('mm-notices')
export class MmNotices extends LitElement {
  static override styles = [
    sharedStyles,
    css`
      :host {
        position: fixed;
        z-index: 30;
        inset-block-end: calc(5.25rem + env(safe-area-inset-bottom));
        inset-inline: var(--space-3);
        display: grid;
        justify-items: center;
        pointer-events: none;
      }
      :host([low]) {
        inset-block-end: max(var(--space-3), env(safe-area-inset-bottom));
      }
      [role] {
        display: grid;
        justify-items: center;
      }
      .toast {
        display: flex;
        align-items: center;
        gap: var(--space-1) var(--space-2);
        max-inline-size: min(100%, 30rem);
        margin-block-start: var(--space-2);
        padding: var(--space-1) var(--space-1) var(--space-1) var(--space-4);
        border: 1px solid transparent;
        border-radius: var(--radius-m);
        background: var(--ink);
        color: var(--ground);
        box-shadow: var(--shadow-2);
        pointer-events: auto;
        animation: rise var(--quick);
      }
      .message {
        display: flex;
        flex: 1 1 auto;
        align-items: center;
        gap: var(--space-3);
        padding-block: var(--space-2);
      }
      .text {
        unicode-bidi: isolate;
      }
      .wraps {
        flex-wrap: wrap;
      }
      .buttons {
        flex: none;
        display: flex;
        margin-inline-start: auto;
      }
      .toast button {
        background: transparent;
        color: inherit;
      }
      .toast button:hover {
        background: color-mix(in oklab, currentColor 16%, transparent);
      }
      .toast button:not(.icon) {
        text-decoration: underline;
        text-underline-offset: 0.2em;
      }
      .trouble .message mm-icon {
        color: light-dark(#f7a878, #a4491a);
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(0.75rem);
        }
      }
    `,
  ];

  @property({ attribute: false }) notices: NoticesFace | undefined;
  /** No composer or call controls at the end of the screen: toasts may stand there. */
  @property({ type: Boolean, reflect: true }) low = false;

  readonly #clocksById = new Map<NoticeId, Clock>();

  constructor() {
    super();
    new ObserveController(this, () => [this.notices?.shown]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const clock of this.#clocksById.values()) clock.stop();
    this.#clocksById.clear();
  }

  protected override willUpdate(): void {
    const shown = this.notices?.shown.value ?? [];
    for (const [id, clock] of this.#clocksById) {
      if (shown.some((notice) => notice.id === id)) continue;
      clock.stop();
      this.#clocksById.delete(id);
    }
    for (const { id, lastsMs } of shown) {
      if (lastsMs === undefined || this.#clocksById.has(id)) continue;
      const clock = new Clock(lastsMs, () => this.notices?.dismiss(id));
      this.#clocksById.set(id, clock);
      clock.run();
    }
  }

  protected override render(): unknown {
    const shown = this.notices?.shown.value ?? [];
    const byId = (notice: Notice) => notice.id;
    return html`
      <div role="alert" aria-atomic="false">${repeat(shown.filter(isTrouble), byId, (notice) => this.#toast(notice))}</div>
      <div role="status" aria-atomic="false">
        ${repeat(
          shown.filter((notice) => !isTrouble(notice)),
          byId,
          (notice) => this.#toast(notice),
        )}
      </div>
    `;
  }

  #toast(notice: Notice): unknown {
    const { id, content } = notice;
    const hold = () => this.#clocksById.get(id)?.stop();
    const release = (event: Event) => {
      // Both may hold it at once.
      if (!(event.currentTarget as HTMLElement).matches(':hover, :focus-within')) this.#clocksById.get(id)?.run();
    };
    return html`<div class="toast ${isTrouble(notice) ? 'trouble' : ''} ${content.kind === 'device-problem' ? 'wraps' : ''}" @pointerenter=${hold} @pointerleave=${release} @focusin=${hold} @focusout=${release}>
      <div class="message"><mm-icon name=${iconOf(content)}></mm-icon><span class="text">${noticeText(content)}</span></div>
      <div class="buttons">
        ${content.kind === 'device-problem' ? html`<button @click=${() => this.#attempt(id, content.attempt)}>${tryAgain()}</button>` : nothing}
        ${content.kind === 'mentioned' ? html`<button @click=${() => this.#attempt(id, () => showMessage(this, content.message))}>${showIt()}</button>` : nothing}
        <button class="icon" aria-label=${dismiss()} title=${dismiss()} @click=${() => this.notices?.dismiss(id)}><mm-icon name="close"></mm-icon></button>
      </div>
    </div>`;
  }

  #attempt(id: NoticeId, attempt: () => void): void {
    this.notices?.dismiss(id);
    attempt();
  }
}

/** Counts a toast's time down while nobody is reading it by pointer or keyboard. */
class Clock {
  #leftMs: number;
  #since = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #end: () => void;

  constructor(lastsMs: number, end: () => void) {
    this.#leftMs = lastsMs;
    this.#end = end;
  }

  run(): void {
    if (this.#timer !== undefined) return;
    this.#since = performance.now();
    this.#timer = setTimeout(this.#end, this.#leftMs);
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#leftMs -= performance.now() - this.#since;
  }
}

/** Said when it suits; whatever else there is, is said at once. */
const calm: ReadonlySet<NoticeContent['kind']> = new Set(['link-copied', 'person-gone', 'ring-answered', 'link-changed', 'role-changed', 'mentioned', 'offered']);

function isTrouble({ content }: Notice): boolean {
  return !calm.has(content.kind);
}

function iconOf(content: NoticeContent): IconName {
  switch (content.kind) {
    case 'link-copied':
      return 'check';
    case 'disconnected':
    case 'connection-failed':
      return 'offline';
    case 'device-problem':
      return 'microphone-off';
    case 'person-gone':
    case 'ring-answered':
    case 'link-changed':
    case 'role-changed':
    case 'not-kept':
      return 'info';
    case 'mentioned':
      return 'chat';
    case 'offered':
      return 'attach';
    default:
      return 'alert';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mm-notices': MmNotices;
  }
}
