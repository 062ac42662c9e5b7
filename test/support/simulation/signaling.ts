/** A signaling server in virtual time: ids as locks, envelopes relayed late, out of order, twice or never, and clients that it believes alive when they are not. */
import { signalingBackoff, timing } from '../../../src/config';
import { backoffMs, jittered } from '../../../src/core/wait';
import type { Network } from './network';

/** Envelopes waiting for one absent id, and for how long. */
const absent = { envelopes: 8, ms: 5_000 };
/** After a silent end, each side finds out within these bounds. */
const serverNotices = { fromMs: 20_000, toMs: 30_000 };
const clientNotices = { fromMs: 10_000, toMs: 30_000 };
const oneWay = { fromMs: 5, toMs: 150 };
const openTimeoutMs = 5_000;

export type RegistrationState = 'held' | 'taken' | 'lost';

interface Waiting<Words> {
  readonly words: Words;
  readonly untilMs: number;
}

export class SignalingServer<Words> {
  readonly network: Network;
  /** Envelopes handed to the server. */
  relayed = 0;
  /** Registrations asked for. */
  registrations = 0;
  #up = true;
  readonly #holderById = new Map<string, Connection<Words>>();
  readonly #waitingById = new Map<string, Waiting<Words>[]>();

  constructor(network: Network) {
    this.network = network;
  }

  /** Everything it knows is gone; it is back after `awayMs`. */
  restart(awayMs: number): void {
    this.#up = false;
    for (const connection of this.#holderById.values()) connection.droppedByServer();
    this.#holderById.clear();
    this.#waitingById.clear();
    this.network.clock.setTimer(awayMs, () => {
      this.#up = true;
    });
  }

  reachedBy(device: number): boolean {
    return this.#up && this.network.reachesServer(device);
  }

  register(connection: Connection<Words>): 'held' | 'taken' {
    this.registrations++;
    const holder = this.#holderById.get(connection.id);
    if (holder && holder.token !== connection.token) return 'taken';
    this.#holderById.set(connection.id, connection);
    const waiting = this.#waitingById.get(connection.id) ?? [];
    this.#waitingById.delete(connection.id);
    for (const { words, untilMs } of waiting) if (untilMs > this.network.clock.nowMs) this.#bring(connection, words);
    return 'held';
  }

  release(connection: Connection<Words>): void {
    if (this.#holderById.get(connection.id) === connection) this.#holderById.delete(connection.id);
  }

  relay(from: Connection<Words>, to: string, words: Words): void {
    const { random, conditions } = this.network;
    this.relayed++;
    if (!this.reachedBy(from.device) || this.#holderById.get(from.id) !== from || random.chance(conditions.lost)) return;
    const copies = random.chance(conditions.doubled) ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.#later(() => this.#arrive(to, words));
  }

  #arrive(to: string, words: Words): void {
    if (!this.#up) return;
    const holder = this.#holderById.get(to);
    if (holder) return holder.deliver(words);
    const waiting = this.#waitingById.get(to) ?? [];
    const nowMs = this.network.clock.nowMs;
    const still = waiting.filter(({ untilMs }) => untilMs > nowMs);
    if (still.length < absent.envelopes) this.#waitingById.set(to, [...still, { words, untilMs: nowMs + absent.ms }]);
  }

  #bring(connection: Connection<Words>, words: Words): void {
    this.#later(() => connection.deliver(words));
  }

  #later(action: () => void): void {
    const { clock, random } = this.network;
    clock.setTimer(random.between(oneWay.fromMs, oneWay.toMs), action);
  }
}

/** One socket, as both ends see it. */
class Connection<Words> {
  readonly id: string;
  readonly token: string;
  readonly device: number;
  readonly #server: SignalingServer<Words>;
  readonly #registration: Registration<Words>;
  #clientAlive = true;
  #stopListening: () => void;

  constructor(server: SignalingServer<Words>, registration: Registration<Words>, id: string, token: string, device: number) {
    this.#server = server;
    this.#registration = registration;
    this.id = id;
    this.token = token;
    this.device = device;
    this.#stopListening = server.network.onCut(() => this.#cut());
  }

