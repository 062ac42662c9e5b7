/**
 * Taking part in one room, from this tab: holds the room's lock, stands at the door (owner) or knocks at it (guest), and owns what is said and who calls.
 *
 *     lock held → introductions open → owner: Reception, guest: Arrival → links → Roster → Conversation, Call
 *     lock lost to another tab → everything closes, phase "elsewhere" → "Use here" → all of it anew
 */
import { limits, timing } from '../config';
import { decodeBase64Url } from '../core/base64url';
import { State, watch, type Observable } from '../core/observable';
import type { CloseReason } from '../network/link';
import type { RoomRecord } from '../storage/room-store';
import type { RoomHold } from '../storage/room-lock';
import { Arrival, type ArrivalState } from './arrival';
import { Call } from './call';
import { connectionStatus } from './connection-status';
import { Conversation } from './conversation';
import type { ConnectionStatus, Person, RingId, RingQueue, RoomFace, RoomPhase } from './faces';
import { Introductions } from './introductions';
import type { Reception } from './reception';
import type { RoomParts } from './room-parts';
import { Roster, type Member } from './roster';

/** try: unless another tab has the room. wait: when it is free. take-over: now, from whoever has it. */
export type OpenMode = 'try' | 'wait' | 'take-over';

/** What the page around the room is told. */
export interface RoomPage {
  /** Somebody was let in by hand: a pending room is a room now. */
  onAccept(): void;
  /** The person left. */
  onLeave(): void;
}

const noRings: RingQueue = { shown: [], furtherCount: 0 };

/** Everything that ends when the lock goes. */
interface Stay {
  readonly hold: RoomHold;
  readonly introductions: Introductions;
  readonly reception: Reception | undefined;
  readonly arrival: Arrival | undefined;
}

export class RoomSession implements RoomFace {
  readonly role: RoomRecord['role'];
  readonly alias: RoomRecord['alias'];
  readonly link: string;
  readonly conversation: Conversation;
  readonly call: Call;
  readonly #parts: RoomParts;
  readonly #code: RoomRecord['code'];
  /** The owner's; empty for a guest. */
  readonly #salt: Uint8Array<ArrayBuffer>;
  readonly #roster: Roster;
  readonly #abort = new AbortController();
  readonly #phase = new State<RoomPhase>('looking');
  readonly #status = new State<ConnectionStatus>({ kind: 'looking' });
  readonly #rings = new State<RingQueue>(noRings);
  readonly #title: State<readonly string[]>;
  readonly #page: RoomPage;
  readonly #record: RoomRecord;
  #waiting = new AbortController();
  #stay: Stay | undefined;
  #closing = false;
  #returnToken: string | undefined;
  #lastNames: readonly string[];
  #hadLink = false;
  #unreachableSinceMs: number | undefined;
  #reconnectingSinceMs: number | undefined;
  #disconnectedTimer: ReturnType<typeof setTimeout> | undefined;
  #impatience: ReturnType<typeof setTimeout> | undefined;
  /** Links in a row that were agreed on and never opened. */
  #failures = 0;
  #greeted = new WeakSet<Member['link']>();

  /** Loads the history; `start` does the rest. */
  static async load(parts: RoomParts, record: RoomRecord, page: RoomPage): Promise<RoomSession> {
    const roster: { current?: Roster } = {};
    const session: { current?: RoomSession } = {};
    roster.current = new Roster(
      (name) => parts.notices.show({ kind: 'person-gone', name }),
      (reason) => session.current?.hearRefusal(reason),
    );
    const conversation = await Conversation.load(await parts.historyOf(record.alias), record.draft, {
      profile: parts.identity.profile,
      members: roster.current.members,
      now: parts.now,
      saveDraft: (text) => void parts.rooms.saveDraft(record.alias, text),
    });
    session.current = new RoomSession(parts, record, roster.current, conversation, page);
    return session.current;
  }

