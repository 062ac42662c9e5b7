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

/** Datagrams of a burst that wait to be read: the default of 208 KiB holds fewer than a hundred, and loses the others unseen. */
const receiveBufferBytes = 4 * 1024 * 1024;

export class UdpProxy {
  readonly #random: SeededRandom;
  readonly #facesByEndpoint = new Map<string, Face>();
  readonly #linesByDelayMs = new Map<number, DelayLine>();
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
    const { address, port }: AddressInfo = (await this.#faceOf(endpoint).opened).address();
    return { address, port };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const line of this.#linesByDelayMs.values()) line.close();
    const sockets = await Promise.all([...this.#facesByEndpoint.values()].map(({ opened }) => opened));
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => void socket.close(resolve))));
  }

  #faceOf({ address, port }: Endpoint): Face {
    const name = `${address} ${port}`;
    const known = this.#facesByEndpoint.get(name);
    if (known) return known;
    const endpoint = { address, port };
    const face = openFace(endpoint, (datagram, sender) => this.#carry(datagram, sender, endpoint));
    this.#facesByEndpoint.set(name, face);
    return face;
  }

  #carry(datagram: Buffer, sender: Endpoint, to: Endpoint): void {
    const { lossRate, delayMs } = this.#conditions;
    if (this.#random.chance(lossRate)) {
      this.#lost += 1;
      return;
    }
    this.#passed += 1;
    if (delayMs === 0) return this.#deliver(datagram, sender, to);
    this.#lineOf(delayMs).push(() => this.#deliver(datagram, sender, to));
  }

  #lineOf(delayMs: number): DelayLine {
    const line = this.#linesByDelayMs.get(delayMs) ?? new DelayLine(delayMs);
    this.#linesByDelayMs.set(delayMs, line);
    return line;
  }

  #deliver(datagram: Buffer, sender: Endpoint, to: Endpoint): void {
    const { socket, opened } = this.#faceOf(sender);
    if (socket && !this.#closed) socket.send(datagram, to.port, to.address);
    else void opened.then((ready) => this.#closed || ready.send(datagram, to.port, to.address));
  }
}

interface Face {
  readonly opened: Promise<Socket>;
  /** Once it is open. */
  socket: Socket | undefined;
}

/** On the address of its endpoint, so that whoever answers goes out by the same one. */
function openFace(endpoint: Endpoint, carry: (datagram: Buffer, sender: Endpoint) => void): Face {
  const socket = createSocket({ type: endpoint.address.includes(':') ? 'udp6' : 'udp4', recvBufferSize: receiveBufferBytes });
  socket.on('message', carry);
  const opened = new Promise<Socket>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, endpoint.address, () => {
      socket.off('error', reject);
      // A datagram to somebody who has gone is lost, like any other (ICMP: port unreachable).
      socket.on('error', () => undefined);
      face.socket = socket;
      resolve(socket);
    });
  });
  const face: Face = { opened, socket: undefined };
  return face;
}

/** What leaves in the order in which it came, each so much later. One timer for all of it: a fast line carries ten thousand datagrams a second. */
class DelayLine {
  readonly #delayMs: number;
  #waiting: { readonly dueMs: number; readonly deliver: () => void }[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  push(deliver: () => void): void {
    this.#waiting.push({ dueMs: performance.now() + this.#delayMs, deliver });
    this.#timer ??= setTimeout(() => this.#release(), this.#delayMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting = [];
  }

  #release(): void {
    const nowMs = performance.now();
    // A timer counts whole milliseconds.
    const firstLater = this.#waiting.findIndex(({ dueMs }) => dueMs > nowMs + 0.5);
    const due = firstLater < 0 ? this.#waiting : this.#waiting.slice(0, firstLater);
    this.#waiting = firstLater < 0 ? [] : this.#waiting.slice(firstLater);
    this.#timer = this.#waiting[0] && setTimeout(() => this.#release(), Math.max(1, this.#waiting[0].dueMs - nowMs));
    for (const { deliver } of due) deliver();
  }
}
