/** Rings as the host sees them: which cards show, which wait behind them, and whose ringing has been quietened. */
import { limits, timing } from '../config';
import { encodeBase64Url } from '../core/base64url';
import type { DeviceId, SessionId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import type { HeardKnock } from './introductions';
import type { Ring, RingId, RingQueue } from './faces';

export interface RingEntry {
  readonly ring: Ring;
  readonly device: DeviceId;
  readonly knock: HeardKnock;
  readonly heardAtMs: number;
}

/** new: a card was added. known: one is there already. quiet: the host said "Not now", or too many ring. */
export type HeardRing = 'new' | 'known' | 'quiet';

export class RingDesk {
  readonly #queue = new State<RingQueue>({ shown: [], furtherCount: 0 });
  #entries: readonly RingEntry[] = [];
  #lastGone: readonly RingEntry[] = [];
  /** Refusals by device; cleared with the page. Keys are free, so this only keeps the honest from pestering. */
  readonly #refusals = new Map<DeviceId, { count: number; ufrag: string }>();

  get queue(): Observable<RingQueue> {
    return this.#queue;
  }

  /** A guest who presses "Ring again" knocks with a new offer: that is a new ring, up to `limits.ringsADevice` of them. */
  hear(knock: HeardKnock, device: DeviceId, nowMs: number): HeardRing {
    const known = this.#entries.find((entry) => entry.device === device);
    if (known) {
      this.#change(this.#entries.map((entry) => (entry === known ? { ...entry, knock, ring: { ...entry.ring, name: knock.name }, heardAtMs: nowMs } : entry)));
      return 'known';
    }
    const refused = this.#refusals.get(device);
    if (refused && (refused.count >= limits.ringsADevice || refused.ufrag === knock.credentials.ufrag)) return 'quiet';
    if (this.#entries.length >= limits.ringsRemembered) return 'quiet';
    this.#change([...this.#entries, { ring: { id: device as string as RingId, name: knock.name }, device, knock, heardAtMs: nowMs }]);
    return 'new';
  }

  /** Takes the card away; undefined when it is gone already. */
  take(id: RingId): RingEntry | undefined {
    const entry = this.#entries.find(({ ring }) => ring.id === id);
    if (entry) this.#change(this.#entries.filter((other) => other !== entry));
    return entry;
  }

  /** Like `take`; the device's next knocks with the same offer make no card. */
  refuse(id: RingId): RingEntry | undefined {
    const entry = this.take(id);
    if (!entry) return undefined;
    const before = this.#refusals.get(entry.device);
    if (this.#refusals.size >= limits.ringsRemembered && !before) this.#refusals.clear();
    this.#refusals.set(entry.device, { count: (before?.count ?? 0) + 1, ufrag: entry.knock.credentials.ufrag });
    return entry;
  }

  /** `sessionKey`: base64url of the key that the withdrawal was sealed with; only the ringer's own counts. */
  withdraw(session: SessionId, sessionKey: string): RingEntry | undefined {
    const entry = this.#entries.find(({ knock }) => knock.session === session && encodeBase64Url(knock.sessionKey) === sessionKey);
    return entry && this.take(entry.ring.id);
  }

  /** Drops the cards of those who were let in, by whomever. */
  dropMembers(isMember: (device: DeviceId) => boolean): void {
    const gone = this.#entries.filter(({ device }) => isMember(device));
    if (gone.length === 0) return;
    this.#lastGone = gone;
    this.#change(this.#entries.filter((entry) => !gone.includes(entry)));
  }

  /** The card that went with `dropMembers` last, if it was this device's: word of who let it in comes a moment after its pass. Once. */
  takeGone(device: DeviceId): RingEntry | undefined {
    const entry = this.#lastGone.find((gone) => gone.device === device);
    this.#lastGone = this.#lastGone.filter((gone) => gone !== entry);
    return entry;
  }

  /** Nobody here may answer any more. */
  clear(): void {
    this.#change([]);
  }

  /** Drops cards whose guests fell silent. */
  expire(nowMs: number): void {
    const heard = this.#entries.filter(({ heardAtMs }) => nowMs - heardAtMs <= timing.ringExpiryMs);
    if (heard.length < this.#entries.length) this.#change(heard);
  }

  /** A host who let somebody in forgets having refused them. */
  forgive(device: DeviceId): void {
    this.#refusals.delete(device);
  }

  #change(entries: readonly RingEntry[]): void {
    this.#entries = entries;
    const shown = entries.slice(0, limits.ringCards).map(({ ring }) => ring);
    const before = this.#queue.value;
    const furtherCount = entries.length - shown.length;
    const same = furtherCount === before.furtherCount && shown.length === before.shown.length && shown.every((ring, at) => ring.id === before.shown[at]?.id && ring.name === before.shown[at].name);
    if (!same) this.#queue.set({ shown, furtherCount });
  }
}