  private constructor(parts: RoomParts, record: RoomRecord, roster: Roster, conversation: Conversation, page: RoomPage) {
    this.#parts = parts;
    this.role = record.role;
    this.alias = record.alias;
    this.#code = record.code;
    this.#salt = decodeBase64Url(record.saltBase64 ?? '') ?? new Uint8Array();
    this.link = `${parts.origin}/#${record.code}`;
    this.conversation = conversation;
    this.#roster = roster;
    this.#page = page;
    this.#record = record;
    this.#returnToken = record.returnToken;
    this.#lastNames = record.peopleNames;
    this.#title = new State(this.#names());
    this.call = new Call(parts.media, parts.notices, roster.members, this.#abort.signal);
    roster.members.subscribe((members) => this.#followMembers(members));
    roster.people.subscribe(() => this.#followPeople());
    this.#phase.subscribe(() => this.#refreshStatus());
    watch(parts.identity.profile, this.#abort.signal, ({ name }) => this.#followName(name));
  }

  get phase(): Observable<RoomPhase> {
    return this.#phase;
  }

  get status(): Observable<ConnectionStatus> {
    return this.#status;
  }

  get people(): Observable<readonly Person[]> {
    return this.#roster.people;
  }

  get title(): Observable<readonly string[]> {
    return this.#title;
  }

  get rings(): Observable<RingQueue> {
    return this.#rings;
  }

  /** Takes the room's lock as `mode` says and goes live. Resolves when live, or when it is clear that another tab has the room. */
  async start(mode: OpenMode): Promise<void> {
    // A wait that is still queued would come true later, and be taken from by ourselves.
    this.#waiting.abort();
    this.#waiting = new AbortController();
    const hold = await this.#takeLock(mode, AbortSignal.any([this.#waiting.signal, this.#abort.signal]));
    if (this.#abort.signal.aborted) hold?.release();
    else if (hold) await this.#goLive(hold).catch((cause: unknown) => this.#giveUp(hold, cause));
    else if (!this.#stay) this.#phase.set('elsewhere');
  }

  accept(ring: RingId): void {
    void this.#stay?.reception?.accept(ring);
  }

  notNow(ring: RingId): void {
    void this.#stay?.reception?.notNow(ring);
  }

  ringAgain(): void {
    this.#stay?.arrival?.again();
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
    const withdrawn = this.#stay?.arrival?.withdraw();
    this.call.leave();
    this.#roster.closeAll('leaving');
    this.#endDisconnection();
    // A withdrawal takes a moment to seal, and goes by what the abort ends.
    if (withdrawn) void withdrawn.finally(() => this.#abort.abort());
    else this.#abort.abort();
  }

  /** The page goes, perhaps only to be reloaded. */
  sayAway(): void {
    void this.#stay?.arrival?.withdraw();
    this.#roster.sayAway();
  }

  /** A link ended before its peer was in. */
  hearRefusal(reason: CloseReason): void {
    if (reason.kind === 'version') return this.#parts.notices.show({ kind: 'version-mismatch' });
    if (reason.kind === 'failed' || reason.kind === 'timeout') this.#failures += 1;
    // Once may be chance; twice is a network that lets nothing through.
    if (this.#failures >= 2) this.#parts.notices.show({ kind: 'connection-failed' });
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
    const record = await this.#parts.rooms.byAlias(this.alias);
    this.#returnToken = record?.returnToken ?? this.#returnToken;
    await this.conversation.reload();
    const [introductions, door] = await Promise.all([
      Introductions.open(this.#parts, this.#code, hold.signal),
      // A guest, who waits for every byte, does without the owner's side.
      this.role === 'owner' ? import('./reception') : undefined,
    ]);
    if (hold.signal.aborted) {
      if (!this.#abort.signal.aborted && !this.#stay) this.#phase.set('elsewhere');
      return;
    }
    this.#phase.set(this.#isAtHome() ? 'inside' : 'looking');
    const reception = door && this.#openReception(door.Reception, introductions, hold.signal);
    const arrival = this.role === 'guest' ? this.#openArrival(introductions, hold.signal) : undefined;
    this.#stay = { hold, introductions, reception, arrival };
    this.#unreachableSinceMs = this.#parts.now();
    watch(introductions.reachable, hold.signal, (reachable) => {
      this.#unreachableSinceMs = reachable ? undefined : this.#parts.now();
      this.#refreshStatus();
    });
    // Seconds are counted for the person, so once a second is enough; hidden pages may do with less.
    const ticker = setInterval(() => this.#refreshStatus(), 1_000);
    hold.signal.addEventListener('abort', () => clearInterval(ticker), { once: true });
  }

  #openReception(Door: typeof Reception, introductions: Introductions, signal: AbortSignal): Reception {
    const { identity, rooms, now, media } = this.#parts;
    const reception = new Door(
      introductions,
      {
        deviceId: identity.deviceId,
        salt: this.#salt,
        roster: this.#roster,
        now,
        grants: async () => (await rooms.byAlias(this.alias))?.returnTokens ?? [],
        saveGrant: async (grant) => {
          const granted = (record: RoomRecord): RoomRecord => ({
            ...record,
            state: 'kept',
            returnTokens: [...(record.returnTokens ?? []).filter(({ deviceId }) => deviceId !== grant.deviceId), grant],
          });
          // "New link" in another tab may have thrown the record away; whoever is let in makes it a room all the same.
          if (!(await rooms.update(this.alias, granted))) await rooms.ensureByCode(granted(this.#record));
        },
        onRing: () => media.ring(),
        onFull: () => this.#tellFull(),
        onAccept: () => this.#page.onAccept(),
      },
      signal,
    );
    watch(reception.rings, signal, (rings) => this.#rings.set(rings));
    return reception;
  }

  #openArrival(introductions: Introductions, signal: AbortSignal): Arrival {
    const { rooms, random, now } = this.#parts;
    const arrival = new Arrival(
      introductions,
      {
        random,
        now,
        returnToken: () => this.#returnToken,
        saveReturnToken: async (token) => {
          this.#returnToken = token;
          await rooms.update(this.alias, (record) => ({ ...record, state: 'kept', returnToken: token }));
        },
        expect: (link, device) => this.#roster.expect(link, device, 0),
      },
      signal,
    );
    watch(arrival.state, signal, (state) => this.#followArrival(state));
    return arrival;
  }

  /** The owner always is; a guest who has been let in stays in the room while finding the others again. */
  #isAtHome(): boolean {
    return this.role === 'owner' || this.#returnToken !== undefined;
  }

  #followArrival(state: ArrivalState): void {
    this.#refreshStatus();
    if (state === 'waiting') this.#phase.set('waiting');
    else if (state === 'looking' || state === 'nobody') {
      if (this.#phase.value !== 'inside') this.#phase.set(state);
    } else if (state !== 'accepted') {
      if (state === 'full') this.#tellFull();
      if (state === 'version') this.#parts.notices.show({ kind: 'version-mismatch' });
      this.#phase.set('refused');
    }
  }

  #tellFull(): void {
    this.#parts.notices.show({ kind: 'room-full', maximum: limits.peopleInRoom });
  }

  #followMembers(members: readonly Member[]): void {
    for (const member of members) {
      if (this.#greeted.has(member.link)) continue;
      this.#greeted.add(member.link);
      this.#welcome(member);
    }
    if (members.length === 0 && this.#hadLink) this.#startDisconnectedClock();
    else if (members.length > 0) this.#endDisconnection();
    this.#refreshStatus();
  }

  #welcome(member: Member): void {
    if (this.#hadLink) performance.mark('mindmeet:reconnected');
    this.#phase.set('inside');
    this.conversation.greet(member);
    this.call.greet(member);
    const { link } = member;
    watch(link.path, link.signal, () => this.#refreshStatus());
    watch(link.interrupted, link.signal, (interrupted) => this.#followInterruption(interrupted));
    link.signal.addEventListener('abort', () => {
      const state = link.state.value;
      if (state.kind === 'closed') this.#followLoss(state.reason);
    });
    this.#failures = 0;
    this.#parts.notices.clear('connection-failed');
    // What a call needs, while the server that has it is there: the call may be wanted when it isn't.
    this.#parts.media.prefetch();
    if (!this.#hadLink) performance.mark('mindmeet:chat-ready');
    this.#hadLink = true;
  }

  #followLoss(reason: CloseReason): void {
    const bye = reason.kind === 'bye' ? reason.reason : undefined;
    // Another page of this device was let in instead: this one goes quiet. An owner's room stays where it is, whatever a guest says.
    if (bye === 'moved' && this.role === 'guest') this.#stay?.hold.release();
    else if (bye !== 'replaced' && reason.kind !== 'local') this.#stay?.arrival?.again();
  }

  /** A line that stays down may never come back by itself; a second link is tried beside it, and replaces it when it stands. */
  #followInterruption(interrupted: boolean): void {
    clearTimeout(this.#impatience);
    if (interrupted) this.#impatience = setTimeout(() => this.#stay?.arrival?.again(), timing.returnGraceMs);
    this.#refreshStatus();
  }

  #tryAgainSoon(): void {
    const stay = this.#stay;
    setTimeout(() => {
      if (stay === this.#stay) stay?.arrival?.again();
    }, timing.knockRepeatMs);
  }

  #letGo(hold: RoomHold): void {
    if (this.#stay?.hold !== hold) return;
    this.#stay = undefined;
    clearTimeout(this.#impatience);
    this.#rings.set(noRings);
    if (this.#abort.signal.aborted) return;
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
    const names = this.#roster.people.value.map(({ name }) => name);
    if (names.length > 0 && names.join('\n') !== this.#lastNames.join('\n')) {
      this.#lastNames = names;
      void this.#parts.rooms.update(this.alias, (record) => ({ ...record, peopleNames: names, lastVisitMs: this.#parts.now() }));
    }
    this.#title.set(this.#names());
    this.#refreshStatus();
  }

  #followName(name: string): void {
    this.#title.set(this.#names());
    for (const { link } of this.#roster.members.value) link.send({ kind: 'profile', name });
  }

  #names(): readonly string[] {
    return this.#lastNames.length > 0 ? this.#lastNames : [this.#parts.identity.profile.value.name];
  }

  #refreshStatus(): void {
    const now = this.#parts.now();
    const pathsByDevice = new Map(this.#roster.members.value.map(({ device, link }) => [device, link.path.value]));
    const people = this.#roster.people.value.map(({ id, presence }) => ({ path: presence === 'here' ? (pathsByDevice.get(id) ?? 'lost') : ('lost' as const) }));
    const reconnecting = people.some(({ path }) => path === 'lost');
    this.#reconnectingSinceMs = reconnecting ? (this.#reconnectingSinceMs ?? now) : undefined;
    const status = connectionStatus({
      reachable: this.#unreachableSinceMs === undefined,
      unreachableForLong: this.#unreachableSinceMs !== undefined && now - this.#unreachableSinceMs > timing.unreachableNoticeMs,
      looking: this.#phase.value !== 'inside' || this.#stay?.arrival?.state.value === 'looking',
      people,
      reconnectingMs: reconnecting ? now - (this.#reconnectingSinceMs ?? now) : 0,
    });
    const before = this.#status.value;
    const same = before.kind === status.kind && (before.kind !== 'reconnecting' || (status.kind === 'reconnecting' && before.seconds === status.seconds));
    if (!same) this.#status.set(status);
  }
}
