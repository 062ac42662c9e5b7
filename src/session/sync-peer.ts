/** One side of the exchange on one link (sync.ts): what the peer holds, what is asked of it and given to it. */
import { limits } from '../config';
import { encodeBase64Url } from '../core/base64url';
import { equalBytes } from '../core/bytes';
import type { DeviceId, FeedId } from '../core/ids';
import type { Bytes, FeedRecord, StoredEvent } from '../core/log-event';
import { intersectRanges, rangesContain, subtractRanges, unionRanges, type Ranges } from '../core/ranges';
import { TokenBucket } from '../core/token-bucket';
import type { Link } from '../network/link';
import type { Frame, RunsFrame, SyncFrame } from '../protocol/frames';
import { runEventBytes, runOf, runsBytes, type Run } from '../protocol/run';
import { LiveRepeats } from './live-repeats';
import { NamedTimers, type SetTimer } from './named-timers';
import type { Ingested, RoomLog } from './room-log';
import { RunServer } from './run-server';
import { vectorFrames, type FeedVector, type Vectors, type VisibleFeed } from './vector';
import type { Parts, Wish, Wishes } from './wishes';

export interface SyncPeerOptions {
  readonly log: RoomLog;
  readonly link: Link;
  readonly vectors: Vectors;
  readonly wishes: Wishes;
  readonly setTimer: SetTimer;
  now(): number;
  /** From when on the peer may see; and this device. */
  sinceMs(): number;
  ownSinceMs(): number;
  compareAfterMs(): number;
  isOwn(feed: FeedId): boolean;
  /** The feed's author is linked with us by another link: what is new there comes from itself. */
  hasAuthor(feed: FeedId): boolean;
  /** The peer holds the feed up to there. */
  onHolds(feed: FeedId, upTo: number): void;
  /** Something was asked for. */
  onWishes(): void;
  /** A wish came to its end, so others may be asked for what is left of it. */
  onEnded(): void;
  /** The peer sends what no honest one does; its link is closed. */
  onMisbehaved(): void;
}

/** What the peer holds of a feed, by what it said. `device`: unknown for a feed that only `got` has named. */
interface Told {
  readonly device: DeviceId | undefined;
  readonly ranges: Ranges;
}

/** Frames of runs that may be on their way to us: a megabyte, what a fast line carries while some of them are checked and written. */
const creditFrames = 16;
/** Credit is given back in portions. */
const creditPortion = 2;
/** Frames that nobody asked for: an author's own long messages, and those of half a minute together when the line was down. */
const newsBurst = 100;
const newsASecond = 4;
/** Frames that nobody asked for which are being taken at once. */
const framesInFlight = 100;
/** Wishes whose credit is remembered; of one that was ended some frames are still on their way. */
const creditsMaximum = 64;
const wishesAtOnce = 3;
/** Events that a wish brings in ten seconds at least, unless they are long. */
const expectedEvents = 64;
/** What a peer didn't give, or we didn't take, is asked of it again after this long. */
const forgivenAfterMs = 60_000;
/** … and then less and less often. */
const forgivenLastMs = 16 * 60_000;
/** How long something may take to come from its author itself before it is asked of one who has it. */
const authorFirstMs = 600;
const gapMs = 60;
/** Where two histories part is looked for in so many events at first, then in twice as many. */
const searchEvents = 64;
const searchRounds = 12;
const vectorBurst = 10;
const vectorsASecond = 1;
/** Events that came by live lately: the repeats of those need no second look. */
const recentMaximum = 256;

type TimerName = 'compare' | 'plan';

