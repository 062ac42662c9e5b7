/**
 * The exchange of the log with everybody who is here: until both hold the same, and from then on what is new.
 *
 *     both     digest     on each new link, and every `timing.compareMs`: of what both may see
 *     either   vector     only where the digests differ; the other answers with its own
 *     either   want       what it lacks, each part from one peer at a time; again from others what one doesn't give
 *     other    runs …     the newest of all feeds first, as far as there is `credit`; then `served`
 *
 *     author   runs       what it has just written, to everybody: by live, repeated until `heard` (live-repeats.ts), or, when it is long, by sync
 *     both     got        to everybody, what has come and is on the disk: what ticks are made of, and what tells who lacks something where it can be had
 *
 * A cut needs no repair: whoever meets the next time compares again, and asks for what is lacking by then. sync-peer.ts is one side of one link.
 */
import { timing } from '../config';
import type { DeviceId, FeedId } from '../core/ids';
import type { Place } from '../core/log-event';
import { State, watch, type Observable } from '../core/observable';
import { countSequences, subtractRanges } from '../core/ranges';
import { jittered } from '../core/wait';
import type { Notes } from '../core/notes';
import type { Link } from '../network/link';
import type { LogNews, SyncFace } from './log-face';
import { metIn, metMaximum, metNote } from './met-devices';
import { NamedTimers, type SetTimer } from './named-timers';
import type { RoomLog } from './room-log';
import type { Member } from './roster';
import { SyncPeer } from './sync-peer';
import { Vectors } from './vector';
import { Wishes } from './wishes';

export interface SyncOptions {
  readonly log: RoomLog;
  readonly ownDevice: DeviceId;
  /** Devices with an open link, each as it is now. */
  readonly members: Observable<readonly Member[]>;
  /** From when on this device may see, as Member.sinceMs. */
  ownSinceMs(): number;
  now(): number;
  random(): number;
  readonly setTimer: SetTimer;
}

/** What has come is told of together, after this long. */
const gatherMs = 50;
/** A wish that brings next to nothing for this long is put to somebody else; where there is nobody, one that brings nothing at all for so much longer is given up. */
const silenceMs = 10_000;
const patienceMs = 30_000;
/** More isn't counted as missing: who says that there is more may say anything. */
const missingMaximum = 100_000;
/** Who has sent what no honest one does is not exchanged with for this long. */
const barredMs = 10 * 60_000;
const watchMs = 2_000;
/** `missing` changes this often at most. */
const countMs = 100;
/** Note: by device and own feed, up to where it has said that it holds it. */
const hasNote = 'sync.has';

type TimerName = 'got' | 'watch' | 'count' | 'notes';

export class Sync implements SyncFace {
  readonly #options: SyncOptions;
  readonly #vectors: Vectors;
  readonly #wishes: Wishes;
  readonly #peersByLink = new Map<Link, SyncPeer>();
  readonly #timers: NamedTimers<TimerName>;
  readonly #version = new State(0);
  readonly #missing = new State(0);
  /** Own feeds alone: only own messages have ticks. */
  readonly #hasByDevice: Map<DeviceId, Map<FeedId, number>>;
  readonly #changedFeeds = new Set<FeedId>();
  readonly #barredUntilMs = new Map<DeviceId, number>();

