/**
 * Who is in the room: one Link a device, the newest wins, and a departed one may come back before anybody is told.
 *
 *     link waiting, device as expected → admitted → here
 *     here → link lost or page gone → reconnecting → (back in time) here, or gone
 *     here → "leaving" → gone
 */
import { timing } from '../config';
import type { DeviceId, SessionId } from '../core/ids';
import { State, watch, type Observable } from '../core/observable';
import type { CloseReason, Link, LinkState } from '../network/link';
import type { Person } from './faces';

/** A device with an open link. `sinceMs`: it may see messages from then on (milliseconds since 1970 by the owner's clock); 0 for everything. */
export interface Member {
  readonly device: DeviceId;
  readonly name: string;
  readonly link: Link;
  readonly sinceMs: number;
}

interface Entry {
  readonly device: DeviceId;
  readonly name: string;
  readonly sinceMs: number;
  /** undefined while it is away. */
  readonly link: Link | undefined;
  readonly farewell: ReturnType<typeof setTimeout> | undefined;
}

export class Roster {
  readonly #entries = new State<readonly Entry[]>([]);
  readonly #members = new State<readonly Member[]>([]);
  readonly #people = new State<readonly Person[]>([]);
  readonly #expected = new Set<Link>();
  readonly #onGone: (name: string) => void;
  readonly #onRefused: (reason: CloseReason) => void;

  /** `onGone` is told who did not come back, `onRefused` why a link ended before its peer was in. */
  constructor(onGone: (name: string) => void, onRefused: (reason: CloseReason) => void) {
    this.#onGone = onGone;
    this.#onRefused = onRefused;
    this.#entries.subscribe((entries) => this.#publish(entries));
  }

  /** Devices with an open, admitted link. */
  get members(): Observable<readonly Member[]> {
    return this.#members;
  }

  /** As people see it: those who may be back in a moment are still listed. */
  get people(): Observable<readonly Person[]> {
    return this.#people;
  }

  /** Takes a link that is on its way; it counts when its hello comes from `device`. */
  expect(link: Link, device: DeviceId, sinceMs: number): void {
    let admitted = false;
    this.#expected.add(link);
    watch<LinkState>(link.state, link.signal, (state) => {
      if (state.kind === 'waiting') {
        if (state.hello.device !== device) return link.close('leaving');
        admitted = true;
        this.#expected.delete(link);
        link.admit();
        this.#enter({ device, sinceMs, link, name: state.hello.name, farewell: undefined });
      }
    });
    const lost = (): void => {
      this.#expected.delete(link);
      const state = link.state.value;
      if (state.kind !== 'closed') return;
      if (admitted) this.#lose(link, state.reason);
      else this.#onRefused(state.reason);
    };
    // It may be gone already, if its other side was quick.
    if (link.signal.aborted) return lost();
    link.signal.addEventListener('abort', lost, { once: true });
    watch(link.interrupted, link.signal, () => this.#publish(this.#entries.value));
    link.listen((frame) => {
      if (frame.kind === 'profile') this.#entries.update((entries) => entries.map((entry) => (entry.link === link ? { ...entry, name: frame.name } : entry)));
    });
  }

  /** Closes all links; the others are told why. */
  closeAll(reason: 'leaving' | 'away'): void {
    const entries = this.#entries.value;
    this.#entries.set([]);
    for (const link of [...this.#expected]) link.close(reason);
    for (const { link, farewell } of entries) {
      clearTimeout(farewell);
      link?.close(reason);
    }
  }

  sayAway(): void {
    for (const { link } of this.#members.value) link.sayAway();
  }

  #enter(entry: Entry): void {
    const old = this.#entries.value.find(({ device }) => device === entry.device);
    clearTimeout(old?.farewell);
    this.#entries.update((entries) => (old ? entries.map((other) => (other.device === entry.device ? entry : other)) : [...entries, entry]));
    // Only now: a link that replaces another must stand before the old one ends.
    old?.link?.close(sessionOf(old.link) === sessionOf(entry.link) ? 'replaced' : 'moved');
  }

  #lose(link: Link, reason: CloseReason): void {
    const entry = this.#entries.value.find((other) => other.link === link);
    if (!entry) return;
    if (reason.kind === 'bye' && reason.reason === 'leaving') return this.#remove(entry);
    const graceMs = reason.kind === 'bye' ? timing.returnGraceMs : timing.linkSilenceMs;
    const waiting: Entry = { ...entry, link: undefined, farewell: setTimeout(() => this.#remove(waiting), graceMs) };
    this.#entries.update((entries) => entries.map((other) => (other === entry ? waiting : other)));
  }

  #remove(entry: Entry): void {
    if (!this.#entries.value.includes(entry)) return;
    this.#entries.update((entries) => entries.filter((other) => other !== entry));
    this.#onGone(entry.name);
  }

  #publish(entries: readonly Entry[]): void {
    this.#people.set(entries.map(({ device, name, link }) => ({ id: device, name, presence: link && !link.interrupted.value ? 'here' : 'reconnecting' })));
    const members = entries.flatMap(({ link, device, name, sinceMs }) => (link ? [{ link, device, name, sinceMs }] : []));
    if (!sameMembers(members, this.#members.value)) this.#members.set(members);
  }
}

function sessionOf(link: Link | undefined): SessionId | undefined {
  const state = link?.state.value;
  return state?.kind === 'waiting' || state?.kind === 'member' ? state.hello.session : undefined;
}

function sameMembers(a: readonly Member[], b: readonly Member[]): boolean {
  return a.length === b.length && a.every((member, at) => member.link === b[at]?.link && member.name === b[at].name);
}
