/** Links in virtual time: two ends that each know only what has reached them. Frames come in order or not at all, and wait while the line is cut. */
import type { SessionId } from '../../../src/core/ids';
import type { Network } from './network';

const opens = { fromMs: 50, toMs: 400 };
const oneWay = { fromMs: 5, toMs: 100 };
/** A cut, or a peer that vanished, is noticed within these bounds. */
const notices = { fromMs: 5_000, toMs: 30_000 };

/** What links need to know of a page. */
export interface LinkOwner<Frame> {
  readonly session: SessionId;
  readonly deviceNumber: number;
  readonly alive: boolean;
  linkOpened(end: LinkEnd<Frame>): void;
}

let linksMade = 0;

/** Opens a link between two pages, if the network lets it: later, or never. */
export function openLink<Frame>(network: Network, one: LinkOwner<Frame>, other: LinkOwner<Frame>): void {
  const { clock, random, conditions } = network;
  if (random.chance(conditions.failing)) return;
  clock.setTimer(random.between(opens.fromMs, opens.toMs), () => {
    if (!one.alive || !other.alive || !network.joins(one.deviceNumber, other.deviceNumber)) return;
    const number = ++linksMade;
    const ends = [new LinkEnd(network, number, one, other), new LinkEnd(network, number, other, one)] as const;
    ends[0].join(ends[1]);
    ends[1].join(ends[0]);
    one.linkOpened(ends[0]);
    other.linkOpened(ends[1]);
  });
}

export class LinkEnd<Frame> {
  /** The same at both ends, larger for a newer link. */
  readonly number: number;
  readonly peer: LinkOwner<Frame>;
  readonly #network: Network;
  readonly #owner: LinkOwner<Frame>;
  #other: LinkEnd<Frame> | undefined;
  #open = true;
  #onFrame: ((frame: Frame) => void) | undefined;
  #onClose: (() => void) | undefined;
  #early: Frame[] = [];
  readonly #outgoing: (() => void)[] = [];
  #sending = false;
  readonly #stopListening: readonly (() => void)[];

  constructor(network: Network, number: number, owner: LinkOwner<Frame>, peer: LinkOwner<Frame>) {
    this.#network = network;
    this.number = number;
    this.#owner = owner;
    this.peer = peer;
    this.#stopListening = [network.onCut(() => this.#watchLine()), network.onHeal(() => this.#flush())];
  }

  join(other: LinkEnd<Frame>): void {
    this.#other = other;
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** `onClose` is called when the other side or the line ended it, not after `close`. */
  listen(onFrame: (frame: Frame) => void, onClose: () => void): void {
    this.#onFrame = onFrame;
    this.#onClose = onClose;
    const early = this.#early;
    this.#early = [];
    for (const frame of early) onFrame(frame);
  }

  send(frame: Frame): void {
    if (!this.#open) return;
    this.#outgoing.push(() => this.#other?.hear(frame));
    this.#flush();
  }

  /** Says goodbye, after what was sent before. */
  close(): void {
    if (!this.#open) return;
    this.#outgoing.push(() => this.#other?.endedByOther());
    this.#flush();
    this.#end();
  }

  /** Nothing is said any more. */
  vanish(): void {
    this.#end();
    this.#outgoing.length = 0;
    this.#other?.noticeSilence();
  }

  hear(frame: Frame): void {
    if (!this.#open) return;
    if (this.#onFrame) this.#onFrame(frame);
    else this.#early.push(frame);
  }

  endedByOther(): void {
    if (!this.#open) return;
    this.#end();
    this.#onClose?.();
  }

  noticeSilence(): void {
    const { clock, random } = this.#network;
    clock.setTimer(random.between(notices.fromMs, notices.toMs), () => this.endedByOther());
  }

  #end(): void {
    this.#open = false;
    for (const stop of this.#stopListening) if (this.#outgoing.length === 0) stop();
  }

  #lineStands(): boolean {
    return this.#network.joins(this.#owner.deviceNumber, this.peer.deviceNumber);
  }

  #watchLine(): void {
    if (!this.#open || this.#lineStands()) return;
    const { clock, random } = this.#network;
    clock.setTimer(random.between(notices.fromMs, notices.toMs), () => {
      if (!this.#open || this.#lineStands()) return;
      this.#end();
      this.#outgoing.length = 0;
      this.#other?.noticeSilence();
      this.#onClose?.();
    });
  }

  /** One frame after the other, each when it has crossed the line; a cut line holds them back. */
  #flush(): void {
    if (this.#sending || this.#outgoing.length === 0 || !this.#lineStands()) return;
    this.#sending = true;
    const { clock, random } = this.#network;
    clock.setTimer(random.between(oneWay.fromMs, oneWay.toMs), () => {
      this.#sending = false;
      if (!this.#lineStands()) return;
      // All that was sent meanwhile is in the same flight.
      for (const arrive of this.#outgoing.splice(0)) arrive();
      if (!this.#open) for (const stop of this.#stopListening) stop();
    });
  }
}