  deliver(words: Words): void {
    if (this.#clientAlive && this.#server.network.reachesServer(this.device)) this.#registration.hear(words);
  }

  droppedByServer(): void {
    this.#server.release(this);
    const { network } = this.#server;
    const { fromMs, toMs } = network.reachesServer(this.device) ? oneWay : clientNotices;
    network.clock.setTimer(network.random.between(fromMs, toMs), () => this.#lost());
  }

  /** The client closes it, and says so if it can. */
  close(): void {
    this.#end();
    if (this.#server.network.reachesServer(this.device)) this.#server.release(this);
    else this.#noticedByServer();
  }

  /** The client is gone without a word. */
  vanish(): void {
    this.#end();
    this.#noticedByServer();
  }

  #cut(): void {
    const { network } = this.#server;
    if (network.reachesServer(this.device)) return;
    network.clock.setTimer(network.random.between(serverNotices.fromMs, serverNotices.toMs), () => {
      if (!network.reachesServer(this.device)) this.droppedByServer();
    });
    network.clock.setTimer(network.random.between(clientNotices.fromMs, clientNotices.toMs), () => {
      if (!network.reachesServer(this.device)) this.#lost();
    });
  }

  #noticedByServer(): void {
    const { clock, random } = this.#server.network;
    clock.setTimer(random.between(serverNotices.fromMs, serverNotices.toMs), () => this.#server.release(this));
  }

  #lost(): void {
    if (!this.#clientAlive) return;
    this.#end();
    this.#noticedByServer();
    this.#registration.lost(this);
  }

  #end(): void {
    this.#clientAlive = false;
    this.#stopListening();
  }
}

/** An id that a page wants to hold: tries until it has it or somebody else does, and again when it was lost. */
export class Registration<Words> {
  readonly #server: SignalingServer<Words>;
  readonly #id: string;
  readonly #token: string;
  readonly #device: number;
  readonly #changed: (state: RegistrationState) => void;
  readonly #heard: (words: Words) => void;
  #connection: Connection<Words> | undefined;
  #attempt = 0;
  #over = false;

  constructor(server: SignalingServer<Words>, own: { readonly id: string; readonly token: string; readonly device: number }, changed: (state: RegistrationState) => void, heard: (words: Words) => void) {
    this.#server = server;
    this.#id = own.id;
    this.#token = own.token;
    this.#device = own.device;
    this.#changed = changed;
    this.#heard = heard;
    this.#connect();
  }

  send(to: string, words: Words): void {
    if (this.#connection) this.#server.relay(this.#connection, to, words);
  }

  hear(words: Words): void {
    if (!this.#over) this.#heard(words);
  }

  lost(connection: Connection<Words>): void {
    if (this.#over || this.#connection !== connection) return;
    this.#connection = undefined;
    this.#changed('lost');
    this.#again();
  }

  close(): void {
    this.#over = true;
    this.#connection?.close();
  }

  vanish(): void {
    this.#over = true;
    this.#connection?.vanish();
  }

  #connect(): void {
    const { clock, random } = this.#server.network;
    if (!this.#server.reachedBy(this.#device)) return void clock.setTimer(openTimeoutMs, () => this.#again());
    clock.setTimer(2 * random.between(oneWay.fromMs, oneWay.toMs), () => this.#arrive());
  }

  #arrive(): void {
    if (this.#over) return;
    if (!this.#server.reachedBy(this.#device)) return this.#again();
    const connection = new Connection(this.#server, this, this.#id, this.#token, this.#device);
    if (this.#server.register(connection) === 'taken') {
      connection.close();
      this.#over = true;
      return this.#changed('taken');
    }
    this.#attempt = 0;
    this.#connection = connection;
    this.#changed('held');
  }

  #again(): void {
    if (this.#over) return;
    const { clock, random } = this.#server.network;
    clock.setTimer(jittered(backoffMs(this.#attempt++, signalingBackoff), timing.jitter, random.next()), () => !this.#over && this.#connect());
  }
}
