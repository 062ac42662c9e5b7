/**
 * Who is in the room: one Link a device, the newest wins, and a departed one may come back before anybody is told.
 *
 *     link waiting → (its device has standing) admitted by us → (by them, too) here
 *     here → link lost or page gone → reconnecting → (back in time) here, or gone
 *     here → "leaving", removed → gone
 */
import { limits, timing } from '../config';
import { decodeBase64Url } from '../core/base64url';
import type { DeviceId, SessionId } from '../core/ids';
import { State, watch, type Observable } from '../core/observable';
import { isPicture } from '../core/picture';
import { TokenBucket } from '../core/token-bucket';
import type { CloseReason, Link, LinkState } from '../network/link';
import type { ControlFrame } from '../protocol/frames';
import type { PeerIdentity } from '../protocol/handshake';
import type { Picture } from './faces';

/** A device with an open link. `sinceMs`: it may see messages from then on (milliseconds since 1970 by the clock of whoever let it in); 0 for everything. */
export interface Member {
  readonly device: DeviceId;
  readonly session: SessionId;
  readonly name: string;
  readonly link: Link;
  readonly sinceMs: number;
}

/** A device as the others see it: those who may be back in a moment are still listed. */
export interface Present {
  readonly device: DeviceId;
  readonly name: string;
  readonly tint: number | undefined;
  readonly picture: Picture | undefined;
  readonly presence: 'here' | 'reconnecting';
  /** Seven numbers to compare aloud; while a link is open. */
  readonly code: readonly number[] | undefined;
}

/** unknown: nothing says that it may be in the room, but its proof may be on the way. */
export type Standing = 'member' | 'removed' | 'unknown';

export interface RosterRoom {
  readonly ownDevice: DeviceId;
  now(): number;
  /** We are a member ourselves, by what we know: else what the peer says of us has to come first. */
  isInside(): boolean;
  standing(device: DeviceId): Standing;
  sinceMs(device: DeviceId): number;
  /** The handshake is through; what admits the peer, or us, can be exchanged. */
  onWaiting(link: Link, peer: PeerIdentity): void;
  /** Did not come back. */
  onGone(name: string): void;
  /** A link ended before its peer was in. */
  onRefused(reason: CloseReason): void;
  /** Somebody arrived for whom there is no place. */
  onFull(): void;
}

interface Entry {
  readonly device: DeviceId;
  readonly name: string;
  readonly tint: number | undefined;
  readonly picture: Picture | undefined;
  readonly sinceMs: number;
  readonly peer: PeerIdentity;
  /** undefined while it is away. */
  readonly link: Link | undefined;
  readonly enteredMs: number;
  readonly profiles: TokenBucket;
  readonly farewell: ReturnType<typeof setTimeout> | undefined;
}

/** Two links between the same sessions that both came up within this time were begun by both sides at once, in milliseconds. */
const atOnceMs = 5_000;
/** Whose pass became void has this long for another one to come, in milliseconds. */
const doubtMs = 2_000;
/** Changes of name, colour and picture that a peer may make at once, and a second: each is written down. */
const profileBurst = 5;
const profilesASecond = 0.5;

export class Roster {
  readonly #room: RosterRoom;
  readonly #entries = new State<readonly Entry[]>([]);
  readonly #members = new State<readonly Member[]>([]);
  readonly #present = new State<readonly Present[]>([]);
  readonly #expected = new Map<Link, PeerIdentity | undefined>();
  /** Of those expected, whom we have let in. */
  readonly #admitted = new WeakSet<Link>();
  /** When those who are in doubt go. */
  readonly #doubts = new Map<DeviceId, ReturnType<typeof setTimeout>>();

  constructor(room: RosterRoom) {
    this.#room = room;
    this.#entries.subscribe((entries) => this.#publish(entries));
  }

  /** Devices with an open link, admitted on both sides. */
  get members(): Observable<readonly Member[]> {
    return this.#members;
  }

  get present(): Observable<readonly Present[]> {
    return this.#present;
  }

