/**
 * One visit of a device to the room: the real Rendezvous and Mesh, and around them as little of a session as they need, with the same rules as the real one:
 * who answers a knock and how, what proves standing, and when a link counts.
 */
import { timing } from '../../../src/config';
import type { DeviceId, SessionId } from '../../../src/core/ids';
import { isEntitledToAdmit } from '../../../src/core/membership-rules';
import { Mesh, type MeshPeer } from '../../../src/session/mesh';
import { Rendezvous, type SlotNumber } from '../../../src/session/rendezvous';
import { DeviceAdmission, type Proof } from './admission';
import { openLink, type LinkEnd, type LinkOwner } from './links';
import { Registration } from './signaling';
import type { World } from './world';

/** What goes through the signaling server. */
export type Words =
  | { readonly kind: 'knock'; readonly from: MeshPeer; readonly slot: SlotNumber; readonly number: number }
  | { readonly kind: 'doorbell'; readonly from: MeshPeer; readonly earlier: readonly MeshPeer[] }
  | { readonly kind: 'presence' | 'not-now' | 'come'; readonly from: MeshPeer }
  | { readonly kind: 'candidates'; readonly from: MeshPeer }
  | { readonly kind: 'pass'; readonly from: MeshPeer; readonly proof: Proof }
  | { readonly kind: 'accept'; readonly from: MeshPeer; readonly answers: number; readonly proof: Proof };

/** What goes over a link. */
export type Frame =
  | { readonly kind: 'events'; readonly proof: Proof }
  | { readonly kind: 'admitted' }
  | { readonly kind: 'peers'; readonly peers: readonly MeshPeer[]; readonly slots: readonly SlotNumber[] }
  | { readonly kind: 'relay'; readonly to: SessionId; readonly from: MeshPeer; readonly what: 'approach' | 'meet' }
  | { readonly kind: 'handled'; readonly session: SessionId }
  | { readonly kind: 'ring'; readonly knock: Knock; readonly standIn: boolean }
  | { readonly kind: 'ring-seen'; readonly session: SessionId }
  | { readonly kind: 'ring-over'; readonly device: DeviceId };

type Knock = Extract<Words, { kind: 'knock' }>;

/** A link between the handshake and the decision of both sides. */
interface Candidate {
  readonly end: LinkEnd<Frame>;
  readonly peer: MeshPeer;
  /** What the peer was given: our own proof, or all events. */
  given: 'nothing' | 'proof' | 'everything';
  admitted: boolean;
  admittedByPeer: boolean;
}

interface Linked {
  readonly end: LinkEnd<Frame>;
  readonly peer: MeshPeer;
}

/** How long a neighbour's "handled" keeps us from answering. */
const handledMs = 3_000;
/** How long a person takes at a card, and until they ring again after a no. */
const decides = { fromMs: 1_000, toMs: 15_000 };
const ringsAgain = { fromMs: 20_000, toMs: 60_000 };

export interface PageDevice {
  readonly number: number;
  readonly id: DeviceId;
  readonly admission: DeviceAdmission;
}

export class Page implements LinkOwner<Frame> {
  readonly session: SessionId;
  readonly device: PageDevice;
  readonly rendezvous: Rendezvous;
  readonly mesh: Mesh;
  readonly counts = { rounds: 0, knocks: 0, claims: 0, approaches: 0, timers: 0, frames: 0 };
  readonly #world: World;
  readonly #self: MeshPeer;
  readonly #registration: Registration<Words>;
  readonly #claimBySlot = new Map<SlotNumber, Registration<Words>>();
  readonly #linkedBySession = new Map<SessionId, Linked>();
  readonly #candidates = new Set<Candidate>();
  /** Attempts at a link, whoever began them; each ends when it stands, or after `timing.linkOpenMs`. */
  readonly #tries = new Map<SessionId, () => void>();
  readonly #answeredKnocks = new Map<SessionId, number>();
  readonly #handledAtMs = new Map<SessionId, number>();
  readonly #knockers = new Map<SessionId, Knock>();
  readonly #deferred = new Set<SessionId>();
  readonly #cards = new Set<DeviceId>();
  /** Rings that were brought to hosts, until one of them has it on the screen. */
  readonly #unseen = new Set<SessionId>();
  #arrival: { readonly number: number; promisedBy: SessionId | undefined } = { number: 1, promisedBy: undefined };
  #knockedAtMs = -Infinity;
  #wasIn: boolean;
  #alive = true;

