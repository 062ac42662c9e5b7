/** The world between the devices: who reaches whom, and the signaling server, how slow and how lossy they are. */
import type { SeededRandom } from './seeded-random';
import type { VirtualClock } from './virtual-clock';

export interface Conditions {
  /** Shares of envelopes that the server loses, and brings twice. */
  lost: number;
  doubled: number;
  /** Share of links that don't open though nothing is cut. */
  failing: number;
}

export const fair: Conditions = { lost: 0, doubled: 0, failing: 0 };

/** Devices are named by their number. */
export class Network {
  readonly clock: VirtualClock;
  readonly random: SeededRandom;
  conditions: Conditions;
  readonly #halfByDevice = new Map<number, boolean>();
  readonly #offServer = new Set<number>();
  readonly #cutListeners = new Set<() => void>();
  readonly #healListeners = new Set<() => void>();

  constructor(clock: VirtualClock, random: SeededRandom, conditions: Conditions) {
    this.clock = clock;
    this.random = random;
    this.conditions = conditions;
  }

  /** Whether two devices reach each other. */
  joins(one: number, other: number): boolean {
    return (this.#halfByDevice.get(one) ?? false) === (this.#halfByDevice.get(other) ?? false);
  }

  reachesServer(device: number): boolean {
    return !this.#offServer.has(device);
  }

  /** Cuts all links between these and the others. */
  split(devices: readonly number[]): void {
    this.#halfByDevice.clear();
    for (const device of devices) this.#halfByDevice.set(device, true);
    for (const listener of [...this.#cutListeners]) listener();
  }

  cutFromServer(device: number): void {
    this.#offServer.add(device);
    for (const listener of [...this.#cutListeners]) listener();
  }

  healLinks(): void {
    this.#halfByDevice.clear();
    for (const listener of [...this.#healListeners]) listener();
  }

  healServer(): void {
    this.#offServer.clear();
    for (const listener of [...this.#healListeners]) listener();
  }

  onCut(listener: () => void): () => void {
    this.#cutListeners.add(listener);
    return () => this.#cutListeners.delete(listener);
  }

  onHeal(listener: () => void): () => void {
    this.#healListeners.add(listener);
    return () => this.#healListeners.delete(listener);
  }
}
