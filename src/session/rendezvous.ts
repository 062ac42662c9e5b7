/**
 * Finding each other without a room server: when to knock at which slot, and when to hold one.
 *
 * A *slot* is one of three well-known ids at the signaling server, whose "id taken" is the lock. A *knock* goes to slots; their holders answer to the knocker's
 * session. A *component* is a set of members who are linked with each other; its members are ranked by session id, the smallest is the first.
 *
 *     guest    claims slot 0 (and is only a doorbell there), knocks at all three; again after 2, 5, and every 15 s until somebody answers, then each time the ring
 *              is due. Told no, or let in, it is silent until `again`
 *     member   alone: holds one slot, the lowest to be had. In a component as many slots as members, three at most, are held by one member each
 *              knocks at the slots that its component doesn't hold: on coming, after 2, 5, 15 s, and every few minutes; the first of a component speaks for all,
 *              the next ones later by their rank, since the first may be cut off from the server and can't know it
 *
 * Nothing is ever given up to please another member, so there is nothing to oscillate: who has a slot keeps it until it leaves. A component that holds its three
 * slots sends nothing at all; whoever is outside knocks there.
 *
 * No cryptography, clock, or socket: all of that comes through the ports. Times are in milliseconds.
 */
import { timing } from '../config';
import type { SessionId } from '../core/ids';
import { State, type Observable } from '../core/observable';
import { jittered, waitAt, type Waits } from '../core/wait';
import { NamedTimers, type SetTimer } from './named-timers';

export type SlotNumber = 0 | 1 | 2;

/** What the rendezvous does to the world. Each may report back at once, from within the call. */
export interface RendezvousPorts {
  readonly session: SessionId;
  /** In [0, 1). */
  random(): number;
  readonly setTimer: SetTimer;
  /**
   * Tries to hold a slot. The answer comes through `slotChanged`: `held`, or `taken`, which ends the attempt. While the server is away there is no answer; the
   * attempt goes on until `release`.
   */
  claim(slot: SlotNumber): void;
  /** Gives a slot up, or an attempt to hold it. Needs no answer. */
  release(slot: SlotNumber): void;
  /** Sends our knock to each. The server may bring it to a slot that became our own meanwhile: knocks of the own session must be ignored. */
  knock(slots: readonly SlotNumber[]): void;
}

/** guest: whoever has the link. member: whoever may be in the room, by the admission set or, in a named room, by knowing it. */
export type Standing = 'guest' | 'member';

/** nobody: the server was reached, and nobody replied to a round within `timing.knockReplyMs`; stays so while later rounds go on. A doorbell is nobody, too. */
export type Outlook = 'looking' | 'nobody' | 'answered';

/** held: it is ours. taken: somebody else has it, the attempt is over. lost: the connection is gone, the attempt goes on by itself. */
export type SlotState = 'held' | 'taken' | 'lost';

/** refusal: not-now, full, locked, closed, password, version. */
export type KnockReply = 'presence' | 'doorbell' | 'refusal' | 'accept';

/** A member of the own component, but oneself. */
export interface Neighbour {
  readonly session: SessionId;
  /** Those it says that it holds. */
  readonly slots: readonly SlotNumber[];
}

const allSlots: readonly SlotNumber[] = [0, 1, 2];

/** Waits between a guest's rounds; the last one repeats. */
const guestWaitsMs: Waits = [2_000, 5_000, 15_000];
/** Waits after a member's first round: an envelope may be lost, others may be about to claim. */
const memberWaitsMs: Waits = [2_000, 5_000, 15_000];
/** … of a member who holds nothing and knows nobody: only its own knocks can bring it in. */
const strandedWaitsMs: Waits = [2_000, 5_000, 15_000, 30_000];
/** Time between the rounds of a component's first member, ± `healJitter`; the second's has twice that, the third's three times: 12 members make 0.6 rounds a minute. */
const healEveryMs = 300_000;
const healJitter = 0.5;
/** Each rank starts a round so much later than the one before: by then the first one's has been answered, and its result told around. */
const rankDelayMs = 10_000;
/** Neighbours are lost in groups, when a network goes: one round for all of them. */
const lossSettlesMs = 1_000;
/** How long a taken slot is left alone. The server notices a vanished client after 20 to 30 s; beyond that, somebody else lives there. */
const memberRestsMs: Waits = [2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000];
const strandedRestsMs: Waits = [2_000, 5_000, 15_000, 30_000];
const guestRestsMs: Waits = [15_000, 30_000, 60_000];
/** A member whose turn it isn't claims a vacant slot after so long a rank, since the one whose turn it is may not reach the server. */
const turnMs = 3_000;
/** A doorbell has seen our pass and gives its slot up within one signaling trip. */
const doorbellYieldsMs = 500;
/** Somebody came to our doorbell: a member needs this long to claim a slot, where we knock then; */
const echoMs = { from: 300, to: 600 } as const;
/** … and not for each of many who come. */
const echoEveryMs = 2_000;
/** A guest who was let in opens its link in this time; until then it doesn't know its component, and neither claims nor knocks. */
const settleMs = 3_000;
/** … and knows it when nothing was news for so long: a few frames through the mesh. */
const settleQuietMs = 300;
/** The holder of the next higher slot answers a knock this much later, if the lower one says nothing: one signaling round trip and a frame through the mesh. */
const answerStepMs = 400;