  constructor(world: World, device: PageDevice) {
    const { random } = world.network;
    this.#world = world;
    this.device = device;
    this.#wasIn = device.admission.isIn();
    this.session = random.id() as SessionId;
    this.#self = { session: this.session, sessionKey: new Uint8Array(0), device: device.id, name: `Device ${device.number}` };
    const shared = { session: this.session, random: () => random.next(), setTimer: (afterMs: number, action: () => void) => this.#setCountedTimer(afterMs, action) };
    this.mesh = new Mesh({
      ...shared,
      mayLink: (other) => other !== device.id && device.admission.standing(other) === 'member',
      tell: (neighbour, peers, slots) => this.#send(neighbour, { kind: 'peers', peers, slots }),
      approach: (peer, via) => this.#approach(peer, via),
    });
    this.rendezvous = new Rendezvous(
      { ...shared, claim: (slot) => this.#claim(slot), release: (slot) => this.#release(slot), knock: (slots) => this.#knock(slots) },
      this.#wasIn ? 'member' : 'guest',
    );
    this.mesh.neighbours.subscribe((neighbours) => this.rendezvous.setNeighbours(neighbours));
    this.rendezvous.holds.subscribe((slots) => this.mesh.setOwnSlots(slots));
    this.#registration = new Registration(
      world.server,
      { id: this.session, token: this.session, device: device.number },
      (state) => this.rendezvous.setReachable(state === 'held'),
      (words) => this.#hear(words),
    );
  }

  get deviceNumber(): number {
    return this.device.number;
  }

  get alive(): boolean {
    return this.#alive;
  }

  get isMember(): boolean {
    return this.device.admission.isIn();
  }

  get linked(): readonly MeshPeer[] {
    return [...this.#linkedBySession.values()].map(({ peer }) => peer);
  }

  /** Says goodbye to everybody. */
  leave(): void {
    this.#end();
    for (const { end } of [...this.#linkedBySession.values(), ...this.#candidates]) end.close();
    for (const registration of [this.#registration, ...this.#claimBySlot.values()]) registration.close();
  }

  /** process: the tab is killed, and its sockets with it. power: nobody hears of it. */
  crash(of: 'process' | 'power'): void {
    this.#end();
    for (const { end } of [...this.#linkedBySession.values(), ...this.#candidates]) end.vanish();
    for (const registration of [this.#registration, ...this.#claimBySlot.values()]) {
      if (of === 'process') registration.close();
      else registration.vanish();
    }
  }

  /** This device's person removes another device. */
  remove(device: DeviceId): void {
    this.device.admission.remove(device);
    this.#membershipChanged();
  }

  makeHost(device: DeviceId): void {
    this.device.admission.grant(device, 'host');
    this.#membershipChanged();
  }

  // Slots and knocks

  #claim(slot: SlotNumber): void {
    this.counts.claims++;
    this.#release(slot);
    const registration = new Registration<Words>(
      this.#world.server,
      { id: `slot-${slot}`, token: this.session, device: this.device.number },
      (state) => {
        if (this.#alive && this.#claimBySlot.get(slot) === registration) this.rendezvous.slotChanged(slot, state);
      },
      (words) => this.#hear(words),
    );
    this.#claimBySlot.set(slot, registration);
  }

  #release(slot: SlotNumber): void {
    this.#claimBySlot.get(slot)?.close();
    this.#claimBySlot.delete(slot);
  }

  #knock(slots: readonly SlotNumber[]): void {
    this.counts.rounds++;
    if (this.#comingIn()) return;
    if (this.#arrival.promisedBy) this.#arrival = { number: this.#arrival.number + 1, promisedBy: undefined };
    this.#knockedAtMs = this.#world.network.clock.nowMs;
    for (const slot of slots) {
      this.counts.knocks++;
      this.#registration.send(`slot-${slot}`, { kind: 'knock', from: this.#self, slot, number: this.#arrival.number });
    }
  }

  /** A knock of ours may still be answered, or the link that answers it is on its way. */
  #arriving(): boolean {
    return this.#world.network.clock.nowMs - this.#knockedAtMs < timing.knockReplyMs || this.#comingIn();
  }

  /** A link that answers our knock is on its way. */
  #comingIn(): boolean {
    const { promisedBy } = this.#arrival;
    return promisedBy !== undefined && this.#tries.has(promisedBy);
  }

  #hear(words: Words): void {
    if (!this.#alive || words.from.session === this.session) return;
    switch (words.kind) {
      case 'knock':
        return this.#hearKnock(words);
      case 'pass':
        return this.#hearPass(words.from, words.proof);
      case 'candidates':
        if (this.#answeredKnocks.has(words.from.session)) openLink(this.#world.network, this, this.#world.page(words.from.session));
        return;
      default:
        return this.#hearReply(words);
    }
  }

  // Our own knocks, and what comes of them

  #hearReply(words: Exclude<Words, { kind: 'knock' | 'pass' | 'candidates' }>): void {
    if (this.#arrival.promisedBy) return;
    switch (words.kind) {
      case 'presence':
        this.rendezvous.heardReply('presence');
        if (this.isMember) this.#showPass(words.from);
        return;
      case 'doorbell':
        this.rendezvous.heardReply('doorbell');
        return this.#greetDoorbell(words.from, words.earlier);
      case 'come':
        return this.rendezvous.heardKnock();
      case 'not-now':
        this.rendezvous.heardReply('refusal');
        this.#setTimer(this.#world.network.random.between(ringsAgain.fromMs, ringsAgain.toMs), () => this.rendezvous.again());
        return;
      case 'accept':
        return this.#comeIn(words);
    }
  }

  #showPass(to: MeshPeer): void {
    const proof = this.device.admission.prove(this.device.id);
    if (proof) this.#say(to, { kind: 'pass', from: this.#self, proof });
  }

  #greetDoorbell(doorbell: MeshPeer, earlier: readonly MeshPeer[]): void {
    if (!this.isMember) return;
    this.#showPass(doorbell);
    for (const knocker of earlier) if (knocker.session !== this.session) this.#say(knocker, { kind: 'come', from: this.#self });
  }

  #comeIn({ from, answers, proof }: Extract<Words, { kind: 'accept' }>): void {
    const { admission, id } = this.device;
    if (answers !== this.#arrival.number) return;
    if (!admission.wouldTrust(from.device, proof)) return this.#contradict(from, proof);
    // What we know may be old, or lack what an event names: the accept alone must do, and the link brings the rest.
    if (!admission.wouldTrust(id, proof) && !DeviceAdmission.trusts(id, proof)) return;
    this.#arrival.promisedBy = from.session;
    this.rendezvous.heardReply('accept');
    this.#world.granted(id);
    this.#try(from.session);
    this.#take(proof);
    this.#say(from, { kind: 'candidates', from: this.#self });
  }

  // The door

  #hearKnock(knock: Knock): void {
    if (!this.isMember) return this.#ringDoorbell(knock);
    if (knock.from.device === this.device.id) return;
    const { clock } = this.#world.network;
    const delayMs = this.rendezvous.answerDelayMs(knock.slot);
    if (delayMs === 0) return this.#answer(knock);
    this.#setTimer(delayMs, () => {
      if (clock.nowMs - (this.#handledAtMs.get(knock.from.session) ?? -Infinity) >= handledMs) this.#answer(knock);
    });
  }

  #ringDoorbell(knock: Knock): void {
    this.#remember(knock);
    const earlier = [...this.#knockers.values()].map(({ from }) => from).filter(({ session }) => session !== knock.from.session);
    this.#say(knock.from, { kind: 'doorbell', from: this.#self, earlier: earlier.slice(-8) });
    this.rendezvous.heardKnock();
  }

  #answer(knock: Knock): void {
    const { session, device } = knock.from;
    this.#handledAtMs.set(session, this.#world.network.clock.nowMs);
    this.#broadcast({ kind: 'handled', session });
    switch (this.device.admission.standing(device)) {
      case 'member':
        return this.#letMemberIn(knock);
      case 'removed':
      case 'unknown':
        return this.#ring(knock);
    }
  }

  /** Who was removed, or let in by somebody who was, may not have heard of it: the removals of all who are named in its proof. */
  #contradict(peer: MeshPeer, { events }: Proof): void {
    const named = events.flatMap((event) => (event.kind === 'pass' ? [event.issuer, event.subject] : [event.issuer]));
    const proof = this.device.admission.proveRemoval(...new Set([peer.device, ...named]));
    if (proof && proof.events.length > 0) this.#say(peer, { kind: 'pass', from: this.#self, proof });
  }

  /** Both may knock at each other at once: the smaller session's knock is answered, unless that reaches nobody. */
  #letMemberIn(knock: Knock): void {
    const { session } = knock.from;
    if (this.#arriving() && this.session < session && !this.#deferred.has(session)) return void this.#deferred.add(session);
    this.#deferred.delete(session);
    this.#letIn(knock);
  }

  #letIn(knock: Knock): void {
    const { from, number } = knock;
    const proof = this.device.admission.prove(this.device.id, from.device);
    if (!proof) return;
    if (this.#answeredKnocks.get(from.session) !== number || !this.#tries.has(from.session)) this.#try(from.session);
    this.#answeredKnocks.set(from.session, number);
    this.#say(from, { kind: 'accept', from: this.#self, answers: number, proof });
  }

  #ring(knock: Knock): void {
    this.#remember(knock);
    this.#say(knock.from, { kind: 'presence', from: this.#self });
    const { session } = knock.from;
    const hosts = this.linked.filter(({ device }) => this.#roleOf(device) !== 'member');
    this.#showCard(knock, hosts.length === 0);
    if (hosts.length === 0) return this.#broadcast({ kind: 'ring', knock, standIn: true });
    for (const host of hosts) this.#send(host.session, { kind: 'ring', knock, standIn: false });
    if (this.#unseen.has(session)) return;
    this.#unseen.add(session);
    // A host that is linked may be gone all the same.
    this.#setTimer(timing.ringSeenMs, () => {
      if (!this.#unseen.delete(session)) return;
      this.#showCard(knock, true);
      this.#broadcast({ kind: 'ring', knock, standIn: true });
    });
  }

  /** False when this device's person may not decide. */
  #showCard(knock: Knock, standIn: boolean): boolean {
    const { random, conditions } = this.#world.network;
    const { device } = knock.from;
    if (this.device.admission.standing(device) === 'member' || !this.#mayDecide(device, standIn)) return false;
    if (this.#cards.has(device)) return true;
    this.#cards.add(device);
    this.#setTimer(random.between(decides.fromMs, decides.toMs), () => {
      if (!this.#cards.delete(device) || this.device.admission.standing(device) === 'member' || !this.#mayDecide(device, standIn)) return;
      this.#broadcast({ kind: 'ring-over', device });
      if (random.chance(conditions.failing)) return this.#say(knock.from, { kind: 'not-now', from: this.#self });
      this.device.admission.grant(device);
      this.#membershipChanged();
      this.#letIn(knock);
    });
    return true;
  }

  /** `standIn`: no host has answered. Who was removed is let in by owner and hosts alone. */
  #mayDecide(on: DeviceId, standIn: boolean): boolean {
    const { membership } = this.device.admission;
    if (this.device.admission.standing(on) === 'removed' && this.#roleOf(this.device.id) === 'member') return false;
    return membership !== undefined && isEntitledToAdmit(membership, this.device.id, !standIn);
  }

  #roleOf(device: DeviceId): 'owner' | 'host' | 'member' {
    return this.device.admission.membership?.members.get(device)?.role ?? 'member';
  }

  /** Somebody shows standing that we didn't know of, or that it or we were removed. */
  #hearPass(from: MeshPeer, proof: Proof): void {
    const { admission } = this.device;
    if (!this.isMember) {
      if (admission.wouldTrust(from.device, proof)) for (const slot of this.rendezvous.holds.value) this.rendezvous.yield(slot);
      return;
    }
    this.#take(proof);
    const knock = this.#knockers.get(from.session);
    if (!knock || !this.isMember) return;
    if (admission.standing(from.device) === 'member') return this.#letIn(knock);
    // A contradiction isn't contradicted, or two who disagree would never end.
    if (proof.events.every(({ kind }) => kind !== 'removal')) this.#contradict(from, proof);
  }

  #remember(knock: Knock): void {
    this.#knockers.delete(knock.from.session);
    this.#knockers.set(knock.from.session, knock);
  }

