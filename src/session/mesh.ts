/**
 * Who is linked with whom, and which pairs still need a link: a room is a full mesh, and whoever is linked to one member gets to know the others through it.
 *
 *     each      → neighbours   whom I am linked with, and which slots I hold (the `peers` frame); on each change
 *     smaller   → larger       approaches at once, in words relayed by the neighbour that told of it: no server is asked
 *     larger    → smaller      waits, and approaches after all if nothing came
 *     a failed attempt         again after 2, 4, 8, every 15 s, through whichever neighbour tells of the peer by then
 *
 * A neighbour is believed about itself alone: whom it tells of is approached and must prove who it is; inventions cost attempts within the limits, nothing more.
 * Of two sessions of one device the one linked or told last wins: a page that was reloaded has left the other behind.
 *
 * No cryptography, clock, or socket: all of that comes through the ports. Times are in milliseconds.
 */
import { limits, timing } from '../config';
import type { DeviceId, SessionId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import { jittered, waitAt, type Waits } from '../core/wait';
import { NamedTimers, type SetTimer } from './named-timers';
import type { Neighbour, SlotNumber } from './rendezvous';

/** A session that can be approached. */
export interface MeshPeer {
  readonly session: SessionId;
  /** What words to it are sealed to; a wrong one makes the attempt fail. */
  readonly sessionKey: Uint8Array<ArrayBuffer>;
  readonly device: DeviceId;
  readonly name: string;
}

export interface MeshPorts {
  readonly session: SessionId;
  readonly setTimer: SetTimer;
  /** In [0, 1). */
  random(): number;
  /** Whether the device may be in the room, by the admission set, and isn't our own: our other sessions are left alone. */
  mayLink(device: DeviceId): boolean;
  /** Sends the `peers` frame. */
  tell(neighbour: SessionId, peers: readonly MeshPeer[], slots: readonly SlotNumber[]): void;
  /** Starts a link attempt, the words go through the neighbour `via`. It ends with `linked`, or with `attemptEnded`. */
  approach(peer: MeshPeer, via: SessionId): void;
}

/** A peer that others tell of, and that we have no link with. */
interface Acquaintance {
  /** Order in which it was heard of. */
  readonly since: number;
  /** waiting: for a timer. due: for a free place among the attempts. */
  readonly state: 'waiting' | 'due' | 'trying';
  readonly failures: number;
  /** We were linked with it a moment ago: it has perhaps just left, and others are about to hear so. */
  readonly parted: boolean;
}

interface LinkedPeer {
  readonly peer: MeshPeer;
  /** Order in which it was linked; counts with `Acquaintance.since`. */
  readonly since: number;
}

interface Word {
  readonly peers: ReadonlyMap<SessionId, MeshPeer>;
  readonly slots: readonly SlotNumber[];
}

/** At once: each costs the browser a connection, and may be somebody's invention. */
const attemptsAtOnce = 24;
/** The larger session gives the smaller one so long to come. */
const courtesyMs = 3_000;
/** Whoever was linked a moment ago has perhaps left; those who tell of it will say so after one trip. */
const partingMs = 3_000;
/** Waits after a failed attempt; the last one repeats. */
const retryWaitsMs: Waits = [2_000, 4_000, 8_000, 15_000];
/** An attempt of which nothing is heard is over by then; `attemptEnded` comes before, unless the code behind the ports has a fault. */
const attemptMs = timing.linkOpenMs + timing.handshakeMs + 5_000;

export class Mesh {
  readonly #ports: MeshPorts;
  readonly #timers: NamedTimers<'tell' | `wait-${SessionId}` | `try-${SessionId}`>;
  readonly #linkedBySession = new Map<SessionId, LinkedPeer>();
  readonly #wordByNeighbour = new Map<SessionId, Word>();
  readonly #acquaintances = new Map<SessionId, Acquaintance>();
  readonly #neighbours = new State<readonly Neighbour[]>([]);
  readonly #connecting = new State<readonly MeshPeer[]>([]);
  #ownSlots: readonly SlotNumber[] = [];
  #parted = new Set<SessionId>();
  #count = 0;

  constructor(ports: MeshPorts) {
    this.#ports = ports;
    this.#timers = new NamedTimers(ports.setTimer);
  }

  /** The own component but oneself, with the slots that each says it holds. For `Rendezvous.setNeighbours`. */
  get neighbours(): Observable<readonly Neighbour[]> {
    return this.#neighbours;
  }

  /** Known through others and not linked yet, one a device. Who has just been lost is none of them until it is approached anew. */
  get connecting(): Observable<readonly MeshPeer[]> {
    return this.#connecting;
  }

  /** What the neighbour says of a session: it alone, since another may lie about the same one. */
  toldBy(neighbour: SessionId, session: SessionId): MeshPeer | undefined {
    return this.#wordByNeighbour.get(neighbour)?.peers.get(session);
  }

  /**
   * A link stands, and both sides have admitted. Must come before the first `heard` from it. An older session of the same device is dropped here; closing that
   * link is the caller's. A second call for a session whose link was replaced is fine.
   */
  linked(peer: MeshPeer): void {
    for (const [session, other] of this.#linkedBySession) if (other.peer.device === peer.device && session !== peer.session) this.#replace(session, other.since);
    const since = this.#linkedBySession.get(peer.session)?.since ?? ++this.#count;
    this.#linkedBySession.set(peer.session, { peer, since });
    this.#forget(peer.session);
    this.#changed();
  }

  /** No link to the session stands any more. Not to be called when a newer link to the same session took over. */
  unlinked(session: SessionId): void {
    if (!this.#linkedBySession.has(session)) return;
    this.#drop(session);
    if (this.#tellersOf(session).length > 0) this.#parted.add(session);
    this.#changed();
    this.#parted.clear();
  }

  /** A `peers` frame came over the link of `from`. */
  heard(from: SessionId, peers: readonly MeshPeer[], slots: readonly SlotNumber[]): void {
    if (!this.#linkedBySession.has(from)) return;
    const told = peers.slice(0, limits.peersTold);
    this.#wordByNeighbour.set(from, { peers: new Map(told.map((peer) => [peer.session, peer])), slots });
    this.#review();
    this.#publish();
  }

  /**
   * What neighbours say of a session that approaches us; nothing when nobody knows it, or it may not be here. Two of them differ when one has the key wrong. Unlike
   * `connecting` also of one that we are still linked with, since its end may be closed already, and of a new session of such a device.
   */
  toldOf(session: SessionId): readonly MeshPeer[] {
    return this.#tellersOf(session).flatMap(({ peer }) => (this.#ports.mayLink(peer.device) ? [peer] : []));
  }

  /** The other side has started: we don't as well. It ends with `linked`, or with `attemptEnded`. */
  approached(session: SessionId): void {
    if (this.#linkedBySession.has(session)) return;
    this.#try(session, this.#acquaintances.get(session) ?? this.#meet(session));
    this.#publish();
  }

  /** An attempt with it, ours or its own, came to nothing. */
  attemptEnded(session: SessionId): void {
    const one = this.#acquaintances.get(session);
    if (one?.state !== 'trying') return;
    this.#timers.cancel(`try-${session}`);
    const waitMs = jittered(waitAt(retryWaitsMs, one.failures), timing.jitter, this.#ports.random());
    this.#wait(session, { ...one, failures: one.failures + 1 }, waitMs + this.#courtesyMs(session));
    this.#review();
    this.#publish();
  }

  /** The answers of `mayLink` may be others now. Closing the links of those who were removed is the caller's. */
  membershipChanged(): void {
    this.#review();
    this.#publish();
  }

  /** Slots that we hold, for the neighbours. */
  setOwnSlots(slots: readonly SlotNumber[]): void {
    this.#ownSlots = slots;
    this.#tell();
  }

  /** For good. */
  stop(): void {
    this.#timers.cancelAll();
    this.#linkedBySession.clear();
    this.#wordByNeighbour.clear();
    this.#acquaintances.clear();
    this.#publish();
  }

  #changed(): void {
    this.#review();
    this.#publish();
    this.#tell();
  }

  /** Many changes at once make one frame. */
  #tell(): void {
    this.#timers.ensure('tell', 0, () => {
      const peers = [...this.#linkedBySession.values()].map(({ peer }) => peer);
      for (const { session } of peers) {
        const others = peers.filter((peer) => peer.session !== session).slice(0, limits.peersTold);
        this.#ports.tell(session, others, this.#ownSlots);
      }
    });
  }

  #drop(session: SessionId): void {
    this.#linkedBySession.delete(session);
    this.#wordByNeighbour.delete(session);
  }

  /** Others may tell of it for a while: it must not count as news. */
  #replace(session: SessionId, since: number): void {
    this.#drop(session);
    this.#acquaintances.set(session, { since, state: 'due', failures: 0, parted: false });
  }

  /** Brings the acquaintances in step with what is told, and starts what is due. */
  #review(): void {
    const told = new Set([...this.#wordByNeighbour.values()].flatMap(({ peers }) => [...peers.keys()]));
    for (const [session, { state }] of this.#acquaintances) if (state !== 'trying' && !told.has(session)) this.#forget(session);
    for (const session of told) if (!this.#acquaintances.has(session) && this.#isStranger(session)) this.#greet(session);
    for (const [session, one] of this.#acquaintances) if (one.state === 'due') this.#approach(session, one);
  }

  #isStranger(session: SessionId): boolean {
    return session !== this.#ports.session && !this.#linkedBySession.has(session);
  }

  #greet(session: SessionId): void {
    const one = this.#meet(session);
    const waitMs = this.#courtesyMs(session) + (one.parted ? partingMs : 0);
    if (waitMs > 0) this.#wait(session, one, waitMs);
  }

  #meet(session: SessionId): Acquaintance {
    const one: Acquaintance = { since: ++this.#count, state: 'due', failures: 0, parted: this.#parted.has(session) };
    this.#acquaintances.set(session, one);
    return one;
  }

  /** The smaller session comes first. */
  #courtesyMs(session: SessionId): number {
    return this.#ports.session < session ? 0 : courtesyMs;
  }

  #wait(session: SessionId, one: Acquaintance, afterMs: number): void {
    this.#acquaintances.set(session, { ...one, state: 'waiting' });
    this.#timers.set(`wait-${session}`, afterMs, () => {
      this.#acquaintances.set(session, { ...one, state: 'due' });
      this.#review();
      this.#publish();
    });
  }

  #approach(session: SessionId, one: Acquaintance): void {
    const tellers = this.#tellersOf(session);
    // Another one each time: the last may have lied about the key, or have lost its own link.
    const teller = tellers[one.failures % tellers.length];
    const peer = teller?.peer;
    if (!peer || !this.#wants(peer, one) || this.#attempts() >= attemptsAtOnce) return;
    this.#try(session, one);
    this.#ports.approach(peer, teller.via);
  }

  /** A device that may be here, and hasn't a link already that is newer than this session. */
  #wants(peer: MeshPeer, one: Acquaintance): boolean {
    if (!this.#ports.mayLink(peer.device)) return false;
    return ![...this.#linkedBySession.values()].some((linked) => linked.peer.device === peer.device && linked.since > one.since);
  }

  #try(session: SessionId, one: Acquaintance): void {
    this.#timers.cancel(`wait-${session}`);
    this.#acquaintances.set(session, { ...one, state: 'trying', parted: false });
    this.#timers.set(`try-${session}`, attemptMs, () => this.attemptEnded(session));
  }

  #attempts(): number {
    return [...this.#acquaintances.values()].filter(({ state }) => state === 'trying').length;
  }

  #forget(session: SessionId): void {
    this.#acquaintances.delete(session);
    this.#timers.cancel(`wait-${session}`, `try-${session}`);
  }

  #tellersOf(session: SessionId): readonly { readonly via: SessionId; readonly peer: MeshPeer }[] {
    return [...this.#wordByNeighbour].flatMap(([via, { peers }]) => {
      const peer = peers.get(session);
      return peer ? [{ via, peer }] : [];
    });
  }

  #publish(): void {
    const neighbours = [...this.#linkedBySession.keys()].map((session) => ({ session, slots: this.#wordByNeighbour.get(session)?.slots ?? [] }));
    if (!sameNeighbours(neighbours, this.#neighbours.value)) this.#neighbours.set(neighbours);
    const connecting = this.#newestUnlinked();
    if (!samePeers(connecting, this.#connecting.value)) this.#connecting.set(connecting);
  }

  #newestUnlinked(): readonly MeshPeer[] {
    const here = new Set([...this.#linkedBySession.values()].map(({ peer }) => peer.device));
    const newestByDevice = new Map<DeviceId, MeshPeer>();
    // In the order they were heard of, so that the last one stays.
    for (const [session, one] of [...this.#acquaintances].toSorted(([, one], [, other]) => one.since - other.since)) {
      const peer = this.#tellersOf(session)[0]?.peer;
      if (peer && !one.parted && !here.has(peer.device) && this.#wants(peer, one)) newestByDevice.set(peer.device, peer);
    }
    return [...newestByDevice.values()];
  }
}

function sameNeighbours(some: readonly Neighbour[], others: readonly Neighbour[]): boolean {
  return some.length === others.length && some.every(({ session, slots }, index) => session === others[index]?.session && slots.join() === others[index]?.slots.join());
}

function samePeers(some: readonly MeshPeer[], others: readonly MeshPeer[]): boolean {
  return some.length === others.length && some.every(({ session, name }, index) => session === others[index]?.session && name === others[index]?.name);
}