export class SyncPeer {
  readonly #options: SyncPeerOptions;
  readonly #link: Link;
  readonly #server: RunServer;
  readonly #repeats: LiveRepeats;
  readonly #timers: NamedTimers<TimerName>;
  readonly #vectorRate: TokenBucket;
  readonly #toldByFeed = new Map<FeedId, Told>();
  readonly #passedOver = new Map<FeedId, { readonly ranges: Ranges; readonly untilMs: number; readonly waitMs: number }>();
  readonly #bodiesAsked = new Map<FeedId, Ranges>();
  readonly #wishes = new Map<number, Wish>();
  readonly #creditOwed = new Map<number, number>();
  /** By wish, those that have come to their end included: how many frames may still come. */
  readonly #creditLeft = new Map<number, number>();
  readonly #news: TokenBucket;
  /** Of feeds whose history is another one here: how far was looked, and for which end of it. */
  readonly #searches = new Map<FeedId, { readonly rounds: number; readonly hash: string }>();
  /** The last event before which the two are known to differ. */
  readonly #diverged = new Map<FeedId, number>();
  readonly #recent = new Map<string, Bytes>();
  #framesInFlight = 0;
  #awaitsVector = false;
  #quietUntilMs = 0;
  #isStopped = false;
  #lastWork: Promise<unknown> = Promise.resolve();

