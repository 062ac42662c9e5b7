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
import { State, type Observable } from '../core/observable';
import { countSequences, subtractRanges } from '../core/ranges';
import { jittered } from '../core/wait';
import type { Link } from '../network/link';
import type { Notes } from '../storage/log-store';
import type { LogNews, SyncFace } from './log-face';
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
/** A wish that brings nothing for this long is put to somebody else. */
const silenceMs = 10_000;
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

  /** Ends with `signal`. */
  constructor(options: SyncOptions, signal: AbortSignal) {
    this.#options = options;
    this.#vectors = new Vectors(options.log);
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
    if (link.signal.aborted || this.#peersByLink.has(link)) return;
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
      hasAuthor: (feed) => this.#isLinkedWithAuthor(feed, link),
      onHolds: (feed, upTo) => this.#noteHolds(member.device, feed, upTo),
      onWishes: () => this.#followWishes(),
      onEnded: () => this.#planAll(),
    });
    this.#peersByLink.set(link, peer);
    link.signal.addEventListener('abort', () => this.#part(link, peer), { once: true });
    link.listen((frame) => peer.hear(frame));
    peer.compare();
  }

  /** Who may write, or see, has changed. */
  reconsider(): void {
    this.#vectors.forget();
    for (const peer of this.#peersByLink.values()) peer.reconsider();
  }

  #part(link: Link, peer: SyncPeer): void {
    this.#peersByLink.delete(link);
    peer.stop();
    this.#planAll();
  }

  #stop(): void {
    this.#timers.cancelAll();
    for (const peer of this.#peersByLink.values()) peer.stop();
    this.#peersByLink.clear();
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
    const here = [...this.#changedFeeds].filter((feed) => !this.#wishes.asksFor(feed));
    for (const feed of here) this.#changedFeeds.delete(feed);
    const heads = here.flatMap((feed) => log.feeds.get(feed) ?? []);
    for (const peer of this.#peersByLink.values()) peer.sayGot(heads);
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
    for (const peer of this.#peersByLink.values()) peer.dropSilent(silenceMs);
    this.#planAll();
  }

  #count(): void {
    const { feeds } = this.#options.log;
    let missing = 0;
    for (const [feed, ranges] of this.#wishes.parts()) missing += countSequences(subtractRanges(ranges, feeds.get(feed)?.ranges ?? []));
    this.#missing.set(missing);
  }
}

function readHas(notes: Notes): Map<DeviceId, Map<FeedId, number>> {
  const has = notes[hasNote];
  if (typeof has !== 'object' || has === null) return new Map();
  return new Map((Object.entries(has) as [DeviceId, Record<FeedId, number>][]).map(([device, feeds]) => [device, new Map(Object.entries(feeds) as [FeedId, number][])]));
}
