/**
 * Taking part in one room, from this tab: holds the room's lock, and owns who is in the room, what is said and who calls.
 *
 *     lock held → Entrance (the link's slots, knocks, rings) → links → Roster → Neighbourhood (links to all others) → Conversation, Call
 *     lock lost to another tab → everything closes, phase "elsewhere" → "Use here" → all of it anew
 *
 * Who may be in the room is what Admission makes of its signed events; in a room that is known by name, everybody who came in may.
 */
import { limits, timing } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { DeviceId, InviteCode, NamedRoomCode, RoomCode, SessionId } from '../core/ids';
import { defaultSettings, type Membership, type Role, type RoomSettings } from '../core/membership';
import { State, watch, type Observable } from '../core/observable';
import { backoffMs } from '../core/wait';
import type { CloseReason } from '../network/link';
import type { ControlFrame, Frame } from '../protocol/frames';
import { deriveDeviceId, deriveInviteCode, saltBytes } from '../protocol/invite';
import { deriveRoomKeys, gateSalt } from '../protocol/room-keys';
import type { RoomHold } from '../storage/room-lock';
import type { RoomRecord } from '../storage/room-store';
import { Acquaintances } from './acquaintances';
import { Admission } from './admission';
import { AdmissionExchange } from './admission-exchange';
import { Call } from './call';
import { connectionStatus } from './connection-status';
import { Conversation } from './conversation';
import type { DoorFrame } from './door';
import { Entrance, type EntranceRoom } from './entrance';
import type { ConnectionStatus, Person, RingId, RingQueue, RoomFace, RoomPhase, RoomSettingsPatch, RoomSettingsView } from './faces';
import { createSessionSelf, type SessionSelf } from './introductions';
import { Neighbourhood } from './neighbourhood';
import { RingDesk } from './ring-desk';
import type { RoomParts } from './room-parts';
import { Roster, type Member, type Standing } from './roster';

/** try: unless another tab has the room. wait: when it is free. take-over: now, from whoever has it. */
export type OpenMode = 'try' | 'wait' | 'take-over';

/** What the page around the room is told. */
export interface RoomPage {
  /** Somebody was let in by hand: a pending room is a room now. */
  onAccept(): void;
  /** The person left. */
  onLeave(): void;
  /** The room is no longer on this device. */
  onForgotten(): void;
}

/** Everything that ends when the lock goes. */
interface Stay {
  readonly hold: RoomHold;
  readonly self: SessionSelf;
  readonly neighbourhood: Neighbourhood;
  entrance: Entrance;
  /** For members who were away when the link changed: by the link that they know. */
  readonly backDoors: Map<InviteCode, Entrance>;
}

const doorFrames: ReadonlySet<Frame['kind']> = new Set<DoorFrame['kind']>(['handled', 'ring', 'ring-seen', 'ring-over']);

export class RoomSession implements RoomFace {
  readonly kind: RoomFace['kind'];
  readonly alias: RoomRecord['alias'];
  readonly conversation: Conversation;
  readonly call: Call;
  readonly #parts: RoomParts;
  readonly #page: RoomPage;
  readonly #admission: Admission;
  readonly #exchange: AdmissionExchange;
  readonly #acquaintances: Acquaintances;
  readonly #roster: Roster;
  readonly #desk = new RingDesk();
  readonly #abort = new AbortController();
  readonly #phase = new State<RoomPhase>('looking');
  readonly #status = new State<ConnectionStatus>({ kind: 'looking' });
  readonly #title: State<readonly string[]>;
  readonly #link: State<string>;
  readonly #role = new State<Role | undefined>(undefined);
  readonly #settings = new State<RoomSettingsView>(viewOf(undefined));
  readonly #people = new State<readonly Person[]>([]);
  readonly #greeted = new WeakSet<Member['link']>();
  #record: RoomRecord;
  #waiting = new AbortController();
  #stay: Stay | undefined;
  #closing = false;
  #lastNames: readonly string[];
  #ownGate: Uint8Array<ArrayBuffer> | undefined;
  #saltToldUs: Uint8Array<ArrayBuffer> | undefined;
  #hadLink = false;
  #forgotten = false;
  /** Counts entrances, so that a slow one doesn't take the place of a later one. */
  #renewals = 0;
  /** Links in a row that ended as soon as they stood. */
  #shortLinks = 0;
  /** Removed, and has pressed "Ring again" since. */
  #ringsAgain = false;
  /** In a room known by name: the person has chosen to stay in it alone. */
  #waitsHere = false;
  #unreachableSinceMs: number | undefined;
  #reconnectingSinceMs: number | undefined;
  #disconnectedTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #impatience = new Map<SessionId, ReturnType<typeof setTimeout>>();
  /** Links that have been down for so long that we look for another way to the same peer. */
  readonly #givenUp = new Set<SessionId>();
  #countersigning: ReturnType<typeof setTimeout> | undefined;
  /** Links in a row that were agreed on and never opened. */
  #failures = 0;