export class Rendezvous {
  readonly #ports: RendezvousPorts;
  readonly #timers: NamedTimers<'settle' | 'round' | 'reply' | 'loss' | 'turn' | 'echo' | 'echo-rest' | `rest-${SlotNumber}`>;
  readonly #outlook = new State<Outlook>('looking');
  readonly #holds = new State<readonly SlotNumber[]>([]);
  #standing: Standing;
  #neighbours: readonly Neighbour[] = [];
  #reachable = false;
  /** Nothing is said or claimed until `again`: refused, let in, or stopped. */
  #silent = false;
  #stopped = false;
  /** The one slot that we hold, or try to. */
  #slot: SlotNumber | undefined;
  /** It was held, and its connection is being made again. */
  #regaining = false;
  /** Gave its doorbell up to somebody with standing. */
  #yielded = false;
  /** Rounds since the last reason to look around. */
  #roundsMade = 0;
  /** A member has answered our knock: its link is awaited. */
  #linkPromised = false;
  /** How often each was somebody else's, in a row. */
  readonly #takenBySlot = new Map<SlotNumber, number>();

  constructor(ports: RendezvousPorts, standing: Standing) {
    this.#ports = ports;
    this.#standing = standing;
    this.#timers = new NamedTimers(ports.setTimer);
  }

  get outlook(): Observable<Outlook> {
    return this.#outlook;
  }

  /** Slots held by us now; to be told to the neighbours. */
  get holds(): Observable<readonly SlotNumber[]> {
    return this.#holds;
  }