  #say(to: MeshPeer, words: Words): void {
    this.#registration.send(to.session, words);
  }

  // Links

  #approach(peer: MeshPeer, via: SessionId): void {
    this.counts.approaches++;
    this.#try(peer.session);
    this.#send(via, { kind: 'relay', to: peer.session, from: this.#self, what: 'approach' });
  }

  #hearRelayed(from: MeshPeer, what: 'approach' | 'meet', via: SessionId): void {
    if (what === 'meet') return openLink(this.#world.network, this, this.#world.page(from.session));
    if (!this.mesh.toldOf(from.session).some(({ device }) => device === from.device)) return;
    this.mesh.approached(from.session);
    this.#try(from.session);
    this.#send(via, { kind: 'relay', to: from.session, from: this.#self, what: 'meet' });
  }

  #try(session: SessionId): void {
    this.#tries.get(session)?.();
    this.#tries.set(
      session,
      this.#setTimer(timing.linkOpenMs, () => this.#tryEnded(session)),
    );
  }

  #tryEnded(session: SessionId): void {
    this.#tries.get(session)?.();
    this.#tries.delete(session);
    this.mesh.attemptEnded(session);
    if (this.#linkedBySession.size === 0) this.rendezvous.again();
  }

  linkOpened(end: LinkEnd<Frame>): void {
    const peer = this.#world.page(end.peer.session).#self;
    const candidate: Candidate = { end, peer, given: 'nothing', admitted: false, admittedByPeer: false };
    this.#candidates.add(candidate);
    end.listen(
      (frame) => this.#hearFrame(candidate, frame),
      () => this.#closed(candidate),
    );
    this.#setTimer(timing.handshakeMs, () => this.#candidates.has(candidate) && this.#drop(candidate));
    this.#consider(candidate);
  }

  /** Supplies a member with all events, a removed one with what removed it, anybody else with our own proof. */
  #consider(candidate: Candidate): void {
    const { admission } = this.device;
    const { end, peer } = candidate;
    switch (admission.standing(peer.device)) {
      case 'removed':
        this.#give(candidate, admission.proveRemoval(peer.device));
        return this.#drop(candidate);
      case 'unknown':
        if (candidate.given === 'nothing') this.#give(candidate, admission.prove(this.device.id));
        candidate.given = 'proof';
        return;
      case 'member':
        if (candidate.given !== 'everything') this.#give(candidate, admission.all());
        candidate.given = 'everything';
        // By our own events we may not be in, though the other says so: then its events decide, or ours tell it better.
        if (candidate.admitted || !this.isMember) return;
        candidate.admitted = true;
        end.send({ kind: 'admitted' });
        return this.#establish(candidate);
    }
  }

  #give({ end }: Candidate, proof: Proof | undefined): void {
    if (proof) end.send({ kind: 'events', proof });
  }

  /** Of two links to one session the newer stays, at both sides; of two sessions of a device the one linked last. */
  #establish(candidate: Candidate): void {
    if (!candidate.admitted || !candidate.admittedByPeer || !this.#candidates.delete(candidate)) return;
    const { end, peer } = candidate;
    this.#world.checkLink(this, peer);
    const current = this.#linkedBySession.get(peer.session);
    if (current && current.end.number > end.number && current.end.isOpen) return end.close();
    this.#linkedBySession.set(peer.session, { end, peer });
    this.#tries.get(peer.session)?.();
    this.#tries.delete(peer.session);
    this.mesh.linked(peer);
    current?.end.close();
    for (const [session, other] of this.#linkedBySession) if (other.peer.device === peer.device && session !== peer.session) this.#unlink(session, other);
  }

  #unlink(session: SessionId, { end }: Linked): void {
    this.#linkedBySession.delete(session);
    end.close();
    this.mesh.unlinked(session);
  }

  #drop(candidate: Candidate): void {
    this.#candidates.delete(candidate);
    candidate.end.close();
    if (this.#tries.has(candidate.peer.session)) this.#tryEnded(candidate.peer.session);
  }

  #closed(candidate: Candidate): void {
    if (!this.#alive) return;
    const { session } = candidate.peer;
    if (this.#candidates.has(candidate)) return this.#drop(candidate);
    if (this.#linkedBySession.get(session)?.end !== candidate.end) return;
    this.#linkedBySession.delete(session);
    this.mesh.unlinked(session);
    if (this.#linkedBySession.size === 0) this.rendezvous.again();
  }

  #hearFrame(candidate: Candidate, frame: Frame): void {
    if (!this.#alive) return;
    const { peer } = candidate;
    if (frame.kind === 'events') return this.#take(frame.proof, candidate);
    if (frame.kind === 'admitted') {
      candidate.admittedByPeer = true;
      return this.#establish(candidate);
    }
    // Nothing else is heard before both have admitted.
    if (this.#linkedBySession.get(peer.session)?.end !== candidate.end) return;
    switch (frame.kind) {
      case 'peers':
        return this.mesh.heard(peer.session, frame.peers, frame.slots);
      case 'handled':
        return void this.#handledAtMs.set(frame.session, this.#world.network.clock.nowMs);
      case 'ring':
        if (this.#showCard(frame.knock, frame.standIn)) this.#send(peer.session, { kind: 'ring-seen', session: frame.knock.from.session });
        return;
      case 'ring-seen':
        return void this.#unseen.delete(frame.session);
      case 'ring-over':
        return void this.#cards.delete(frame.device);
      case 'relay':
        return frame.to === this.session ? this.#hearRelayed(frame.from, frame.what, peer.session) : this.#send(frame.to, frame);
    }
  }

  #take(proof: Proof, from?: Candidate): void {
    const news = this.device.admission.take(proof);
    if (news.length > 0) this.#membershipChanged({ ...proof, events: news }, from);
    else if (from && this.#candidates.has(from)) this.#consider(from);
  }

  /** Tells the news around, closes the links of those who were removed, and looks again at those who wait. */
  #membershipChanged(news = this.device.admission.all(), from?: Candidate): void {
    const { admission } = this.device;
    for (const [session, linked] of [...this.#linkedBySession]) {
      const removed = admission.standing(linked.peer.device) !== 'member';
      const proof = removed ? admission.proveRemoval(linked.peer.device) : news;
      if (proof && linked.end !== from?.end) linked.end.send({ kind: 'events', proof });
      if (removed) this.#unlink(session, linked);
    }
    if (this.#wasIn && !this.isMember) return this.#world.fellOut(this);
    this.#wasIn = this.isMember;
    this.rendezvous.setStanding(this.isMember ? 'member' : 'guest');
    for (const candidate of [...this.#candidates]) this.#consider(candidate);
    this.mesh.membershipChanged();
  }

  // Odds and ends

  #send(session: SessionId, frame: Frame): void {
    this.counts.frames++;
    this.#linkedBySession.get(session)?.end.send(frame);
  }

  #broadcast(frame: Frame): void {
    for (const session of this.#linkedBySession.keys()) this.#send(session, frame);
  }

  #setTimer(afterMs: number, action: () => void): () => void {
    return this.#world.network.clock.setTimer(afterMs, () => {
      if (this.#alive) action();
    });
  }

  #setCountedTimer(afterMs: number, action: () => void): () => void {
    return this.#setTimer(afterMs, () => {
      this.counts.timers++;
      action();
    });
  }

  #end(): void {
    this.#alive = false;
    this.rendezvous.stop();
    this.mesh.stop();
  }
}