  /** Loads what is kept of the room; `start` does the rest. */
  static async load(parts: RoomParts, record: RoomRecord, page: RoomPage): Promise<RoomSession> {
    const { identity } = parts;
    const salt = decodeBase64Url(record.saltBase64 ?? '');
    const [admission, acquaintances, history] = await Promise.all([
      parts.admissionOf(record.alias).then((store) => Admission.open({ store, identity, now: parts.now, ...(record.role === 'owner' && salt && { own: { salt } }) })),
      Acquaintances.load(parts.people, record.alias, parts.now),
      parts.historyOf(record.alias),
    ]);
    const session: { current?: RoomSession } = {};
    const roster = new Roster({
      ownDevice: identity.deviceId,
      now: parts.now,
      isInside: () => session.current?.isInside() ?? false,
      standing: (device) => session.current?.standing(device) ?? 'unknown',
      sinceMs: (device) => admission.membership.value?.members.get(device)?.sinceMs ?? 0,
      onWaiting: (link, peer) => session.current?.meet(link, peer.device),
      onGone: (name) => parts.notices.show({ kind: 'person-gone', name }),
      onRefused: (reason) => session.current?.hearRefusal(reason),
      onFull: () => parts.notices.show({ kind: 'room-full', maximum: limits.peopleInRoom }),
    });
    const conversation = await Conversation.load(history, record.draft, {
      profile: identity.profile,
      members: roster.members,
      now: parts.now,
      saveDraft: (text) => void parts.rooms.saveDraft(record.alias, text),
    });
    session.current = new RoomSession(parts, record, { admission, acquaintances, roster, conversation }, page);
    return session.current;
  }

