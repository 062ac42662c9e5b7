/** A signaling server in memory, for the outer edge of session tests: relays envelopes by id, and keeps a copy of each. */
import type { SessionId, SlotId } from '../../src/core/ids';
import { State } from '../../src/core/observable';
import type { Delivery, Introducer } from '../../src/network/introducer';

export class FakeBus {
  readonly relayed: Delivery[] = [];
  readonly #receivers = new Map<string, (delivery: Delivery) => void>();

  /** The introducer of one session; gone when `signal` aborts. */
  join(session: SessionId, signal: AbortSignal): Introducer {
    const listeners = new Set<(delivery: Delivery) => void>();
    const receive = (delivery: Delivery) => {
      for (const listener of [...listeners]) listener(delivery);
    };
    const hold = (id: SessionId | SlotId, until: AbortSignal) => {
      this.#receivers.set(id, receive);
      until.addEventListener('abort', () => this.#receivers.delete(id), { once: true });
      return new State(true);
    };
    hold(session, signal);
    return {
      reachable: new State(true),
      send: (to, envelope) => this.deliver({ from: session, to, envelope }),
      claim: hold,
      listen(listener, until) {
        listeners.add(listener);
        until.addEventListener('abort', () => listeners.delete(listener), { once: true });
      },
    };
  }

  /** Also for a server that makes things up. */
  deliver(delivery: Delivery): void {
    this.relayed.push(delivery);
    this.#receivers.get(delivery.to)?.({ ...delivery, envelope: delivery.envelope.slice() });
  }
}