  constructor(options: SyncPeerOptions) {
    const { log, link, setTimer } = options;
    const now = (): number => options.now();
    this.#options = options;
    this.#link = link;
    this.#server = new RunServer(log, link, () => options.sinceMs(), now, setTimer);
    this.#repeats = new LiveRepeats(
      {
        isFull: () => link.buffered('live') > 0,
        sendLive: (run) => link.send({ kind: 'runs', channel: 'live', want: 0, runs: [run] }),
        sendOrdered: (run) => void link.send({ kind: 'runs', channel: 'sync', want: 0, runs: [run] }),
      },
      setTimer,
      now,
    );
    this.#timers = new NamedTimers(setTimer);
    this.#vectorRate = new TokenBucket(vectorBurst, vectorsASecond, now());
    this.#news = new TokenBucket(newsBurst, newsASecond, now());
  }

  hear(frame: Frame): void {
    switch (frame.kind) {
      case 'digest':
        return this.#inTurn(() => this.#hearDigest(frame.digest));
      case 'vector':
        return this.#inTurn(() => this.#hearVector(frame));
      case 'want':
        return this.#server.want(frame);
      case 'credit':
        return this.#server.credit(frame.want, frame.frames);
      case 'enough':
        return this.#server.enough(frame.want);
      case 'runs':
        return frame.channel === 'live' ? void this.#hearLive(frame).catch(() => undefined) : this.#hearRuns(frame);
      case 'served':
        return this.#inTurn(async () => this.#hearServed(frame.want));
      case 'got':
        return this.#hearGot(frame.heads);
      case 'heard':
        return this.#repeats.heard(frame.feed, frame.sequence, frame.count);
      default:
        return;
    }
  }

  /** Says what is held, unless more of it is on its way; and again after a while. */
  compare(): void {
    this.#timers.set('compare', this.#options.compareAfterMs(), () => this.compare());
    if (this.#wishes.size > 0) return;
    this.#awaitsVector = false;
    this.#inTurn(async () => {
      this.#send({ kind: 'digest', digest: await this.#options.vectors.digest(this.#commonSinceMs) });
    });
  }

  reconsider(): void {
    this.#passedOver.clear();
    this.#searches.clear();
    this.compare();
  }

  /** What was lost is asked for anew. */
  forgive(feed: FeedId): void {
    this.#passedOver.delete(feed);
    this.#bodiesAsked.delete(feed);
  }

  /** What has just been written here. */
  tellOwn(event: StoredEvent): void {
    const record = this.#options.log.feeds.get(event.feed);
    if (!record || event.clock.wallMs < this.#options.sinceMs()) return;
    const run = runOf(record, [event]);
    if (runEventBytes(event) <= limits.liveEventBytes) this.#repeats.say({ feed: event.feed, sequence: event.sequence, run });
    else this.#send({ kind: 'runs', channel: 'sync', want: 0, runs: [run] });
  }

  /** What has come and is on the disk. */
  sayGot(records: readonly FeedRecord[]): void {
    const heads = records.flatMap((record): [FeedId, number][] => {
      const [first] = record.ranges;
      // Who sees from a time on has no beginning; that nothing is on its way below it, Sync has seen to.
      const isWhole = first?.first === 1 || this.#options.ownSinceMs() > 0;
      const upTo = first && isWhole && record.head && record.head.clock.wallMs >= this.#options.sinceMs() ? first.last : 0;
      return upTo > 0 ? [[record.id, upTo]] : [];
    });
    for (let at = 0; at < heads.length; at += limits.feedsTold) this.#send({ kind: 'got', heads: heads.slice(at, at + limits.feedsTold) });
  }

  /** Asks for what the peer has, this device lacks, and nobody else is asked for. */
  plan(): void {
    if (this.#wishes.size >= wishesAtOnce || this.#options.now() < this.#quietUntilMs || this.#link.signal.aborted) return;
    const parts = new Map<FeedId, Ranges>();
    let count = 0;
    for (const [feed, told] of this.#toldByFeed) {
      const lacks = this.#lacks(feed, told).slice(-(limits.feedsTold - count));
      if (lacks.length > 0) parts.set(feed, lacks);
      count += lacks.length;
      if (count >= limits.feedsTold) break;
    }
    if (count > 0) this.#ask(parts, false);
  }

  planSoon(): void {
    this.#timers.ensure('plan', authorFirstMs, () => this.plan());
  }

  /** The peer has something of that which is not here. */
  offers(parts: Parts): boolean {
    return this.#options.now() >= this.#quietUntilMs && [...parts].some(([feed, ranges]) => this.#offered(feed, ranges).length > 0);
  }

  /** Something below what is here of the feed is still to come from the peer. */
  hasBelow(feed: FeedId): boolean {
    const first = this.#options.log.feeds.get(feed)?.ranges[0]?.first ?? 1;
    return first > 1 && this.offers(new Map([[feed, [{ first: 1, last: first - 1 }]]]));
  }

  /** Wishes that bring nothing are somebody else's to fulfil; those that bring too little are, too, where there is somebody else. A slow line is waited for else. */
  dropSilent({ silenceMs, patienceMs }: { readonly silenceMs: number; readonly patienceMs: number }, isElsewhere: (parts: Parts) => boolean): void {
    const nowMs = this.#options.now();
    for (const wish of [...this.#wishes.values()]) {
      const isPatient = !wish.isSearch && !isElsewhere(wish.parts);
      if (this.#framesInFlight > 0 || nowMs - (isPatient ? wish.movedMs + patienceMs : wish.fulfilledMs + silenceMs) < 0) continue;
      this.#send({ kind: 'enough', want: wish.id });
      this.#end(wish);
      this.#quietUntilMs = nowMs + forgivenAfterMs / 2;
    }
  }

  /** Resolves when all that has come is taken: until then nobody else is asked for it. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timers.cancelAll();
    this.#repeats.stop();
    const wishes = [...this.#wishes.values()];
    this.#wishes.clear();
    await this.#lastWork;
    for (const wish of wishes) this.#options.wishes.end(wish);
  }

  get #commonSinceMs(): number {
    return Math.max(this.#options.sinceMs(), this.#options.ownSinceMs());
  }

  // Comparing

  async #hearDigest(digest: Bytes): Promise<void> {
    const visible = await this.#options.vectors.visible(this.#commonSinceMs);
    if (equalBytes(digest, await this.#options.vectors.digest(this.#commonSinceMs))) return this.#agree(visible);
    if (!this.#awaitsVector && this.#wishes.size === 0) this.#sayVector(visible, false);
  }

  async #agree(visible: readonly VisibleFeed[]): Promise<void> {
    this.#awaitsVector = false;
    for (const { id, ranges } of visible) {
      this.#toldByFeed.set(id, { device: this.#options.log.feeds.get(id)?.device, ranges });
      await this.#noteHolds(id, ranges);
    }
    this.plan(); // Bodies may still be missing.
  }

  /** All of an own feed that the peer may see, up to its first gap. */
  async #noteHolds(feed: FeedId, [told]: Ranges): Promise<void> {
    const record = this.#options.log.feeds.get(feed);
    if (!told || !record || !this.#options.isOwn(feed)) return;
    if (told.first <= (await this.#options.vectors.firstSeen(record, this.#commonSinceMs))) this.#options.onHolds(feed, told.last);
  }

  #sayVector(visible: readonly VisibleFeed[], isAnswer: boolean): void {
    this.#awaitsVector = !isAnswer;
    for (const frame of vectorFrames(visible, isAnswer)) this.#send(frame);
  }

  async #hearVector({ feeds, answer }: Extract<SyncFrame, { kind: 'vector' }>): Promise<void> {
    if (!this.#vectorRate.take(this.#options.now())) return;
    for (const told of feeds) await this.#learn(told);
    // Both said theirs at once: then each has the other's.
    if (!answer && !this.#awaitsVector) this.#sayVector(await this.#options.vectors.visible(this.#commonSinceMs), true);
    this.#awaitsVector = false;
    this.plan();
  }

  async #learn({ key, incarnation, ranges, hash }: FeedVector): Promise<void> {
    const { id, device } = await this.#options.log.feedOf({ key, incarnation });
    if (!this.#toldByFeed.has(id) && this.#toldByFeed.size >= 2 * limits.feedsTold) return;
    const told = unionRanges([], ranges);
    this.#toldByFeed.set(id, { device, ranges: told });
    const end = told.at(-1)?.last ?? 0;
    await this.#noteHolds(id, told);
    const record = this.#options.log.feeds.get(id);
    if (!record || !rangesContain(record.ranges, end)) return;
    const own = record.head?.sequence === end ? record.head.hash : (await this.#options.log.store.slice(id, { first: end, last: end }))[0]?.hash;
    if (own && !equalBytes(own, hash)) this.#search(id, end, hash);
  }

  /** Another history of the feed is there: looks for where it parts from ours, a part after the other downwards from `at`. `end`: how it ends, when that was told. */
  #search(feed: FeedId, at: number, end?: Bytes): void {
    if ([...this.#wishes.values()].some(({ isSearch, parts }) => isSearch && parts.has(feed))) return;
    const before = this.#searches.get(feed);
    const hash = end ? encodeBase64Url(end) : (before?.hash ?? '');
    const rounds = before?.hash === hash ? before.rounds : 0;
    if (at < 1 || rounds >= searchRounds || (end && before?.hash === hash)) return;
    this.#searches.set(feed, { rounds: rounds + 1, hash });
    this.#diverged.delete(feed);
    this.#ask(new Map([[feed, [{ first: Math.max(1, at - searchEvents * 2 ** rounds + 1), last: at }]]]), true);
  }

  // Asking

  #lacks(feed: FeedId, { device, ranges }: Told): Ranges {
    const { log, wishes } = this.#options;
    const record = log.feeds.get(feed);
    const author = device ?? record?.device;
    if (author !== undefined && !log.takes({ device: author, id: feed })) return [];
    const cap = author === undefined ? Infinity : log.capOf({ device: author, id: feed });
    const wanted = cap < 1 ? [] : intersectRanges(ranges, [{ first: 1, last: cap }]);
    const lacking = subtractRanges(subtractRanges(wanted, record?.ranges ?? []), this.#notGiven(feed));
    const bodies = subtractRanges(intersectRanges(log.bodiless.get(feed) ?? [], wanted), this.#bodiesAsked.get(feed) ?? []);
    return wishes.unasked(feed, unionRanges(lacking, bodies));
  }

  #offered(feed: FeedId, ranges: Ranges): Ranges {
    const offered = intersectRanges(this.#toldByFeed.get(feed)?.ranges ?? [], ranges);
    return subtractRanges(subtractRanges(offered, this.#options.log.feeds.get(feed)?.ranges ?? []), this.#notGiven(feed));
  }

  #notGiven(feed: FeedId): Ranges {
    const passed = this.#passedOver.get(feed);
    return passed && passed.untilMs > this.#options.now() ? passed.ranges : [];
  }

  #ask(parts: Parts, isSearch: boolean): void {
    if (this.#isStopped || this.#link.signal.aborted) return;
    const wish = this.#options.wishes.begin(parts, isSearch);
    this.#wishes.set(wish.id, wish);
    this.#creditLeft.set(wish.id, creditFrames);
    for (const oldest of this.#creditLeft.keys()) {
      if (this.#creditLeft.size <= creditsMaximum) break;
      this.#creditLeft.delete(oldest);
    }
    for (const [feed, ranges] of parts) {
      const bodies = intersectRanges(this.#options.log.bodiless.get(feed) ?? [], ranges);
      if (bodies.length > 0) this.#bodiesAsked.set(feed, unionRanges(this.#bodiesAsked.get(feed) ?? [], bodies));
    }
    const asked = [...parts].flatMap(([feed, ranges]) => ranges.map((range) => ({ feed, range })));
    this.#send({ kind: 'want', want: wish.id, parts: asked, credit: creditFrames });
    this.#options.onWishes();
  }

  #hearServed(id: number): void {
    const wish = this.#wishes.get(id);
    if (!wish) return;
    const { log } = this.#options;
    for (const [feed, ranges] of wish.isSearch ? [] : wish.parts) {
      const left = subtractRanges(ranges, log.feeds.get(feed)?.ranges ?? []);
      const before = this.#passedOver.get(feed);
      const waitMs = before ? Math.min(2 * before.waitMs, forgivenLastMs) : forgivenAfterMs;
      if (left.length > 0) this.#passedOver.set(feed, { ranges: unionRanges(this.#notGiven(feed), left), untilMs: this.#options.now() + waitMs, waitMs });
      else this.#passedOver.delete(feed);
    }
    this.#creditLeft.delete(id);
    this.#end(wish);
    if (wish.isSearch) for (const feed of wish.parts.keys()) this.#search(feed, this.#diverged.get(feed) ?? 0);
    this.#options.onEnded();
    // Until both hold the same.
    if (this.#wishes.size === 0 && !wish.isSearch) this.#timers.set('compare', gapMs, () => this.compare());
  }

  #end(wish: Wish): void {
    this.#wishes.delete(wish.id);
    this.#creditOwed.delete(wish.id);
    this.#options.wishes.end(wish);
  }

  // What comes

  #hearRuns({ want, runs }: RunsFrame): void {
    if (!this.#isExpected(want, runs)) return this.#misbehaves();
    this.#framesInFlight += 1;
    // At once, so that what comes together is written together; what follows waits for it.
    const taken = this.#take(runs);
    this.#inTurn(async () => {
      const share = await taken;
      this.#framesInFlight -= 1;
      const wish = this.#wishes.get(want);
      if (!wish) return;
      this.#noteMoved(wish, share);
      this.#giveCredit(want);
    });
  }

  /** It was asked for; or it is one event that has just been said. */
  #isExpected(want: number, runs: readonly Run[]): boolean {
    const left = this.#creditLeft.get(want) ?? 0;
    if (left > 0) {
      this.#creditLeft.set(want, left - 1);
      return true;
    }
    return runs.length === 1 && runs[0]?.events.length === 1 && this.#framesInFlight < framesInFlight && this.#news.take(this.#options.now());
  }

  #noteMoved(wish: Wish, share: number): void {
    if (share <= 0) return;
    wish.movedMs = this.#options.now();
    wish.share += share;
    if (wish.share < 1) return;
    wish.share = 0;
    wish.fulfilledMs = wish.movedMs;
  }

  #misbehaves(): void {
    this.#options.onMisbehaved();
    this.#link.close('leaving');
  }

  #giveCredit(want: number): void {
    const owed = (this.#creditOwed.get(want) ?? 0) + 1;
    this.#creditOwed.set(want, owed % creditPortion);
    if (owed < creditPortion) return;
    this.#creditLeft.set(want, (this.#creditLeft.get(want) ?? 0) + owed);
    this.#send({ kind: 'credit', want, frames: owed });
  }

  /** Answered at once: they are here, though not on the disk yet. */
  async #hearLive({ runs: [run] }: RunsFrame): Promise<void> {
    const signatures = run?.events.flatMap(({ signature }) => signature ?? []) ?? [];
    if (!run || signatures.length < run.events.length || this.#framesInFlight >= framesInFlight) return;
    const { id } = await this.#options.log.feedOf(run);
    this.#send({ kind: 'heard', feed: id, sequence: run.first, ...(signatures.length > 1 && { count: signatures.length }) });
    const isNew = signatures.map((signature, at) => this.#remember(`${id}.${run.first + at}`, signature));
    if (!isNew.includes(true)) return;
    this.#framesInFlight += 1;
    await this.#take([run]);
    this.#framesInFlight -= 1;
  }

  /** False when it came before. */
  #remember(name: string, signature: Bytes): boolean {
    const known = this.#recent.get(name);
    if (known && equalBytes(known, signature)) return false;
    this.#recent.set(name, signature);
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= recentMaximum) break;
      this.#recent.delete(oldest);
    }
    return true;
  }

  /** How much it brought, as a share of what can be expected in ten seconds. */
  async #take(runs: readonly Run[]): Promise<number> {
    try {
      const ingested = await this.#options.log.ingest(runs);
      for (const one of ingested) this.#judge(one);
      return ingested.reduce((sum, one) => sum + shareOf(one), 0);
    } catch {
      return 0; // The disk has failed, or another tab has the room: the room tells.
    }
  }

  #judge({ feed, run, outcome }: Ingested): void {
    switch (outcome.kind) {
      case 'forged':
        return this.#misbehaves();
      case 'diverged':
        this.#diverged.set(feed.id, outcome.at);
        return this.#search(feed.id, outcome.at);
      case 'taken':
        this.#diverged.delete(feed.id);
        return this.#noticeGap(feed.id, run);
      default:
        return;
    }
  }

  /** Whoever sends an event has those before it, or will be told so. */
  #noticeGap(feed: FeedId, { first, events }: Run): void {
    const record = this.#options.log.feeds.get(feed);
    const last = first + events.length - 1;
    const before = this.#toldByFeed.get(feed);
    const told: Told = { device: record?.device, ranges: unionRanges(before?.ranges ?? [], [{ first: before?.ranges[0]?.first ?? 1, last }]) };
    this.#toldByFeed.set(feed, told);
    if (this.#lacks(feed, told).length > 0) this.planSoon();
  }

  #hearGot(heads: readonly (readonly [FeedId, number])[]): void {
    let waitMs = Infinity;
    for (const [feed, upTo] of heads) {
      const told = this.#toldByFeed.get(feed);
      if (!told && this.#toldByFeed.size >= 2 * limits.feedsTold) continue;
      const record = this.#options.log.feeds.get(feed);
      const first = told?.ranges[0]?.first ?? record?.ranges[0]?.first ?? 1;
      this.#toldByFeed.set(feed, { device: told?.device ?? record?.device, ranges: unionRanges(told?.ranges ?? [], [{ first: Math.min(first, upTo), last: upTo }]) });
      this.#repeats.got(feed, upTo);
      this.#options.onHolds(feed, upTo);
      if (!record || (record.head?.sequence ?? 0) < upTo) waitMs = Math.min(waitMs, this.#options.hasAuthor(feed) ? authorFirstMs : gapMs);
    }
    if (waitMs < Infinity) this.#timers.ensure('plan', waitMs, () => this.plan());
  }

  #send(frame: Frame): void {
    this.#link.send(frame);
  }

  /** What the peer says is heard in its order, though some of it takes a while. */
  #inTurn(work: () => Promise<void>): void {
    this.#lastWork = this.#lastWork.then(work).catch(() => undefined); // A store that fails tells by itself; a peer must not.
  }
}

/** A full frame, or as many events as small frames have, is 1. */
function shareOf({ run, outcome }: Ingested): number {
  if (outcome.kind !== 'taken' || outcome.count === 0) return 0;
  return Math.max(outcome.count / expectedEvents, runsBytes([run]) / limits.runsFrameBytes);
}
