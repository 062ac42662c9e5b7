/** A signaling server in memory, for the outer edge of session tests: ids are locks, envelopes are relayed by id, and a copy of each is kept. */
import type { SessionId, SlotId } from '../../src/core/ids';
import { State } from '../../src/core/observable';
import type { ClaimState, Delivery, Introducer } from '../../src/network/introducer';

type Receiver = (delivery: Delivery) => void;

export class FakeBus {
  readonly relayed: Delivery[] = [];
  /** What a bad server does with a delivery: passes on what this returns. */
  script: (delivery: Delivery) => readonly Delivery[] = (delivery) => [delivery];
  readonly #receivers = new Map<string, Receiver>();

  /** The introducer of one session; gone when `signal` aborts. */
  join(session: SessionId, signal: AbortSignal): Introducer {
    const listeners = new Set<Receiver>();
    const receive: Receiver = (delivery) => {
      for (const listener of [...listeners]) listener(delivery);
    };
    this.hold(session, receive, signal);
    return {
      reachable: new State(true),
      send: (to, envelope) => this.deliver({ from: session, to, envelope }),
      claim: (slot, until) => new State<ClaimState>(this.hold(slot, receive, AbortSignal.any([until, signal])) ? 'held' : 'taken'),
      listen(listener, until) {
        listeners.add(listener);
        until.addEventListener('abort', () => listeners.delete(listener), { once: true });
      },
    };
  }

  /** False when somebody else holds the id. */
  hold(id: SessionId | SlotId, receive: Receiver, until: AbortSignal): boolean {
    const holder = this.#receivers.get(id);
    if (holder && holder !== receive) return false;
    this.#receivers.set(id, receive);
    until.addEventListener('abort', () => this.#receivers.get(id) === receive && this.#receivers.delete(id), { once: true });
    return true;
  }

  /** Whether the session can be found at `id`. */
  isAt(session: SessionId, id: SlotId): boolean {
    const receiver = this.#receivers.get(id);
    return receiver !== undefined && receiver === this.#receivers.get(session);
  }

  /** Also for a server that makes things up. */
  deliver(delivery: Delivery): void {
    this.relayed.push(delivery);
    for (const passed of this.script(delivery)) {
      const envelope = passed.envelope.slice();
      // Not 0: virtual time would let what is sent by a timer come after what follows it.
      setTimeout(() => this.#receivers.get(passed.to)?.({ ...passed, envelope }), 1);
    }
  }
}