  private constructor(
    parts: RoomParts,
    record: RoomRecord,
    own: { readonly admission: Admission; readonly acquaintances: Acquaintances; readonly roster: Roster; readonly conversation: Conversation },
    page: RoomPage,
  ) {
    this.#parts = parts;
    this.#page = page;
    this.#record = record;
    this.#admission = own.admission;
    this.#acquaintances = own.acquaintances;
    this.#roster = own.roster;
    this.conversation = own.conversation;
    this.kind = isNamed(record.code) ? 'named' : 'link';
    this.alias = record.alias;
    this.#lastNames = record.peopleNames;
    this.#ownGate = gateOf(record.gateBase64);
    this.#link = new State(`${parts.origin}/#${record.code}`);
    this.#exchange = new AdmissionExchange(own.admission, parts.identity.deviceId, (device) => this.standing(device));
    this.#title = new State(this.#names());
    const { signal } = this.#abort;
    this.call = new Call(parts.media, parts.notices, own.roster.members, signal);
    own.roster.members.subscribe((members) => this.#followMembers(members));
    own.roster.present.subscribe(() => this.#followPeople());
    own.acquaintances.version.subscribe(() => this.#followPeople());
    this.#phase.subscribe(() => this.#refreshStatus());
    if (record.closed) this.#phase.set('closed');
    watch(own.admission.membership, signal, (membership) => this.#followMembership(membership));
    let first = true;
    watch(parts.identity.profile, signal, () => {
      if (!first) this.#tellProfile();
      first = false;
    });
  }

  get link(): Observable<string> {
    return this.#link;
  }

  get role(): Observable<Role | undefined> {
    return this.#role;
  }

  get settings(): Observable<RoomSettingsView> {
    return this.#settings;
  }

  get phase(): Observable<RoomPhase> {
    return this.#phase;
  }

  get status(): Observable<ConnectionStatus> {
    return this.#status;
  }

  get people(): Observable<readonly Person[]> {
    return this.#people;
  }

  get title(): Observable<readonly string[]> {
    return this.#title;
  }

  get rings(): Observable<RingQueue> {
    return this.#desk.queue;
  }

  /** Takes the room's lock as `mode` says and goes live. Resolves when live, or when it is clear that another tab has the room. */
  async start(mode: OpenMode): Promise<void> {
    if (this.#phase.value === 'closed') return;
    // A wait that is still queued would come true later, and be taken from by ourselves.
    this.#waiting.abort();
    this.#waiting = new AbortController();
    const hold = await this.#takeLock(mode, AbortSignal.any([this.#waiting.signal, this.#abort.signal]));
    if (this.#abort.signal.aborted) hold?.release();
    else if (hold) await this.#goLive(hold).catch((cause: unknown) => this.#giveUp(hold, cause));
    else if (!this.#stay) this.#phase.set('elsewhere');
  }

  accept(ring: RingId): void {
    void this.#stay?.entrance.door.accept(ring);
  }

  notNow(ring: RingId): void {
    void this.#stay?.entrance.door.notNow(ring);
  }

  ringAgain(): void {
    if (!this.#stay) return;
    this.#ringsAgain = true;
    this.#phase.set('looking');
    this.#stay.entrance.again();
  }

  async enterPassword(password: string): Promise<void> {
    const gate = password === '' ? undefined : await this.#deriveGate(password);
    this.#ownGate = gate;
    await this.#updateRecord((record) => withGate(record, gate));
    await this.#renewEntrance();
    this.#phase.set('looking');
  }

  waitHere(): void {
    this.#waitsHere = true;
    this.#keepNamed();
    if (this.#phase.value === 'empty') this.#phase.set('inside');
  }

  async remove(person: DeviceId, changeLink: boolean): Promise<void> {
    await this.#admission.remove(person);
    if (changeLink) await this.changeLink();
  }

  async setHost(person: DeviceId, host: boolean): Promise<void> {
    await this.#admission.setHost(person, host);
  }

  async markVerified(person: DeviceId, verified: boolean): Promise<void> {
    const name = this.#people.value.find(({ id }) => id === person)?.name ?? '';
    await this.#acquaintances.setVerified(person, name, verified);
  }

  acknowledgeChangedKey(person: DeviceId): Promise<void> {
    this.#parts.notices.clear('changed-key');
    return this.#acquaintances.acknowledge(person);
  }

  async changeSettings({ policy, standIn, password, ...plain }: RoomSettingsPatch): Promise<void> {
    if (policy !== undefined || standIn !== undefined) {
      const now = this.#settings.value;
      await this.#admission.changeRule({ policy: policy ?? now.policy, standIn: standIn ?? now.standIn });
    }
    const gate = password === undefined ? undefined : { gate: password === '' ? '' : encodeBase64Url(await this.#deriveGate(password)) };
    const patch: Partial<RoomSettings> = { ...plain, ...gate };
    if (Object.keys(patch).length > 0) await this.#admission.changeSettings(patch);
  }

  async changeLink(): Promise<void> {
    await this.#admission.changeLink(crypto.getRandomValues(new Uint8Array(saltBytes)));
  }

  async closeRoom(): Promise<void> {
    await this.#admission.changeSettings({ closed: true });
  }

  async forget(): Promise<void> {
    if (this.#settings.value.oneOff && this.#role.value === 'owner') await this.closeRoom();
    await this.#forget();
  }

  useHere(): void {
    if (this.#phase.value === 'elsewhere') void this.start('take-over');
  }

  leave(): void {
    this.close();
    this.#page.onLeave();
  }

  /** Says goodbye, and lets go of everything. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    const withdrawn = this.#stay?.entrance.arrival.withdraw();
    this.call.leave();
    this.#roster.closeAll('leaving');
    this.#endDisconnection();
    clearTimeout(this.#countersigning);
    // A withdrawal takes a moment to seal, and goes by what the abort ends.
    if (withdrawn) void withdrawn.finally(() => this.#abort.abort());
    else this.#abort.abort();
  }

  /** The page goes, perhaps only to be reloaded. */
  sayAway(): void {
    void this.#stay?.entrance.arrival.withdraw();
    this.#roster.sayAway();
  }

  /** What the admission events say of a device; in a room known by name, whoever has passed the handshake is in. */
  standing(device: DeviceId): Standing {
    if (this.kind === 'named') return 'member';
    const membership = this.#admission.membership.value;
    if (membership?.members.has(device)) return 'member';
    return membership?.removed.has(device) ? 'removed' : 'unknown';
  }

  /** A link whose handshake is through: what admits it, and us, is exchanged. */
  meet(link: Member['link'], device: DeviceId): void {
    if (this.kind === 'link') this.#exchange.greet(link, device);
  }

  /** A link ended before its peer was in. */
  hearRefusal(reason: CloseReason): void {
    if (reason.kind === 'refused') {
      if (reason.reason === 'version') return this.#parts.notices.show({ kind: 'version-mismatch' });
      this.#parts.notices.show({ kind: 'handshake-refused', reason: reason.reason });
    }
    if (reason.kind === 'bye' && reason.reason === 'full') return this.#parts.notices.show({ kind: 'room-full', maximum: limits.peopleInRoom });
    if (reason.kind === 'failed' || reason.kind === 'timeout') this.#failures += 1;
    // Once may be chance; twice is a network that lets nothing through.
    if (this.#failures >= 2 && this.#roster.members.value.length === 0) this.#parts.notices.show({ kind: 'connection-failed' });
    this.#tryAgainSoon();
  }

  /** Something that a room needs could not be had: the fault is told, and "Use here" tries again. */
  #giveUp(hold: RoomHold, cause: unknown): never {
    hold.release();
    this.#phase.set('elsewhere');
    throw cause;
  }

  async #takeLock(mode: OpenMode, signal: AbortSignal): Promise<RoomHold | undefined> {
    const lock = this.#parts.lockOf(this.alias);
    if (mode === 'take-over') return lock.takeOver();
    const hold = await lock.tryHold();
    if (hold || mode === 'try') return hold;
    this.#phase.set('elsewhere');
    return lock.waitToHold(signal).catch(() => undefined); // Given up: the room was left, or taken over instead.
  }

  async #goLive(hold: RoomHold): Promise<void> {
    hold.signal.addEventListener('abort', () => this.#letGo(hold), { once: true });
    this.#abort.signal.addEventListener('abort', () => hold.release(), { once: true, signal: hold.signal });
    this.#parts.notices.clear('disconnected');
    const [self, record] = await Promise.all([createSessionSelf(this.#parts), this.#parts.rooms.byAlias(this.alias), this.#admission.reload(isNamed(this.#record.code) ? undefined : this.#record.code), this.conversation.reload()]);
    if (record) this.#record = record;
    this.#ownGate = gateOf(this.#record.gateBase64);
    const code = await this.#codeInForce();
    const entrance = hold.signal.aborted ? undefined : await this.#openEntrance(code, self, hold.signal);
    if (!entrance || hold.signal.aborted) {
      entrance?.close();
      if (!this.#abort.signal.aborted && !this.#stay) this.#phase.set('elsewhere');
      return;
    }
    const neighbourhood = this.#openNeighbourhood(self, hold.signal);
    this.#stay = { hold, self, neighbourhood, entrance, backDoors: new Map() };
    neighbourhood.attach(entrance.introductions);
    this.#unreachableSinceMs = this.#parts.now();
    this.#followEntrance(entrance);
    this.#followMembership(this.#admission.membership.value);
    this.#refreshPhase();
    // Seconds are counted for the person, so once a second is enough; hidden pages may do with less.
    const ticker = setInterval(() => this.#refreshStatus(), 1_000);
    hold.signal.addEventListener('abort', () => clearInterval(ticker), { once: true });
  }

  #openNeighbourhood(self: SessionSelf, signal: AbortSignal): Neighbourhood {
    const neighbourhood = new Neighbourhood(
      {
        session: self.certificate.session,
        random: this.#parts.random,
        mayLink: (device) => this.standing(device) === 'member' && device !== this.#parts.identity.deviceId,
        introductions: () => this.#stay?.entrance.introductions,
        members: this.#roster.members,
        expect: (link, device) => this.#roster.expect(link, device),
      },
      signal,
    );
    watch(neighbourhood.neighbours, signal, () => this.#followComponent());
    watch(neighbourhood.connecting, signal, () => this.#followPeople());
    return neighbourhood;
  }

  async #openEntrance(code: RoomCode, self: SessionSelf, signal: AbortSignal): Promise<Entrance> {
    const keys = await (isNamed(code) ? deriveRoomKeys(decodeBase64Url(this.#record.baseBase64 ?? '') ?? new Uint8Array(), this.#ownGate) : deriveRoomKeys(code));
    return new Entrance({ parts: this.#parts, keys, self, desk: this.#desk, standing: this.isInside() ? 'member' : 'guest' }, this.#roomFor(code), signal);
  }

  /** What an entrance is told of the room, and may do in it. */
  #roomFor(code: RoomCode): EntranceRoom {
    const { identity, now, random, media, notices } = this.#parts;
    const own = identity.deviceId;
    return {
      ownDevice: own,
      now,
      random,
      isInside: () => this.isInside(),
      standing: (device) => this.standing(device),
      isOpen: () => this.kind === 'named' || this.#membership?.rule.rule.policy === 'open',
      state: () => (this.#settingsInForce.closed ? 'closed' : this.#settingsInForce.locked ? 'locked' : 'open'),
      hasPlace: (device, onTheWay) => this.#hasPlace(device, onTheWay),
      isLinked: (session) => this.#roster.members.value.some((member) => member.session === session && !member.link.interrupted.value),
      deciders: (device, standIn) => this.#deciders(device, standIn),
      gate: () => (this.kind === 'named' ? this.#ownGate : gateOf(this.#settingsInForce.gate)),
      ownGate: () => this.#ownGate,
      gateSalt: () => this.#gateSalt(),
      keepGateSalt: (salt) => (this.#saltToldUs = salt),
      membersOnly: false,
      gateForAll: this.kind === 'named',
      grant: (deviceKey) => this.#grant(deviceKey),
      proof: (devices) => (this.kind === 'named' ? [] : [...new Set(devices.flatMap((device) => this.#admission.prove(device)))]),
      proofOfClosing: () => this.#admission.proveClosing(),
      contradict: (tokens) => this.#admission.contradict(tokens),
      learn: (tokens) => this.#take(tokens, code),
      ownProof: () => (this.kind === 'link' && this.isInside() ? this.#admission.prove(own) : []),
      trusts: async (device, tokens) => {
        if (this.kind === 'named') return true;
        await this.#take(tokens, code);
        return this.standing(device) === 'member';
      },
      trustsForUs: async (device, tokens) => {
        if (this.kind === 'named') return true;
        await this.#take(tokens, code);
        if (this.standing(device) !== 'member') return false;
        return this.standing(own) === 'member' || this.#admission.admits(tokens, own, isNamed(code) ? undefined : code);
      },
      expect: (link, device, session, sessionKey) => {
        this.#stay?.neighbourhood.learn(session, sessionKey);
        this.#roster.expect(link, device);
      },
      relay: (via, to, envelope) => this.#stay?.neighbourhood.relay(via, to, envelope),
      send: (to, frame) => {
        for (const { session, link } of this.#roster.members.value) if (to === 'everybody' || to.includes(session)) link.send(frame);
      },
      onRing: () => media.ring(),
      onFull: () => notices.show({ kind: 'room-full', maximum: limits.peopleInRoom }),
      onAccept: () => this.#page.onAccept(),
      onAnswered: (name, by, outcome) => {
        const member = this.#roster.members.value.find(({ session }) => session === by);
        if (member) notices.show({ kind: 'ring-answered', name, by: member.name, outcome });
      },
    };
  }

  get #membership(): Membership | undefined {
    return this.#admission.membership.value;
  }

  get #settingsInForce(): RoomSettings {
    return this.#membership?.settings.settings ?? defaultSettings;
  }

  /** Let in, whether anybody else is there or not. */
  isInside(): boolean {
    return this.kind === 'named' || this.standing(this.#parts.identity.deviceId) === 'member';
  }

  #isRemoved(): boolean {
    return this.#membership?.removed.has(this.#parts.identity.deviceId) === true;
  }

  #isHost(device: DeviceId): boolean {
    const role = this.#membership?.members.get(device)?.role;
    return role === 'owner' || role === 'host';
  }

  /** Only what owner and hosts give overrules a removal. */
  #deciders(device: DeviceId, standIn: boolean): ReturnType<EntranceRoom['deciders']> {
    const rule = this.#membership?.rule.rule;
    if (!rule || !this.isInside()) return { us: false, others: [] };
    const members = this.#roster.members.value;
    const everybody = this.standing(device) !== 'removed' && (rule.policy !== 'hosts' || (standIn && rule.standIn));
    const others = members.filter(({ device: other, link }) => (everybody || this.#isHost(other)) && !link.interrupted.value);
    return { us: everybody || this.#isHost(this.#parts.identity.deviceId), others: others.map(({ session }) => session) };
  }

  #hasPlace(device: DeviceId, onTheWay: readonly DeviceId[]): boolean {
    const others = new Set([...this.#roster.present.value.map((present) => present.device), ...onTheWay]);
    for (const { device: connecting } of this.#stay?.neighbourhood.connecting.value ?? []) others.add(connecting);
    others.delete(device);
    others.delete(this.#parts.identity.deviceId);
    return others.size < limits.peopleInRoom - 1;
  }

  async #grant(deviceKey: Uint8Array<ArrayBuffer>): Promise<boolean> {
    if (this.kind === 'named') return true;
    await this.#admission.grant(deviceKey, 'member');
    if (this.standing(await deriveDeviceId(deviceKey)) !== 'member') return false;
    // "New link" in another tab may have thrown the record away; whoever is let in makes it a room all the same.
    if (!(await this.#updateRecord(kept))) this.#record = await this.#parts.rooms.ensureByCode(kept(this.#record));
    return true;
  }

  async #take(tokens: readonly string[], code: RoomCode): Promise<void> {
    await this.#admission.take(tokens, isNamed(code) ? undefined : code);
  }

  /** What the events amount to has changed: everybody's standing, the settings, the link. */
  #followMembership(membership: Membership | undefined): void {
    if (this.kind === 'named') {
      this.#role.set('member');
      return;
    }
    if (!membership) return;
    const before = this.#role.value;
    const own = this.#parts.identity.deviceId;
    const role = membership.members.get(own)?.role;
    this.#role.set(role);
    this.#settings.set(viewOf(membership));
    if (this.#settingsInForce.closed) return void this.#endForAll();
    this.#stay?.entrance.rendezvous.setStanding(role ? 'member' : 'guest');
    if (this.#isRemoved()) return this.#leaveRemoved(before !== undefined);
    if (role && role !== 'owner' && !this.#isKept()) void this.#updateRecord(kept);
    if (before && !role) return this.#loseStanding();
    if (before && role && before !== role && role !== 'owner') this.#parts.notices.show({ kind: 'role-changed', role });
    this.#roster.reconsider();
    this.#exchange.reconsider();
    this.#stay?.neighbourhood.membershipChanged();
    this.#desk.dropMembers((device) => membership.members.has(device));
    this.conversation.comeAfter(Math.max(...[...membership.members.values()].map(({ sinceMs }) => sinceMs)));
    this.#keepTitle(membership.settings.settings.title);
    this.#followPeople();
    this.#refreshPhase();
    this.#countersignSoon();
    void this.#followLink();
  }

  /** The pass turned out to be void, and nobody removed us: a guest again, who rings. */
  #loseStanding(): void {
    this.call.leave();
    this.#roster.closeMembers('leaving');
    this.#stay?.entrance.again();
    this.#refreshPhase();
  }

  #isKept(): boolean {
    return this.#record.state === 'kept';
  }

  /** Any name leads to a room; one that somebody was met in, or is waited for, is worth a place among one's own. */
  #keepNamed(): void {
    if (this.kind === 'named' && !this.#isKept()) void this.#updateRecord(kept);
  }

  /** Removed by a host: nothing more is heard or said; the way back is a ring. */
  #leaveRemoved(wasIn: boolean): void {
    if (wasIn || !this.#ringsAgain) this.#phase.set('removed');
    this.call.leave();
    this.#roster.closeMembers('leaving');
    if (wasIn) this.#ringsAgain = false;
    // A link on its way was promised by somebody who knows better: its events will say.
    if (!this.#ringsAgain && !this.#stay?.entrance.arrival.pending) this.#stay?.entrance.rendezvous.heardReply('refusal');
    if (wasIn) this.#parts.notices.show({ kind: 'removed' });
  }

  /** The owner has closed the room. */
  async #endForAll(): Promise<void> {
    const alreadyEnded = this.#phase.value === 'closed';
    this.#phase.set('closed');
    if (alreadyEnded) return;
    this.call.leave();
    const { oneOff } = this.#settingsInForce;
    if (this.#role.value !== 'owner') this.#parts.notices.show({ kind: 'room-closed', forgotten: oneOff });
    // The event that says so is on every link by now. Members who were away learn it at the door, as long as a page of the room is open.
    this.#roster.closeAll('closed');
    if (oneOff) await this.#forget();
    else await this.#updateRecord((record) => ({ ...record, closed: true }));
  }

  async #forget(): Promise<void> {
    if (this.#forgotten) return;
    this.#forgotten = true;
    this.close();
    await this.#parts.rooms.remove(this.alias);
    this.#page.onForgotten();
  }

  /** Passes that others gave are given anew by owner and hosts, so that no proof grows long. */
  #countersignSoon(): void {
    if (!this.#isHost(this.#parts.identity.deviceId)) return;
    this.#countersigning ??= setTimeout(() => {
      this.#countersigning = undefined;
      void this.#admission.countersign(new Set(this.#roster.members.value.map(({ device }) => device)));
    }, countersignMs);
  }

  async #codeInForce(): Promise<RoomCode> {
    const membership = this.#membership;
    return membership ? deriveInviteCode(membership.genesis.ownerKey, membership.link.salt) : this.#record.code;
  }

  /** A new link: members move to its slots, their links go on. */
  async #followLink(): Promise<void> {
    const code = await this.#codeInForce();
    const { code: before } = this.#record;
    if (code === before || isNamed(before) || this.standing(this.#parts.identity.deviceId) !== 'member') return;
    this.#record = { ...this.#record, code, oldCodes: [before, ...this.#record.oldCodes].slice(0, 4) };
    const { code: _now, oldCodes } = this.#record;
    this.#link.set(`${this.#parts.origin}/#${code}`);
    this.#parts.notices.show({ kind: 'link-changed' });
    await Promise.all([this.#updateRecord((record) => ({ ...record, code, oldCodes })), this.#renewEntrance()]);
  }

  /** The entrance of the code in force instead of the present one. */
  async #renewEntrance(): Promise<void> {
    const stay = this.#stay;
    if (!stay) return;
    const turn = ++this.#renewals;
    stay.entrance.close();
    this.#closeBackDoors();
    const entrance = await this.#openEntrance(await this.#codeInForce(), stay.self, stay.hold.signal);
    if (stay !== this.#stay || stay.hold.signal.aborted || turn !== this.#renewals) return entrance.close();
    stay.entrance = entrance;
    stay.neighbourhood.moveTo(entrance.introductions);
    this.#followEntrance(entrance);
    this.#followComponent();
  }

  #followEntrance(entrance: Entrance): void {
    const ended = new AbortController();
    const { signal } = ended;
    const stillOurs = (): boolean => {
      if (this.#stay?.entrance === entrance) return true;
      ended.abort();
      return false;
    };
    watch(entrance.introductions.reachable, signal, (reachable) => {
      if (!stillOurs()) return;
      this.#unreachableSinceMs = reachable ? undefined : (this.#unreachableSinceMs ?? this.#parts.now());
      this.#refreshStatus();
    });
    watch(entrance.rendezvous.holds, signal, (slots) => {
      if (!stillOurs()) return;
      this.#stay?.neighbourhood.setOwnSlots(slots);
      void this.#followBackDoors();
    });
    watch(entrance.outlook, signal, () => stillOurs() && this.#refreshPhase());
    watch(entrance.state, signal, (state) => {
      if (!stillOurs()) return;
      if (state === 'full') this.#parts.notices.show({ kind: 'room-full', maximum: limits.peopleInRoom });
      if (state === 'version') this.#parts.notices.show({ kind: 'version-mismatch' });
      this.#refreshPhase();
    });
  }

  /** Those who were away when the link changed knock at the old one. Who holds the first slot of the new answers there, members alone. */
  async #followBackDoors(): Promise<void> {
    const stay = this.#stay;
    const turn = this.#renewals;
    const ours = (): boolean => stay !== undefined && stay === this.#stay && turn === this.#renewals && stay.entrance.rendezvous.holds.value.includes(0);
    if (!stay || !ours()) return this.#closeBackDoors();
    for (const old of this.#record.oldCodes) {
      if (stay.backDoors.has(old)) continue;
      const entrance = await this.#openBackDoor(old, stay);
      if (!ours() || stay.backDoors.has(old)) {
        entrance.close();
        continue;
      }
      stay.backDoors.set(old, entrance);
      stay.neighbourhood.attach(entrance.introductions);
    }
  }

  async #openBackDoor(old: InviteCode, stay: Stay): Promise<Entrance> {
    const keys = await deriveRoomKeys(old);
    // A stranger at the old link hears nothing: not even that somebody is there.
    const room: EntranceRoom = { ...this.#roomFor(old), membersOnly: true };
    return new Entrance({ parts: this.#parts, keys, self: stay.self, desk: this.#desk, standing: 'member' }, room, stay.hold.signal);
  }

  #closeBackDoors(): void {
    for (const entrance of this.#stay?.backDoors.values() ?? []) entrance.close();
    this.#stay?.backDoors.clear();
  }

  #followComponent(): void {
    const stay = this.#stay;
    if (!stay) return;
    stay.entrance.rendezvous.setNeighbours(stay.neighbourhood.neighbours.value.filter(({ session }) => !this.#givenUp.has(session)));
  }

  /** One value from everything that is known: where the person stands. */
  #refreshPhase(): void {
    const stay = this.#stay;
    const now = this.#phase.value;
    const ended = now === 'closed' && (this.#settingsInForce.closed || this.#record.closed);
    if (!stay || ended || (now === 'elsewhere' && stay.hold.signal.aborted)) return;
    this.#phase.set(this.#phaseOf(stay.entrance));
  }

  #phaseOf({ arrival, outlook }: Entrance): RoomPhase {
    const state = arrival.state.value;
    const alone = this.#roster.present.value.length === 0;
    if (this.kind === 'named' && alone && (state === 'password' || state === 'wrong-password')) return state;
    if (this.isInside()) {
      if (this.kind === 'link' && alone && state === 'full') return 'full';
      if (this.kind === 'link' || !alone || this.#waitsHere || this.#hadLink) return 'inside';
      return outlook.value === 'nobody' ? 'empty' : 'looking';
    }
    if (this.#isRemoved() && !this.#ringsAgain) return 'removed';
    switch (state) {
      case 'waiting':
      case 'waiting-for-host':
      case 'refused':
      case 'full':
      case 'locked':
      case 'closed':
      case 'password':
      case 'wrong-password':
        return state;
      case 'version':
        return 'refused';
      case 'accepted':
        return this.#phase.value;
      case 'idle':
      case 'knocking':
        return outlook.value === 'nobody' ? 'nobody' : 'looking';
    }
  }

  #followMembers(members: readonly Member[]): void {
    for (const member of members) {
      if (this.#greeted.has(member.link)) continue;
      this.#greeted.add(member.link);
      this.#welcome(member);
    }
    if (members.length === 0 && this.#hadLink) this.#startDisconnectedClock();
    else if (members.length > 0) this.#endDisconnection();
    this.#refreshPhase();
    this.#refreshStatus();
  }

  #welcome(member: Member): void {
    if (this.#hadLink) performance.mark('mindmeet:reconnected');
    const { link, session } = member;
    const sinceMs = this.#parts.now();
    link.listen((frame) => this.#hear(member, frame));
    link.send(this.#ownProfile());
    this.conversation.greet(member);
    this.call.greet(member);
    this.#keepNamed();
    watch(link.path, link.signal, () => this.#refreshStatus());
    watch(link.interrupted, link.signal, (interrupted) => this.#followInterruption(session, interrupted));
    link.signal.addEventListener('abort', () => {
      clearTimeout(this.#impatience.get(session));
      this.#impatience.delete(session);
      this.#givenUp.delete(session);
      const state = link.state.value;
      if (state.kind === 'closed') this.#followLoss(state.reason, this.#parts.now() - sinceMs);
    });
    this.#failures = 0;
    this.#parts.notices.clear('connection-failed');
    // What a call needs, while the server that has it is there: the call may be wanted when it isn't.
    this.#parts.media.prefetch();
    if (!this.#hadLink) performance.mark('mindmeet:chat-ready');
    this.#hadLink = true;
    this.#refreshPhase();
  }

  #hear(member: Member, frame: Frame): void {
    if (frame.kind === 'peers' || frame.kind === 'relay') this.#stay?.neighbourhood.hear(member, frame);
    else if (isDoorFrame(frame)) void this.#stay?.entrance.door.hearFrame(member.session, frame);
  }

  /** At once, unless links end as soon as they stand: then each a little later. */
  #lookAgain(livedMs: number): void {
    this.#shortLinks = livedMs < shortLinkMs ? this.#shortLinks + 1 : 0;
    if (this.#shortLinks > 1) this.#tryAgainSoon(backoffMs(this.#shortLinks, knockBackoff));
    else this.#stay?.entrance.again();
  }

  #followLoss(reason: CloseReason, livedMs: number): void {
    const bye = reason.kind === 'bye' ? reason.reason : undefined;
    // Another page of this device was let in instead, as all who are linked with us say: this one goes quiet. One alone may say what it likes.
    if (bye === 'moved' && this.#roster.members.value.length === 0) this.#stay?.hold.release();
    // Whoever is removed hears in a moment why: until then its knock would be a stranger's ring. If it isn't true, its rounds go on by themselves.
    else if (bye !== 'replaced' && bye !== 'leaving' && bye !== 'removed' && reason.kind !== 'local' && this.#roster.members.value.length === 0) this.#lookAgain(livedMs);
  }

  /** A line that stays down may never come back by itself; a second link is tried beside it, and replaces it when it stands. */
  #followInterruption(session: SessionId, interrupted: boolean): void {
    clearTimeout(this.#impatience.get(session));
    this.#impatience.delete(session);
    if (interrupted) {
      this.#impatience.set(
        session,
        setTimeout(() => {
          this.#givenUp.add(session);
          this.#followComponent();
        }, timing.returnGraceMs),
      );
    } else if (this.#givenUp.delete(session)) this.#followComponent();
    this.#refreshStatus();
  }

  #tryAgainSoon(afterMs: number = timing.knockRepeatMs): void {
    const stay = this.#stay;
    setTimeout(() => {
      if (stay && stay === this.#stay && this.#roster.members.value.length === 0 && (!this.#isRemoved() || this.#ringsAgain)) stay.entrance.again();
    }, afterMs);
  }

  #letGo(hold: RoomHold): void {
    if (this.#stay?.hold !== hold) return;
    this.#stay = undefined;
    for (const timer of this.#impatience.values()) clearTimeout(timer);
    this.#impatience.clear();
    this.#desk.clear();
    if (this.#abort.signal.aborted || this.#phase.value === 'closed') return;
    this.call.leave();
    // Whoever takes over will be back at once: the others need not be told.
    this.#roster.closeAll('away');
    this.#phase.set('elsewhere');
    if (this.#hadLink) this.#parts.notices.show({ kind: 'disconnected' });
  }

  #startDisconnectedClock(): void {
    this.#disconnectedTimer ??= setTimeout(() => {
      this.#disconnectedTimer = undefined;
      if (this.#roster.members.value.length === 0 && !this.#parts.isOnline() && this.#stay) this.#parts.notices.show({ kind: 'disconnected' });
    }, timing.disconnectedNoticeMs);
  }

  #endDisconnection(): void {
    clearTimeout(this.#disconnectedTimer);
    this.#disconnectedTimer = undefined;
    this.#parts.notices.clear('disconnected');
  }

  #followPeople(): void {
    const present = this.#roster.present.value;
    for (const { device, name } of present) {
      if (this.#acquaintances.meet(device, name)) this.#parts.notices.show({ kind: 'changed-key', name });
    }
    const here = present.map(({ device, ...rest }) => this.#personOf({ id: device, ...rest }));
    const connecting = (this.#stay?.neighbourhood.connecting.value ?? [])
      .filter(({ device }) => !present.some((other) => other.device === device))
      .map(({ device, name }) => this.#personOf({ id: device, name, presence: 'connecting', tint: undefined, picture: undefined, code: undefined }));
    this.#people.set([...here, ...connecting]);
    const names = here.map(({ name }) => name);
    if (names.length > 0 && names.join('\n') !== this.#lastNames.join('\n')) {
      this.#lastNames = names;
      void this.#updateRecord((record) => ({ ...record, peopleNames: names, lastVisitMs: this.#parts.now() }));
    }
    this.#title.set(this.#names());
    this.#refreshPhase();
    this.#refreshStatus();
  }

  #personOf(seen: Pick<Person, 'id' | 'name' | 'presence' | 'tint' | 'picture' | 'code'>): Person {
    const { id } = seen;
    const role = this.#membership?.members.get(id)?.role ?? 'member';
    const own = this.#role.value;
    const removable = this.kind === 'link' && (own === 'owner' || (own === 'host' && role === 'member'));
    return { ...seen, role, verified: this.#acquaintances.isVerified(id), changedKey: this.#acquaintances.hasChangedKey(id), removable };
  }

  #tellProfile(): void {
    this.#title.set(this.#names());
    for (const { link } of this.#roster.members.value) link.send(this.#ownProfile());
  }

  #ownProfile(): ControlFrame {
    const { name, tint, picture } = this.#parts.identity.profile.value;
    return { kind: 'profile', name, ...(tint !== undefined && { tint }), ...(picture && { picture: encodeBase64Url(picture) }) };
  }

  #names(): readonly string[] {
    const given = this.#settingsInForce.title || (this.kind === 'named' ? this.#record.title : '');
    if (given) return [given];
    return this.#lastNames.length > 0 ? this.#lastNames : [this.#parts.identity.profile.value.name];
  }

  #keepTitle(title: string): void {
    this.#title.set(this.#names());
    if (title !== this.#record.title) void this.#updateRecord((record) => ({ ...record, title }));
  }

  async #deriveGate(password: string): Promise<Uint8Array<ArrayBuffer>> {
    return this.#parts.derivePasswordKey(password.normalize('NFC'), await this.#gateSalt());
  }

  /** A link room's password outlives its link: the salt comes from what never changes, the genesis, which a guest doesn't know yet and is told. */
  async #gateSalt(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.kind === 'named') return gateSalt(decodeBase64Url(this.#record.baseBase64 ?? '') ?? new Uint8Array());
    const membership = this.#membership;
    return membership ? gateSalt(new TextEncoder().encode(membership.genesis.id)) : (this.#saltToldUs ?? new Uint8Array(16));
  }

  async #updateRecord(change: (record: RoomRecord) => RoomRecord): Promise<boolean> {
    this.#record = change(this.#record);
    return (await this.#parts.rooms.update(this.alias, change)) !== undefined;
  }

  #refreshStatus(): void {
    const now = this.#parts.now();
    const pathsByDevice = new Map(this.#roster.members.value.map(({ device, link }) => [device, link.path.value]));
    const people = this.#roster.present.value.map(({ device, presence }) => ({ path: presence === 'here' ? (pathsByDevice.get(device) ?? 'lost') : ('lost' as const) }));
    const reconnecting = people.some(({ path }) => path === 'lost');
    this.#reconnectingSinceMs = reconnecting ? (this.#reconnectingSinceMs ?? now) : undefined;
    const entrance = this.#stay?.entrance;
    const status = connectionStatus({
      reachable: this.#unreachableSinceMs === undefined,
      unreachableForLong: this.#unreachableSinceMs !== undefined && now - this.#unreachableSinceMs > timing.unreachableNoticeMs,
      looking: (this.#phase.value !== 'inside' && this.#phase.value !== 'empty') || entrance?.outlook.value === 'looking',
      people,
      reconnectingMs: reconnecting ? now - (this.#reconnectingSinceMs ?? now) : 0,
    });
    const before = this.#status.value;
    const same = before.kind === status.kind && (before.kind !== 'reconnecting' || (status.kind === 'reconnecting' && before.seconds === status.seconds));
    if (!same) this.#status.set(status);
  }
}

/** A link that lives shorter was of no use, in milliseconds. */
const shortLinkMs = 10_000;
const knockBackoff = { firstMs: 1_000, lastMs: 30_000 } as const;
/** A newcomer and what lets it in are through by then, in milliseconds. */
const countersignMs = 2_000;

function isNamed(code: RoomCode): code is NamedRoomCode {
  return code.startsWith('/');
}

function isDoorFrame(frame: Frame): frame is DoorFrame {
  return doorFrames.has(frame.kind);
}

function gateOf(base64: string | undefined): Uint8Array<ArrayBuffer> | undefined {
  const gate = decodeBase64Url(base64 ?? '');
  return gate && gate.length > 0 ? gate : undefined;
}

function withGate({ gateBase64: _gate, ...record }: RoomRecord, gate: Uint8Array<ArrayBuffer> | undefined): RoomRecord {
  return gate ? { ...record, gateBase64: encodeBase64Url(gate) } : record;
}

function kept(record: RoomRecord): RoomRecord {
  return { ...record, state: 'kept' };
}

function viewOf(membership: Membership | undefined): RoomSettingsView {
  const rule = membership?.rule.rule ?? { policy: 'open' as const, standIn: false };
  const { title, gate, locked, history, oneOff } = membership?.settings.settings ?? defaultSettings;
  return { title, ...rule, hasPassword: gate !== '', locked, history, oneOff };
}