  /** Whether the own session id stands at the server. */
  setReachable(reachable: boolean): void {
    if (this.#reachable === reachable) return;
    this.#reachable = reachable;
    if (reachable) return this.#lookAround();
    this.#timers.cancel('round', 'reply', 'turn', 'echo');
  }

  slotChanged(slot: SlotNumber, state: SlotState): void {
    // The answer to an attempt that was given up meanwhile.
    if (slot !== this.#slot) return state === 'held' ? this.#ports.release(slot) : undefined;
    switch (state) {
      case 'held':
        return this.#hold(slot);
      case 'lost':
        this.#regaining = true;
        return this.#holds.set([]);
      case 'taken':
        return this.#leaveAlone(slot);
    }
  }

  /**
   * member: the accept that lets us in was checked. guest: we were removed; silent from then on.
   * A new member waits for its link, and for `setNeighbours`, before it claims or knocks.
   */
  setStanding(standing: Standing): void {
    if (this.#standing === standing || this.#stopped) return;
    this.#standing = standing;
    this.#yielded = false;
    this.#timers.cancelAll();
    this.#takenBySlot.clear();
    if (standing === 'guest') return this.#fallSilent();
    this.#silent = false;
    this.#timers.set('settle', settleMs, () => this.#settle());
  }

  /** The own component but oneself, on each change of it or of its slots. */
  setNeighbours(neighbours: readonly Neighbour[]): void {
    const before = this.#neighbours;
    this.#neighbours = neighbours;
    if (this.#standing === 'guest' || this.#stopped) return;
    if (neighbours.length > 0) this.#outlook.set('answered');
    else if (before.length > 0) this.#outlook.set('looking');
    if (lacks(neighbours, before)) this.#lost();
    if (lacks(before, neighbours) && this.#linkPromised) this.#resume();
    // The first link alone doesn't tell which slots the others hold; a moment later they have said.
    if (!this.#timers.has('settle')) this.#claimIfDue();
    else if (neighbours.length > 0) this.#timers.set('settle', settleQuietMs, () => this.#settle());
  }

  /** To a knock of ours. To a `doorbell` and to a `presence` a member must answer with its pass. */
  heardReply(kind: KnockReply): void {
    if (this.#silent || this.#stopped) return;
    // No answer of a member: others may still come, within the same time.
    if (kind === 'doorbell') return this.#heardDoorbell();
    this.#timers.cancel('reply');
    this.#outlook.set('answered');
    if (this.#standing === 'member') {
      // Who was let in a moment ago waits anyway.
      if (kind === 'accept' && !this.#timers.has('settle')) this.#awaitLink();
      if (kind === 'refusal') this.#planRound(memberWaitsMs.length + 1);
      return;
    }
    if (kind === 'accept') return this.#hush();
    if (kind === 'refusal') return this.#fallSilent();
    // Members are there: the place at the door is theirs.
    this.#letGo();
    this.#planRound(0);
  }

  /** A knock came to the slot that we hold as a doorbell: who came may be a member, and hold another slot in a moment. */
  heardKnock(): void {
    if (this.#standing === 'member' || this.#silent || this.#outlook.value === 'answered') return;
    if (this.#timers.has('echo') || this.#timers.has('echo-rest')) return;
    this.#timers.set('echo', echoMs.from + (echoMs.to - echoMs.from) * this.#ports.random(), () => {
      this.#timers.set('echo-rest', echoEveryMs, () => {});
      this.#knock();
    });
  }

  /** A doorbell gives its slot up to somebody whose standing was checked; it doesn't come back to it while still a guest. */
  yield(slot: SlotNumber): void {
    if (this.#standing === 'member' || slot !== this.#slot) return;
    this.#yielded = true;
    this.#letGo();
  }

  /** "Ring again"; a link that was promised did not open; the last link was lost or is interrupted. Begins a round now. */
  again(): void {
    if (this.#stopped) return;
    this.#silent = false;
    this.#forgetTaken();
    if (this.#neighbours.length === 0) this.#outlook.set('looking');
    if (this.#reachable) this.#begin();
  }

  /** The device's own network is another one now, or back. */
  networkChanged(): void {
    this.#forgetTaken();
    if (this.#reachable) this.#lookAround();
  }

  /**
   * How long to wait before answering a knock heard at `slot`: nothing at the lowest of the component's slots, so that one answer is sent and not three. Who
   * answers says `handled` to its neighbours; who hears that meanwhile doesn't answer.
   */
  answerDelayMs(slot: SlotNumber): number {
    const lower = this.#componentSlots();
    return answerStepMs * allSlots.filter((other) => other < slot && lower.has(other)).length;
  }

  /** For good; the slot is released. */
  stop(): void {
    this.#stopped = true;
    this.#fallSilent();
  }

  // Rounds

  /** Something has changed that concerns the whole component: its first member goes at once, the others later. */
  #lookAround(): void {
    const waitMs = this.#rank() * rankDelayMs;
    if (waitMs === 0) return this.#begin();
    this.#claimIfDue();
    if (!this.#silent) this.#timers.set('round', waitMs, () => this.#round());
  }

  /** We were let in a moment ago: those who did it know who is here. */
  #settle(): void {
    if (!this.#reachable) return;
    if (this.#neighbours.length === 0) return this.#lookAround();
    this.#claimIfDue();
    this.#planRound(memberWaitsMs.length + 1);
  }

  #begin(): void {
    this.#roundsMade = 0;
    this.#claimIfDue();
    this.#round();
  }

  #round(): void {
    this.#linkPromised = false;
    if (!this.#active()) return;
    this.#planRound(this.#roundsMade + 1);
    if (this.#knock()) this.#timers.ensure('reply', timing.knockReplyMs, () => this.#unanswered());
  }

  /** False when there was nowhere to knock. */
  #knock(): boolean {
    const held = this.#componentSlots();
    const slots = allSlots.filter((slot) => !held.has(slot));
    if (!this.#active() || slots.length === 0) return false;
    this.#ports.knock(slots);
    return true;
  }

  #planRound(roundsMade: number): void {
    this.#roundsMade = roundsMade;
    if (this.#reachable) this.#timers.set('round', this.#waitMs(), () => this.#round());
  }

  #waitMs(): number {
    const made = Math.max(0, this.#roundsMade - 1);
    const random = this.#ports.random();
    if (this.#standing === 'guest') return jittered(this.#outlook.value === 'answered' ? timing.ringRepeatMs : waitAt(guestWaitsMs, made), timing.jitter, random);
    if (this.#stranded()) return jittered(waitAt(strandedWaitsMs, made), timing.jitter, random);
    const rank = this.#rank();
    if (rank === 0 && made < memberWaitsMs.length) return jittered(waitAt(memberWaitsMs, made), timing.jitter, random);
    return jittered(healEveryMs * (1 + rank), healJitter, random);
  }

  /** Knocks would be for nothing until the link stands, or `again` says that it doesn't. */
  #awaitLink(): void {
    this.#linkPromised = true;
    if (this.#reachable) this.#timers.set('round', timing.linkOpenMs + timing.handshakeMs, () => this.#round());
  }

  /** The link stands; there may be others still. */
  #resume(): void {
    this.#linkPromised = false;
    this.#planRound(this.#roundsMade);
  }

  #unanswered(): void {
    if (this.#standing === 'guest' && this.#outlook.value === 'answered') {
      // Nobody hears the ring any more, or one envelope was lost: the next silence decides.
      this.#outlook.set('looking');
      return this.#begin();
    }
    // Without a slot, somebody else is there: only not yet to be found.
    if (this.#neighbours.length === 0 && !(this.#standing === 'member' && this.#stranded())) this.#outlook.set('nobody');
  }

  #heardDoorbell(): void {
    const resting = this.#timers.has('rest-0');
    if (this.#standing === 'member' && resting) this.#timers.set('rest-0', doorbellYieldsMs, () => this.#claimIfDue());
  }

  #lost(): void {
    this.#forgetTaken();
    this.#timers.ensure('loss', lossSettlesMs, () => {
      if (this.#reachable) this.#lookAround();
    });
  }

  // Slots

  /** Members claim what their component lacks, in the order of their sessions, each one slot; whose turn it isn't, later. */
  #claimIfDue(outOfTurn = false): void {
    if (!this.#active() || this.#slot !== undefined) return;
    if (this.#standing === 'guest') return this.#claimDoorbell();
    const held = this.#componentSlots();
    const vacant = allSlots.filter((slot) => !held.has(slot));
    const wanted = Math.min(allSlots.length, this.#neighbours.length + 1) - held.size;
    if (wanted <= 0) return this.#timers.cancel('turn');
    const before = this.#neighbours.filter(({ session, slots }) => slots.length === 0 && session < this.#ports.session).length;
    if (before >= wanted && !outOfTurn) return this.#timers.ensure('turn', turnMs * (1 + before - wanted), () => this.#claimIfDue(true));
    const open = vacant.filter((slot) => !this.#timers.has(`rest-${slot}`));
    const slot = open[Math.min(before, open.length - 1)];
    if (slot !== undefined) this.#claim(slot);
  }

  #claimDoorbell(): void {
    if (!this.#yielded && this.#outlook.value !== 'answered' && !this.#timers.has('rest-0')) this.#claim(0);
  }

  #claim(slot: SlotNumber): void {
    this.#timers.cancel('turn');
    this.#slot = slot;
    this.#ports.claim(slot);
  }

  #hold(slot: SlotNumber): void {
    const regained = this.#regaining;
    this.#regaining = false;
    this.#takenBySlot.clear();
    this.#holds.set([slot]);
    // From now on we can be found, but those who knocked before could not, unless a neighbour was there to hear them: the first of a component looks for them.
    const foundBefore = this.#neighbours.some(({ slots }) => slots.length > 0);
    if (this.#standing === 'member' && !regained && !foundBefore && this.#rank() === 0 && this.#active()) this.#begin();
  }

  #leaveAlone(slot: SlotNumber): void {
    this.#slot = undefined;
    this.#regaining = false;
    this.#holds.set([]);
    const times = this.#takenBySlot.get(slot) ?? 0;
    this.#takenBySlot.set(slot, times + 1);
    this.#timers.set(`rest-${slot}`, jittered(waitAt(this.#restsMs(), times), timing.jitter, this.#ports.random()), () => this.#claimIfDue());
    this.#claimIfDue();
  }

  #restsMs(): Waits {
    if (this.#standing === 'guest') return guestRestsMs;
    return this.#neighbours.length === 0 ? strandedRestsMs : memberRestsMs;
  }

  /** What was taken may be free by now. */
  #forgetTaken(): void {
    this.#takenBySlot.clear();
    for (const slot of allSlots) this.#timers.cancel(`rest-${slot}`);
  }

  #letGo(): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    this.#slot = undefined;
    this.#regaining = false;
    this.#holds.set([]);
    this.#ports.release(slot);
  }

  // Where we stand

  /** A doorbell that was let in keeps its slot: it will be a member's in a moment. */
  #hush(): void {
    this.#silent = true;
    this.#timers.cancelAll();
  }

  #fallSilent(): void {
    this.#hush();
    this.#letGo();
  }

  #active(): boolean {
    return this.#reachable && !this.#silent && !this.#stopped;
  }

  /** Alone, and not to be found. */
  #stranded(): boolean {
    return this.#neighbours.length === 0 && this.#holds.value.length === 0;
  }

  #rank(): number {
    if (this.#standing === 'guest') return 0;
    return this.#neighbours.filter(({ session }) => session < this.#ports.session).length;
  }

  #componentSlots(): ReadonlySet<SlotNumber> {
    return new Set([...this.#holds.value, ...(this.#standing === 'member' ? this.#neighbours.flatMap(({ slots }) => slots) : [])]);
  }
}

/** Whether a session of `others` is missing in `some`. */
function lacks(some: readonly Neighbour[], others: readonly Neighbour[]): boolean {
  const sessions = new Set(some.map(({ session }) => session));
  return others.some(({ session }) => !sessions.has(session));
}