  /** Links that are on their way or wait for admission. */
  get waitingLinks(): readonly Link[] {
    return [...this.#expected.keys()];
  }

  /** Takes a link that is on its way. It counts when its peer has standing, and, where one is expected, is that device. */
  expect(link: Link, device?: DeviceId): void {
    let entered = false;
    this.#expected.set(link, undefined);
    watch<LinkState>(link.state, link.signal, (state) => {
      if (state.kind === 'waiting') {
        const { peer } = state;
        if ((device && peer.device !== device) || peer.device === this.#room.ownDevice) return link.close('leaving');
        this.#expected.set(link, peer);
        this.#room.onWaiting(link, peer);
        this.#consider(link, peer);
      } else if (state.kind === 'member') {
        this.#expected.delete(link);
        entered = this.#enter(link, state.peer);
      }
    });
    const lost = (): void => {
      this.#expected.delete(link);
      const state = link.state.value;
      if (state.kind !== 'closed') return;
      if (entered) this.#lose(link, state.reason);
      else this.#room.onRefused(state.reason);
    };
    // It may be gone already, if its other side was quick.
    if (link.signal.aborted) return lost();
    link.signal.addEventListener('abort', lost, { once: true });
    watch(link.interrupted, link.signal, () => this.#publish(this.#entries.value));
    link.listen((frame) => {
      if (frame.kind === 'profile') this.#followProfile(link, frame);
    });
  }

  /** Who may be in the room has changed: waiting links are looked at again, removed devices go. */
  reconsider(): void {
    for (const [link, peer] of [...this.#expected]) {
      // One that we let in, and that never said the same of us, would hear on.
      if (peer && this.#admitted.has(link) && this.#room.standing(peer.device) !== 'member') link.close('removed');
      else if (peer) this.#consider(link, peer);
    }
    for (const entry of this.#entries.value) {
      const standing = this.#room.standing(entry.device);
      if (standing === 'removed') this.#expel(entry);
      else if (standing === 'unknown') this.#doubt(entry.device);
      else {
        this.#endDoubt(entry.device);
        const sinceMs = this.#room.sinceMs(entry.device);
        if (sinceMs !== entry.sinceMs) this.#replace(entry, { ...entry, sinceMs });
      }
    }
  }

  /** Closes all links; the others are told why. */
  closeAll(reason: 'leaving' | 'away' | 'closed'): void {
    for (const link of [...this.#expected.keys()]) link.close(reason);
    this.closeMembers(reason);
  }

  /** Closes the links of those who are in; one on its way may bring the news that lets us in again. */
  closeMembers(reason: 'leaving' | 'away' | 'closed'): void {
    const entries = this.#entries.value;
    this.#entries.set([]);
    for (const device of [...this.#doubts.keys()]) this.#endDoubt(device);
    for (const { link, farewell } of entries) {
      clearTimeout(farewell);
      link?.close(reason);
    }
  }

  sayAway(): void {
    for (const { link } of this.#members.value) link.sayAway();
  }

  /** A removed device has learned why from the events that it lacks (AdmissionExchange). */
  #consider(link: Link, { device }: PeerIdentity): void {
    if (!this.#room.isInside() || this.#room.standing(device) !== 'member') return;
    this.#admitted.add(link);
    link.admit();
  }

  /** False when there is no place for it. */
  #enter(link: Link, peer: PeerIdentity): boolean {
    const { device } = peer;
    // It may have been removed between our word and its own.
    if (this.#room.standing(device) !== 'member') {
      link.close('removed');
      return false;
    }
    const old = this.#entries.value.find((entry) => entry.device === device);
    if (!old && this.#entries.value.length >= limits.peopleInRoom - 1) {
      this.#room.onFull();
      link.close('full');
      return false;
    }
    if (old?.link && this.#keepsOld(old, old.link, link, peer)) {
      link.close('replaced');
      return false;
    }
    clearTimeout(old?.farewell);
    const entry: Entry = {
      device,
      name: peer.name,
      tint: old?.tint,
      picture: old?.picture,
      sinceMs: this.#room.sinceMs(device),
      peer,
      link,
      enteredMs: this.#room.now(),
      profiles: old?.profiles ?? new TokenBucket(profileBurst, profilesASecond, this.#room.now()),
      farewell: undefined,
    };
    this.#entries.update((entries) => (old ? entries.map((other) => (other.device === device ? entry : other)) : [...entries, entry]));
    // Only now: a link that replaces another must stand before the old one ends.
    old?.link?.close(old.peer.session === peer.session ? 'replaced' : 'moved');
    return true;
  }

  /** Both sides must keep the same one of two links that came up at once, or they close each the other's. Otherwise the newest is the best. */
  #keepsOld(old: Entry, oldLink: Link, link: Link, peer: PeerIdentity): boolean {
    const atOnce = old.peer.session === peer.session && !oldLink.interrupted.value && this.#room.now() - old.enteredMs < atOnceMs;
    return atOnce && oldLink.pairKey < link.pairKey;
  }

  #followProfile(link: Link, { name, tint, picture }: Extract<ControlFrame, { kind: 'profile' }>): void {
    const bytes = picture === undefined ? undefined : decodeBase64Url(picture);
    const entry = this.#entries.value.find((other) => other.link === link);
    if (entry?.profiles.take(this.#room.now())) this.#replace(entry, { ...entry, name, tint, picture: bytes && isPicture(bytes, limits.pictureBytes) ? bytes : undefined });
  }

  #lose(link: Link, reason: CloseReason): void {
    const entry = this.#entries.value.find((other) => other.link === link);
    if (!entry) return;
    if (reason.kind === 'bye' && reason.reason === 'leaving') return this.#remove(entry);
    const graceMs = reason.kind === 'bye' ? timing.returnGraceMs : timing.linkSilenceMs;
    const waiting: Entry = { ...entry, link: undefined, farewell: setTimeout(() => this.#remove(waiting), graceMs) };
    this.#replace(entry, waiting);
  }

  /** The pass that it came by is void, since its issuer was removed; whoever keeps it in says so in the same moment. */
  #doubt(device: DeviceId): void {
    if (!this.#doubts.has(device)) this.#doubts.set(device, setTimeout(() => this.#expelUnlessMember(device), doubtMs));
  }

  #endDoubt(device: DeviceId): void {
    clearTimeout(this.#doubts.get(device));
    this.#doubts.delete(device);
  }

  #expelUnlessMember(device: DeviceId): void {
    this.#endDoubt(device);
    const entry = this.#entries.value.find((other) => other.device === device);
    if (entry && this.#room.standing(device) !== 'member') this.#expel(entry);
  }

  #expel(entry: Entry): void {
    clearTimeout(entry.farewell);
    this.#endDoubt(entry.device);
    this.#entries.update((entries) => entries.filter((other) => other !== entry));
    entry.link?.close('removed');
  }

  #remove(entry: Entry): void {
    const now = this.#entries.value.find(({ device, link }) => device === entry.device && link === entry.link);
    if (!now) return;
    this.#endDoubt(now.device);
    this.#entries.update((entries) => entries.filter((other) => other !== now));
    this.#room.onGone(now.name);
  }

  #replace(entry: Entry, by: Entry): void {
    this.#entries.update((entries) => entries.map((other) => (other === entry ? by : other)));
  }

  #publish(entries: readonly Entry[]): void {
    this.#present.set(
      entries.map(({ device, name, tint, picture, link, peer }) => ({
        device,
        name,
        tint,
        picture,
        presence: link && !link.interrupted.value ? 'here' : 'reconnecting',
        code: link && peer.code,
      })),
    );
    const members = entries.flatMap(({ link, device, name, sinceMs, peer }) => (link ? [{ link, device, name, sinceMs, session: peer.session }] : []));
    if (!sameMembers(members, this.#members.value)) this.#members.set(members);
  }
}

function sameMembers(a: readonly Member[], b: readonly Member[]): boolean {
  return a.length === b.length && a.every((member, at) => member.link === b[at]?.link && member.name === b[at].name && member.sinceMs === b[at].sinceMs);
}
