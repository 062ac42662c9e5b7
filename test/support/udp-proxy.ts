/**
 * A bad line between programs of one machine, without root: datagrams go through sockets of ours, which lose and delay them.
 *
 * Each endpoint gets a *face*, a socket that stands for it. What arrives at a face goes on to its endpoint, out of the face of whoever sent it: so both see
 * nothing but faces, and an answer takes the same way back. RTCPeerConnections are led through it by bad-network.ts.
 */
import { createSocket, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import { SeededRandom } from './simulation/seeded-random';

export interface Endpoint {
  /** IPv4 or IPv6, of this machine. */
  readonly address: string;
  readonly port: number;
}

/** Of each direction. */
export interface Conditions {
  /** Share of the datagrams that get lost, 0 to 1. */
  readonly lossRate: number;
  readonly delayMs: number;
}

export interface Traffic {
  readonly passed: number;
  readonly lost: number;
}

export class UdpProxy {
  readonly #random: SeededRandom;
  readonly #facesByEndpoint = new Map<string, Promise<Socket>>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #conditions: Conditions = { lossRate: 0, delayMs: 0 };
  #passed = 0;
  #lost = 0;
  #closed = false;

  /** The same seed loses the same datagrams, as far as they come in the same order. */
  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** From now on; what is on its way arrives as it would have. */
  set conditions(conditions: Conditions) {
    this.#conditions = conditions;
  }

  /** Datagrams since the beginning. */
  get traffic(): Traffic {
    return { passed: this.#passed, lost: this.#lost };
  }

  /** Where to send what shall reach `endpoint`; always the same. */
  async faceOf(endpoint: Endpoint): Promise<Endpoint> {
    const { address, port }: AddressInfo = (await this.#socketOf(endpoint)).address();
    return { address, port };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const faces = await Promise.all(this.#facesByEndpoint.values());
    await Promise.all(faces.map((face) => new Promise<void>((resolve) => void face.close(resolve))));
  }

  #socketOf(endpoint: Endpoint): Promise<Socket> {
    const name = `${endpoint.address} ${endpoint.port}`;
    const known = this.#facesByEndpoint.get(name);
    if (known) return known;
    const face = this.#open(endpoint);
    this.#facesByEndpoint.set(name, face);
    return face;
  }

  /** On the address of its endpoint, so that whoever answers goes out by the same one. */
  #open(endpoint: Endpoint): Promise<Socket> {
    const socket = createSocket(endpoint.address.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (datagram, sender) => this.#carry(datagram, sender, endpoint));
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, endpoint.address, () => {
        socket.off('error', reject);
        // A datagram to somebody who has gone is lost, like any other (ICMP: port unreachable).
        socket.on('error', () => undefined);
        resolve(socket);
      });
    });
  }

  #carry(datagram: Buffer, sender: Endpoint, to: Endpoint): void {
    const { lossRate, delayMs } = this.#conditions;
    if (this.#random.chance(lossRate)) {
      this.#lost += 1;
      return;
    }
    this.#passed += 1;
    if (delayMs === 0) return void this.#deliver(datagram, sender, to);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#deliver(datagram, sender, to);
    }, delayMs);
    this.#timers.add(timer);
  }

  async #deliver(datagram: Buffer, sender: Endpoint, to: Endpoint): Promise<void> {
    const face = await this.#socketOf({ address: sender.address, port: sender.port });
    if (!this.#closed) face.send(datagram, to.port, to.address);
  }
}