  /** Ends with `signal`. */
  constructor(options: SyncOptions, signal: AbortSignal) {
    this.#options = options;
    this.#vectors = new Vectors(options.log, (device) => this.#rankOf(device));
    this.#wishes = new Wishes(() => options.now());
    this.#timers = new NamedTimers(options.setTimer);
    this.#hasByDevice = readHas(options.log.notes);
    options.log.listen((news) => this.#tell(news), signal);
    signal.addEventListener('abort', () => this.#stop(), { once: true });
  }

  get version(): Observable<number> {
    return this.#version;
  }

  get missing(): Observable<number> {
    return this.#missing;
  }

  has(device: DeviceId, { feed, sequence }: Pick<Place, 'feed' | 'sequence'>): boolean {
    return (this.#hasByDevice.get(device)?.get(feed) ?? 0) >= sequence;
  }

  /** A member is here. Until its link ends. */
  greet(member: Member): void {
    const { link } = member;
    if (link.state.value.kind === 'closed' || this.#peersByLink.has(link) || (this.#barredUntilMs.get(member.device) ?? 0) > this.#options.now()) return;
    this.#meet(member.device);
    const { log, members, setTimer } = this.#options;
    const peer = new SyncPeer({
      log,
      link,
      vectors: this.#vectors,
      wishes: this.#wishes,
      setTimer,
      now: () => this.#options.now(),
      sinceMs: () => members.value.find((other) => other.link === link)?.sinceMs ?? member.sinceMs,
      ownSinceMs: () => this.#options.ownSinceMs(),
      compareAfterMs: () => jittered(timing.compareMs, timing.jitter, this.#options.random()),
      isOwn: (feed) => log.feeds.get(feed)?.device === this.#options.ownDevice,
      hasAuthor: (feed) => this.#isLinkedWithAuthor(feed, link),
      onHolds: (feed, upTo) => this.#noteHolds(member.device, feed, upTo),
      onWishes: () => this.#followWishes(),
      onEnded: () => this.#planAll(),
      onMisbehaved: () => void this.#barredUntilMs.set(member.device, this.#options.now() + barredMs),
    });
    this.#peersByLink.set(link, peer);
    // Not only at its end: once it has said goodbye nothing more comes by it.
    watch(link.state, link.signal, ({ kind }) => void (kind === 'closed' && this.#part(link, peer)));
    link.listen((frame) => peer.hear(frame));
    peer.compare();
  }

  /** Who may write, or see, has changed. */
  reconsider(): void {
    this.#vectors.forget();
    for (const peer of this.#peersByLink.values()) peer.reconsider();
  }

  async #part(link: Link, peer: SyncPeer): Promise<void> {
    this.#peersByLink.delete(link);
    await peer.stop();
    this.#planAll();
  }

  #stop(): void {
    this.#timers.cancelAll();
    for (const peer of this.#peersByLink.values()) void peer.stop();
    this.#peersByLink.clear();
  }

  #meet(device: DeviceId): void {
    const met = metIn(this.#options.log.notes);
    if (met.length < metMaximum && !met.includes(device)) this.#options.log.keepNotes({ [metNote]: [...met, device] });
  }

  /** Our own first, then those met, the first of them first; then the others. */
  #rankOf(device: DeviceId): number {
    const met = [this.#options.ownDevice, ...metIn(this.#options.log.notes)].indexOf(device);
    return met < 0 ? metMaximum + 1 : met;
  }

  /** Its author would send it itself. */
  #isLinkedWithAuthor(feed: FeedId, except: Link): boolean {
    const device = this.#options.log.feeds.get(feed)?.device;
    return this.#options.members.value.some((member) => member.device === device && member.link !== except);
  }

  #tell(news: LogNews): void {
    const { log } = this.#options;
    const own = news.events.filter(({ feed }) => feed === log.ownFeed);
    for (const peer of this.#peersByLink.values()) for (const event of own) peer.tellOwn(event);
    for (const { feed } of news.events) this.#changedFeeds.add(feed);
    if (news.events.length > 0) this.#timers.ensure('got', gatherMs, () => this.#sayGot());
    for (const feed of news.lost) for (const peer of this.#peersByLink.values()) peer.forgive(feed);
    if (news.lost.length > 0) this.#planAll();
    if (this.#wishes.isAny) this.#timers.ensure('count', countMs, () => this.#count());
  }

  /** A feed that is still on its way is told of when it is here. */
  #sayGot(): void {
    const { log } = this.#options;
    const settled = [...this.#changedFeeds].filter((feed) => !this.#wishes.asksFor(feed));
    const here = settled.filter((feed) => !this.#isComingBelow(feed));
    if (here.length < settled.length) for (const peer of this.#peersByLink.values()) peer.planSoon();
    for (const feed of here) this.#changedFeeds.delete(feed);
    const heads = here.flatMap((feed) => log.feeds.get(feed) ?? []);
    for (const peer of this.#peersByLink.values()) peer.sayGot(heads);
  }

  /** Who sees from a time on can't tell by the sequence whether the beginning is here. */
  #isComingBelow(feed: FeedId): boolean {
    return this.#options.ownSinceMs() > 0 && [...this.#peersByLink.values()].some((peer) => peer.hasBelow(feed));
  }

  #noteHolds(device: DeviceId, feed: FeedId, upTo: number): void {
    const record = this.#options.log.feeds.get(feed);
    if (record?.device !== this.#options.ownDevice) return;
    const has = this.#hasByDevice.get(device) ?? new Map<FeedId, number>();
    // More than there is would hold for what is still to be written, too.
    const holds = Math.min(upTo, record.head?.sequence ?? 0);
    if ((has.get(feed) ?? 0) >= holds) return;
    this.#hasByDevice.set(device, has.set(feed, holds));
    this.#version.update((version) => version + 1);
    this.#timers.ensure('notes', gatherMs, () => this.#keepHas());
  }

  #keepHas(): void {
    const has = Object.fromEntries([...this.#hasByDevice].map(([device, feeds]) => [device, Object.fromEntries(feeds)]));
    this.#options.log.keepNotes({ [hasNote]: has });
  }

  #planAll(): void {
    for (const peer of this.#peersByLink.values()) peer.plan();
    if (this.#changedFeeds.size > 0) this.#timers.ensure('got', gatherMs, () => this.#sayGot());
    this.#followWishes();
  }

  #followWishes(): void {
    this.#count();
    if (this.#wishes.isAny) this.#timers.ensure('watch', watchMs, () => this.#watchWishes());
  }

  #watchWishes(): void {
    const peers = [...this.#peersByLink.values()];
    for (const peer of peers) peer.dropSilent({ silenceMs, patienceMs }, (parts) => peers.some((other) => other !== peer && other.offers(parts)));
    this.#planAll();
  }

  #count(): void {
    const { feeds } = this.#options.log;
    let missing = 0;
    for (const [feed, ranges] of this.#wishes.parts()) missing += countSequences(subtractRanges(ranges, feeds.get(feed)?.ranges ?? []));
    this.#missing.set(Math.min(missing, missingMaximum));
  }
}

function readHas(notes: Notes): Map<DeviceId, Map<FeedId, number>> {
  const has = notes[hasNote];
  if (typeof has !== 'object' || has === null) return new Map();
  return new Map((Object.entries(has) as [DeviceId, Record<FeedId, number>][]).map(([device, feeds]) => [device, new Map(Object.entries(feeds) as [FeedId, number][])]));
}
