/** What is done about links that are down, that end too soon, or that never open: when another way to the same peer is looked for, and when to knock again. */
import { timing } from '../config';
import type { SessionId } from '../core/ids';
import { watch } from '../core/observable';
import { backoffMs } from '../core/wait';
import type { CloseReason, Link } from '../network/link';

/** A link that lives shorter was of no use, in milliseconds. */
const shortLinkMs = 10_000;
const knockBackoff = { firstMs: 1_000, lastMs: 30_000 } as const;

export interface ReconnectingRoom {
  now(): number;
  /** Nobody is linked with us. */
  isAlone(): boolean;
  /** Knock now; does nothing where that is not wanted. */
  again(): void;
  /** Whom to look for has changed. */
  changed(): void;
  /** Another page of this device was let in instead. */
  moved(): void;
  /** Links were agreed on and would not open, more than once. */
  failed(): void;
}

export class Reconnecting {
  readonly #room: ReconnectingRoom;
  readonly #signal: AbortSignal;
  readonly #impatience = new Map<SessionId, ReturnType<typeof setTimeout>>();
  readonly #givenUp = new Set<SessionId>();
  readonly #later = new Set<ReturnType<typeof setTimeout>>();
  /** In a row: links that never opened, and links that ended as soon as they stood. */
  #failures = 0;
  #shortLinks = 0;

  /** Nothing more is done after `signal`. */
  constructor(room: ReconnectingRoom, signal: AbortSignal) {
    this.#room = room;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#stop(), { once: true });
  }

  /** Its link has been down for so long that another way to it is looked for. */
  isGivenUp(session: SessionId): boolean {
    return this.#givenUp.has(session);
  }

  /** A link stands. */
  watch(link: Link, session: SessionId): void {
    const sinceMs = this.#room.now();
    this.#failures = 0;
    watch(link.interrupted, link.signal, (interrupted) => this.#followInterruption(session, interrupted));
    link.signal.addEventListener('abort', () => {
      this.#followInterruption(session, false);
      const state = link.state.value;
      if (state.kind === 'closed') this.#followLoss(state.reason, this.#room.now() - sinceMs);
    });
  }

  /** A link ended before its peer was in. */
  notOpened(reason: CloseReason): void {
    if (reason.kind === 'failed' || reason.kind === 'timeout') this.#failures += 1;
    // Once may be chance; twice is a network that lets nothing through.
    if (this.#failures >= 2 && this.#room.isAlone()) this.#room.failed();
    this.#againSoon(timing.knockRepeatMs);
  }

  /** A line that stays down may never come back by itself; a second link is tried beside it, and replaces it when it stands. */
  #followInterruption(session: SessionId, interrupted: boolean): void {
    clearTimeout(this.#impatience.get(session));
    this.#impatience.delete(session);
    if (interrupted) this.#impatience.set(session, setTimeout(() => this.#giveUp(session), timing.returnGraceMs));
    else if (this.#givenUp.delete(session)) this.#room.changed();
  }

  #giveUp(session: SessionId): void {
    this.#givenUp.add(session);
    this.#room.changed();
  }

  #followLoss(reason: CloseReason, livedMs: number): void {
    if (this.#signal.aborted || !this.#room.isAlone() || reason.kind === 'local') return;
    const bye = reason.kind === 'bye' ? reason.reason : undefined;
    // As all who were linked with us say: this page goes quiet. One alone may say what it likes.
    if (bye === 'moved') return this.#room.moved();
    // Whoever is removed hears in a moment why: until then its knock would be a stranger's ring. If it isn't true, its rounds go on by themselves.
    if (bye !== 'replaced' && bye !== 'leaving' && bye !== 'removed') this.#lookAgain(livedMs);
  }

  /** At once, unless links end as soon as they stand: then each a little later. */
  #lookAgain(livedMs: number): void {
    this.#shortLinks = livedMs < shortLinkMs ? this.#shortLinks + 1 : 0;
    if (this.#shortLinks > 1) this.#againSoon(backoffMs(this.#shortLinks, knockBackoff));
    else this.#room.again();
  }

  #againSoon(afterMs: number): void {
    const timer = setTimeout(() => {
      this.#later.delete(timer);
      if (this.#room.isAlone()) this.#room.again();
    }, afterMs);
    this.#later.add(timer);
  }

  #stop(): void {
    for (const timer of [...this.#later, ...this.#impatience.values()]) clearTimeout(timer);
    this.#later.clear();
    this.#impatience.clear();
  }
}
