/**
 * Admission events between two linked devices: first of all, and whenever there are new ones.
 *
 *     both     holds    the ids of what each has, as soon as the handshake is through
 *     both     events   to a member, what it lacks, and from then on what is new; to a device that isn't one as far as we know, our own proof alone; to a removed
 *                       one, what removed it: so it learns that from signed events before its link ends
 */
import { limits } from '../config';
import type { DeviceId, EventId } from '../core/ids';
import type { Link } from '../network/link';
import type { Frame } from '../protocol/frames';
import type { Admission } from './admission';
import type { Standing } from './roster';

/** Characters of tokens in one frame: well below `limits.controlFrameBytes`. */
const batchCharacters = 48_000;

/** A whole room's events are 16 frames at most. */
const framesInFlight = 32;

interface Other {
  readonly device: DeviceId;
  /** Tokens that it has from us, or we have taken from it: nothing is told twice, or back. */
  readonly known: Set<string>;
  /** Frames of events that are being looked at. */
  inFlight: number;
  /** undefined until it has said so. */
  holds: readonly EventId[] | undefined;
  supplied: boolean;
}

export class AdmissionExchange {
  readonly #admission: Admission;
  readonly #ownDevice: DeviceId;
  readonly #standing: (device: DeviceId) => Standing;
  readonly #othersByLink = new Map<Link, Other>();

  constructor(admission: Admission, ownDevice: DeviceId, standing: (device: DeviceId) => Standing) {
    this.#admission = admission;
    this.#ownDevice = ownDevice;
    this.#standing = standing;
    admission.onNews((tokens) => this.#tell(tokens));
  }

  /** The handshake with `device` is through. */
  greet(link: Link, device: DeviceId): void {
    const other: Other = { device, known: new Set(), inFlight: 0, holds: undefined, supplied: false };
    this.#othersByLink.set(link, other);
    link.signal.addEventListener('abort', () => this.#othersByLink.delete(link), { once: true });
    link.send({ kind: 'holds', ids: this.#admission.ids().slice(0, limits.admissionEvents) });
    link.listen((frame) => void this.#hear(link, other, frame));
  }

  /** Who is a member has changed: those who have become one get what they lack. */
  reconsider(): void {
    for (const [link, other] of this.#othersByLink) this.#supply(link, other);
  }

  async #hear(link: Link, other: Other, frame: Frame): Promise<void> {
    if (frame.kind === 'holds') {
      other.holds = frame.ids;
      this.#supply(link, other);
    } else if (frame.kind === 'events') {
      await this.#take(link, other, frame.tokens);
    }
  }

  /** Each token costs a signature to look at, so whoever sends more than a whole room's at once is not heard. */
  async #take(link: Link, other: Other, tokens: readonly string[]): Promise<void> {
    if (other.inFlight >= framesInFlight) return link.close('leaving');
    other.inFlight += 1;
    try {
      const { accepted } = await this.#admission.take(tokens);
      for (const token of accepted) other.known.add(token);
    } finally {
      other.inFlight -= 1;
    }
  }

  /** For every member. Whom it removes is one still, since it takes effect only when it was told; what comes later is none of its business. */
  #tell(tokens: readonly string[]): void {
    for (const [link, other] of this.#othersByLink) if (other.supplied && this.#standing(other.device) === 'member') sendTokens(link, other, tokens);
  }

  #supply(link: Link, other: Other): void {
    if (!other.holds || other.supplied) return;
    switch (this.#standing(other.device)) {
      case 'member':
        other.supplied = true;
        return sendTokens(link, other, this.#admission.missing(other.holds));
      case 'unknown':
        return sendTokens(link, other, this.#admission.prove(this.#ownDevice));
      case 'removed':
        sendTokens(link, other, this.#admission.proveRemoval(other.device));
        return link.close('removed');
    }
  }
}

function sendTokens(link: Link, { known }: Other, tokens: readonly string[]): void {
  let batch: string[] = [];
  let characters = 0;
  const flush = (): void => {
    if (batch.length > 0) link.send({ kind: 'events', tokens: batch });
    batch = [];
    characters = 0;
  };
  for (const token of tokens) {
    if (known.has(token)) continue;
    known.add(token);
    if (characters + token.length > batchCharacters) flush();
    batch.push(token);
    characters += token.length;
  }
  flush();
}
