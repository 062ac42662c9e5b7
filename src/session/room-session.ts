/**
 * Taking part in one room, from this tab: holds the room's lock, and brings together those who own a part of its state.
 *
 *     lock held → Entrances (the link's slots, knocks, rings) → links → Roster → Neighbourhood (links to all others) → Conversation, Call
 *     lock lost to another tab → everything closes, phase "elsewhere" → "Use here" → all of it anew
 *
 * Who may be in the room, RoomAccess says: in one with a link, what Admission makes of its signed events; in one that is known by name, everybody who came in.
 */
import { limits } from '../config';
import { decodeBase64Url, encodeBase64Url } from '../core/base64url';
import type { DeviceId } from '../core/ids';
import type { Membership, Removal, Role, RoomSettings } from '../core/membership';
import { State, watch, type Observable } from '../core/observable';
import type { CloseReason } from '../network/link';
import type { ControlFrame, Frame } from '../protocol/frames';
import { saltBytes } from '../protocol/invite';
import type { RoomHold } from '../storage/room-lock';
import type { RoomRecord } from '../storage/room-store';
import { Acquaintances } from './acquaintances';
import { Admission } from './admission';
import { Call } from './call';
import type { Conversation } from './conversation';
import { Countersigning } from './countersigning';
import { Disconnection } from './disconnection';
import type { DoorFrame } from './door';
import type { ConnectionStatus, Person, Profile, RingId, RingQueue, RoomFace, RoomPhase, RoomSettingsPatch, RoomSettingsView } from './faces';
import type { FilesFace } from './files/files-face';
import { createSessionSelf } from './introductions';
import { PeopleList } from './people-list';
import { RecordKeeper, type Gate } from './record-keeper';
import { RingDesk } from './ring-desk';
import { isNamed, LinkAccess, linkOf, NamedAccess, type RoomAccess } from './room-access';
import { RoomHistory } from './room-history';
import type { RoomParts } from './room-parts';
import { roomPhase } from './room-phase';
import { Roster, type Member, type Standing } from './roster';
import { viewOfSettings } from './settings-view';
import { StatusLine } from './status-line';
import { Stay } from './stay';

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

/** What is there with or without the lock. */
interface Loaded {
  readonly record: RecordKeeper;
  readonly admission: Admission;
  readonly access: RoomAccess;
  readonly acquaintances: Acquaintances;
  readonly roster: Roster;
  readonly history: RoomHistory;
  /** Ends all of it. */
  readonly abort: AbortController;
}

const doorFrames: ReadonlySet<Frame['kind']> = new Set<DoorFrame['kind']>(['handled', 'ring', 'ring-seen', 'ring-over']);

export class RoomSession implements RoomFace {
  readonly kind: RoomFace['kind'];
  readonly alias: RoomRecord['alias'];
  readonly conversation: Conversation;
  readonly files: FilesFace;
  readonly call: Call;
  readonly link: Observable<string>;
  readonly role: Observable<Role | undefined>;
  readonly settings: Observable<RoomSettingsView>;
  readonly phase: Observable<RoomPhase>;
  readonly status: Observable<ConnectionStatus>;
  readonly people: Observable<readonly Person[]>;
  readonly title: Observable<readonly string[]>;
  readonly rings: Observable<RingQueue>;
  readonly #parts: RoomParts;
  readonly #page: RoomPage;
  readonly #ownDevice: DeviceId;
  readonly #record: RecordKeeper;
  readonly #admission: Admission;
  readonly #access: RoomAccess;
  readonly #acquaintances: Acquaintances;
  readonly #roster: Roster;
  readonly #history: RoomHistory;
  readonly #list: PeopleList;
  readonly #statusLine: StatusLine;
  readonly #disconnection: Disconnection;
  readonly #countersigning: Countersigning;
  readonly #desk = new RingDesk();
  readonly #abort: AbortController;
  readonly #link: State<string>;
  readonly #role = new State<Role | undefined>(undefined);
  readonly #settings = new State<RoomSettingsView>(viewOfSettings(undefined));
  readonly #phase = new State<RoomPhase>('looking');
  readonly #greeted = new WeakSet<Member['link']>();
  #waiting = new AbortController();
  #stay: Stay | undefined;
  #closing = false;
  #forgotten = false;
  /** Somebody was linked with us since the page was opened. */
  #hadLink = false;
  /** Removed, and has pressed "Ring again" since. */
  #ringsAgain = false;
  /** In a room known by name: the person has chosen to stay in it alone. */
  #waitsHere = false;

  /** Loads what is kept of the room; `start` does the rest. */
  static async load(parts: RoomParts, stored: RoomRecord, page: RoomPage): Promise<RoomSession> {
    const { identity, notices, now } = parts;
    const { alias } = stored;
    const salt = decodeBase64Url(stored.saltBase64 ?? '');
    const session: { current?: RoomSession } = {};
    const feedsOf = (device: DeviceId) => session.current?.headsOf(device) ?? [];
    const afterAllMs = () => (session.current ? session.current.#history.afterAllMs : now());
    const [admission, acquaintances] = await Promise.all([
      parts.admissionOf(alias).then((store) => Admission.open({ store, identity, afterAllMs, feedsOf, ...(stored.role === 'owner' && salt && { own: { salt } }) })),
      Acquaintances.load(parts.people, alias, now),
    ]);
    const abort = new AbortController();
    const record = new RecordKeeper(parts.rooms, stored);
    const access = isNamed(stored.code) ? await NamedAccess.open(record) : new LinkAccess(admission, record, identity.deviceId);
    const sinceMs = (device: DeviceId): number => admission.membership.value?.members.get(device)?.sinceMs ?? 0;
    const roster = new Roster({
      ownDevice: identity.deviceId,
      now,
      isInside: () => access.standing(identity.deviceId) === 'member',
      standing: (device) => access.standing(device),
      sinceMs,
      onWaiting: (link, { device }) => access.greet(link, device),
      onGone: (name) => notices.show({ kind: 'person-gone', name }),
      onRefused: (reason) => session.current?.hearRefusal(reason),
      onFull: () => notices.show({ kind: 'room-full', maximum: limits.peopleInRoom }),
    });
    const history = await RoomHistory.open(
      {
        parts,
        record,
        access,
        acquaintances,
        roster,
        lifetimeS: () => access.settings.lifetimeS,
        ownSinceMs: () => sinceMs(identity.deviceId),
        isInCall: (device) => session.current?.call.isWith(device) ?? false,
      },
      abort.signal,
    );
    session.current = new RoomSession(parts, { record, admission, access, acquaintances, roster, history, abort }, page);
    return session.current;
  }

  private constructor(parts: RoomParts, { record, admission, access, acquaintances, roster, history, abort }: Loaded, page: RoomPage) {
    const { identity, notices, now } = parts;
    const { alias, code, closed } = record.value;
    this.#parts = parts;
    this.#page = page;
    this.#ownDevice = identity.deviceId;
    this.#record = record;
    this.#admission = admission;
    this.#access = access;
    this.#acquaintances = acquaintances;
    this.#roster = roster;
    this.#history = history;
    this.#abort = abort;
    this.#list = new PeopleList({ ownDevice: identity.deviceId, profile: identity.profile, access, record, acquaintances, notices, now });
    this.#statusLine = new StatusLine({ now, isLooking: () => this.#isLooking(), members: () => roster.members.value, present: () => roster.present.value });
    this.#disconnection = new Disconnection(notices, () => !parts.isOnline() && this.#stay !== undefined);
    this.#countersigning = new Countersigning(admission, () => roster.members.value);
    this.#link = new State(`${parts.origin}/#${code}`);
    this.kind = access.kind;
    this.alias = alias;
    this.conversation = history.conversation;
    this.files = history.files;
    this.call = new Call(parts.media, notices, roster.members, this.#abort.signal);
    this.link = this.#link;
    this.role = this.#role;
    this.settings = this.#settings;
    this.phase = this.#phase;
    this.status = this.#statusLine.status;
    this.people = this.#list.people;
    this.title = this.#list.title;
    this.rings = this.#desk.queue;
    if (closed) this.#phase.set('closed');
    this.#follow();
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
    void this.#stay?.entrances.accept(ring);
  }

  notNow(ring: RingId): void {
    void this.#stay?.entrances.notNow(ring);
  }

  ringAgain(): void {
    if (!this.#stay) return;
    this.#ringsAgain = true;
    this.#phase.set('looking');
    this.#stay.entrances.again();
  }

  async enterPassword(password: string): Promise<void> {
    await this.#record.keepGate(password === '' ? undefined : await this.#deriveGate(password));
    await this.#stay?.entrances.renew();
    this.#phase.set('looking');
  }

  waitHere(): void {
    this.#waitsHere = true;
    this.#record.keepOnce();
    if (this.#phase.value === 'empty') this.#phase.set('inside');
  }

  async remove(person: DeviceId, changeLink: boolean): Promise<void> {
    await this.#admission.remove(person);
    if (changeLink) await this.changeLink();
  }

  async setHost(person: DeviceId, host: boolean): Promise<void> {
    await this.#admission.setHost(person, host);
  }

  markVerified(person: DeviceId, verified: boolean): Promise<void> {
    return this.#acquaintances.setVerified(person, this.#list.nameOf(person), verified);
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
    const withdrawn = this.#stay?.entrances.withdraw();
    this.call.leave();
    // Before the others are gone: what they were giving is fetched on when this device is back.
    this.#history.files.release();
    this.#roster.closeAll('leaving');
    this.#disconnection.end();
    this.#countersigning.end();
    // A withdrawal takes a moment to seal, and goes by what the abort ends.
    if (withdrawn) void withdrawn.finally(() => this.#abort.abort());
    else this.#abort.abort();
  }

  /** The page goes, perhaps only to be reloaded. */
  sayAway(): void {
    void this.#stay?.entrances.withdraw();
    this.#roster.sayAway();
  }

  /** Whether the device may be in the room, as far as is known here. */
  standing(device: DeviceId): Standing {
    return this.#access.standing(device);
  }

  /** What the device has written so far: its removal says that this much stands. */
  headsOf(device: DeviceId): Removal['feeds'] {
    return this.#history.headsOf(device);
  }

  /** A link ended before its peer was in. */
  hearRefusal(reason: CloseReason): void {
    const { notices } = this.#parts;
    if (reason.kind === 'refused') {
      if (reason.reason === 'version') return notices.show({ kind: 'version-mismatch' });
      notices.show({ kind: 'handshake-refused', reason: reason.reason });
    }
    if (reason.kind === 'bye' && reason.reason === 'full') return notices.show({ kind: 'room-full', maximum: limits.peopleInRoom });
    this.#stay?.reconnecting.notOpened(reason);
  }

  #follow(): void {
    const { signal } = this.#abort;
    const { profile } = this.#parts.identity;
    this.#roster.members.subscribe((members) => this.#followMembers(members));
    this.#roster.present.subscribe((present) => {
      this.#list.setPresent(present);
      this.#refreshPhase();
      this.#statusLine.refresh();
    });
    this.#acquaintances.version.subscribe(() => this.#list.refresh());
    this.#phase.subscribe(() => this.#statusLine.refresh());
    watch(this.#admission.membership, signal, (membership) => this.#followMembership(membership));
    const unsubscribe = profile.subscribe((now) => this.#tellProfile(now));
    signal.addEventListener('abort', unsubscribe, { once: true });
  }

  async #takeLock(mode: OpenMode, signal: AbortSignal): Promise<RoomHold | undefined> {
    const lock = this.#parts.lockOf(this.alias);
    if (mode === 'take-over') return lock.takeOver();
    const hold = await lock.tryHold();
    if (hold || mode === 'try') return hold;
    this.#phase.set('elsewhere');
    return lock.waitToHold(signal).catch(() => undefined); // Given up: the room was left, or taken over instead.
  }

  /** Something that a room needs could not be had: the fault is told, and "Use here" tries again. */
  #giveUp(hold: RoomHold, cause: unknown): never {
    hold.release();
    this.#history.release();
    this.#phase.set('elsewhere');
    throw cause;
  }

  async #goLive(hold: RoomHold): Promise<void> {
    hold.signal.addEventListener('abort', () => this.#letGo(hold), { once: true });
    this.#abort.signal.addEventListener('abort', () => hold.release(), { once: true, signal: hold.signal });
    this.#parts.notices.clear('disconnected');
    const [self] = await Promise.all([createSessionSelf(this.#parts), this.#record.reload(), this.#admission.reload(linkOf(this.#record.value.code)), this.#history.take()]);
    const stay = await Stay.open({
      parts: this.#parts,
      hold,
      self,
      record: this.#record,
      admission: this.#admission,
      access: this.#access,
      roster: this.#roster,
      desk: this.#desk,
      isSilent: () => this.#isSilent(),
      onAccept: () => this.#page.onAccept(),
    });
    if (stay && !hold.signal.aborted) this.#begin(stay);
    else if (!this.#abort.signal.aborted && !this.#stay) {
      // Lost again before it could begin.
      this.#history.release();
      this.#phase.set('elsewhere');
    }
  }

  #begin(stay: Stay): void {
    this.#stay = stay;
    const { neighbourhood, entrances } = stay;
    const { signal } = stay.hold;
    this.#statusLine.run(signal);
    watch(entrances.reachable, signal, (reachable) => this.#statusLine.setReachable(reachable));
    // These end with the stay by themselves, and begin with nothing to tell.
    neighbourhood.connecting.subscribe((connecting) => this.#list.setConnecting(connecting));
    entrances.outlook.subscribe(() => this.#refreshPhase());
    entrances.state.subscribe((state) => {
      if (state === 'full') this.#parts.notices.show({ kind: 'room-full', maximum: limits.peopleInRoom });
      if (state === 'version') this.#parts.notices.show({ kind: 'version-mismatch' });
      this.#refreshPhase();
    });
    this.#followMembership(this.#admission.membership.value);
    this.#refreshPhase();
  }

  #letGo(hold: RoomHold): void {
    if (this.#stay?.hold !== hold) return;
    this.#stay = undefined;
    this.#desk.clear();
    if (this.#abort.signal.aborted || this.#phase.value === 'closed') return;
    this.call.leave();
    this.#history.files.release();
    // Whoever takes over will be back at once: the others need not be told.
    this.#roster.closeAll('away');
    this.#history.release();
    this.#phase.set('elsewhere');
    if (this.#hadLink) this.#parts.notices.show({ kind: 'disconnected' });
  }

  /** Let in, whether anybody else is there or not. */
  #isInside(): boolean {
    return this.standing(this.#ownDevice) === 'member';
  }

  #isRemoved(): boolean {
    return this.standing(this.#ownDevice) === 'removed';
  }

  /** Removed, and nothing is asked of the others. */
  #isSilent(): boolean {
    return this.#isRemoved() && !this.#ringsAgain;
  }

  /** What the events amount to has changed: everybody's standing, the settings, the link. A room known by name has none. */
  #followMembership(membership: Membership | undefined): void {
    const before = this.#role.value;
    const role = this.#access.roleOf(this.#ownDevice);
    this.#role.set(role);
    if (!membership) return;
    const { settings } = membership.settings;
    this.#settings.set(viewOfSettings(membership));
    if (settings.closed) return void this.#endForAll(settings);
    this.#stay?.entrances.setStanding(role ? 'member' : 'guest');
    if (this.#isRemoved()) return this.#leaveRemoved(before !== undefined);
    if (role && role !== 'owner') this.#record.keepOnce();
    if (before && !role) return this.#loseStanding();
    if (before && role && before !== role && role !== 'owner') this.#parts.notices.show({ kind: 'role-changed', role });
    this.#roster.reconsider();
    this.#access.reconsider();
    this.#stay?.neighbourhood.membershipChanged();
    this.#desk.dropMembers((device) => membership.members.has(device));
    this.#history.followMembership([...membership.members.values()].map(({ sinceMs }) => sinceMs));
    if (settings.title !== this.#record.value.title) void this.#record.update((record) => ({ ...record, title: settings.title }));
    this.#list.refresh();
    this.#refreshPhase();
    this.#statusLine.refresh();
    if (role === 'owner' || role === 'host') this.#countersigning.soon();
    void this.#followLink();
  }

  /** The pass turned out to be void, and nobody removed us: a guest again, who rings. */
  #loseStanding(): void {
    this.call.leave();
    this.#roster.closeMembers('leaving');
    this.#stay?.entrances.again();
    this.#refreshPhase();
  }

  /** Removed by a host: nothing more is heard or said; the way back is a ring. */
  #leaveRemoved(wasIn: boolean): void {
    if (wasIn || !this.#ringsAgain) this.#phase.set('removed');
    this.call.leave();
    this.#roster.closeMembers('leaving');
    if (wasIn) this.#ringsAgain = false;
    // A link on its way was promised by somebody who knows better: its events will say.
    if (!this.#ringsAgain && !this.#stay?.entrances.pending) this.#stay?.entrances.fallSilent();
    if (wasIn) this.#parts.notices.show({ kind: 'removed' });
  }

  /** The owner has closed the room. */
  async #endForAll({ oneOff }: RoomSettings): Promise<void> {
    const alreadyEnded = this.#phase.value === 'closed';
    this.#phase.set('closed');
    if (alreadyEnded) return;
    this.call.leave();
    if (this.#role.value !== 'owner') this.#parts.notices.show({ kind: 'room-closed', forgotten: oneOff });
    // The event that says so is on every link by now. Members who were away learn it at the door, as long as a page of the room is open.
    this.#roster.closeAll('closed');
    if (oneOff) await this.#forget();
    else await this.#record.update((record) => ({ ...record, closed: true }));
  }

  async #forget(): Promise<void> {
    if (this.#forgotten) return;
    this.#forgotten = true;
    this.close();
    await this.#record.remove();
    this.#page.onForgotten();
  }

  /** A new link: members move to its slots, their links go on. */
  async #followLink(): Promise<void> {
    const code = await this.#access.code();
    const { code: before, oldCodes } = this.#record.value;
    const old = linkOf(before);
    if (code === before || !old || !this.#isInside()) return;
    const kept = this.#record.update((record) => ({ ...record, code, oldCodes: [old, ...oldCodes].slice(0, 4) }));
    this.#link.set(`${this.#parts.origin}/#${code}`);
    this.#parts.notices.show({ kind: 'link-changed' });
    await Promise.all([kept, this.#stay?.entrances.renew()]);
  }

  #refreshPhase(): void {
    const stay = this.#stay;
    const before = this.#phase.value;
    const ended = before === 'closed' && (this.#access.settings.closed || this.#record.value.closed);
    if (!stay || ended || (before === 'elsewhere' && stay.hold.signal.aborted)) return;
    this.#phase.set(
      roomPhase({
        kind: this.kind,
        inside: this.#isInside(),
        removed: this.#isSilent(),
        alone: this.#roster.present.value.length === 0,
        settled: this.#waitsHere || this.#hadLink,
        state: stay.entrances.state.value,
        outlook: stay.entrances.outlook.value,
        before,
      }),
    );
  }

  #isLooking(): boolean {
    const phase = this.#phase.value;
    return (phase !== 'inside' && phase !== 'empty') || this.#stay?.entrances.outlook.value === 'looking';
  }

  #followMembers(members: readonly Member[]): void {
    for (const member of members) {
      if (this.#greeted.has(member.link)) continue;
      this.#greeted.add(member.link);
      this.#welcome(member);
    }
    if (members.length > 0) this.#disconnection.end();
    else if (this.#hadLink) this.#disconnection.begin();
    this.#refreshPhase();
    this.#statusLine.refresh();
  }

  #welcome(member: Member): void {
    const { link, session } = member;
    const { identity, media, notices } = this.#parts;
    link.listen((frame) => this.#hear(member, frame));
    link.send(profileFrame(identity.profile.value));
    this.#history.greet(member);
    this.call.greet(member);
    this.#record.keepOnce();
    watch(link.path, link.signal, () => this.#statusLine.refresh());
    this.#stay?.reconnecting.watch(link, session);
    notices.clear('connection-failed');
    // What a call needs, while the server that has it is there: the call may be wanted when it isn't.
    media.prefetch();
    performance.mark(this.#hadLink ? 'mindmeet:reconnected' : 'mindmeet:chat-ready');
    this.#hadLink = true;
    this.#refreshPhase();
  }

  #hear(member: Member, frame: Frame): void {
    if (frame.kind === 'peers' || frame.kind === 'relay') this.#stay?.neighbourhood.hear(member, frame);
    else if (isDoorFrame(frame)) void this.#stay?.entrances.hear(member.session, frame);
  }

  #tellProfile(profile: Profile): void {
    this.#list.refresh();
    for (const { link } of this.#roster.members.value) link.send(profileFrame(profile));
  }

  async #deriveGate(password: string): Promise<Gate> {
    return this.#parts.derivePasswordKey(password.normalize('NFC'), await this.#access.gateSalt());
  }
}

function isDoorFrame(frame: Frame): frame is DoorFrame {
  return doorFrames.has(frame.kind);
}

function profileFrame({ name, tint, picture }: Profile): ControlFrame {
  return { kind: 'profile', name, ...(tint !== undefined && { tint }), ...(picture && { picture: encodeBase64Url(picture) }) };
}
