/**
 * The log of one room on this device: what it says itself, and what others hand it, checked, merged and kept before anybody is shown or told of it.
 *
 *     append   place → (in turn) seal → disk → shown, sent
 *     ingest   runs → signature and hashes → (in turn) chain, forks, pace → marks → disk → shown, told of
 *
 * One change at a time; what arrives while one is being written goes into the next together.
 */
import { AppError } from '../core/app-error';
import { equalBytes } from '../core/bytes';
import { limits } from '../config';
import { compareTimestamps } from '../core/clock';
import type { EventContent } from '../core/event-content';
import { fairShares } from '../core/fair-shares';
import type { DeviceId, FeedId, MessageId } from '../core/ids';
import { comparePlaces, messageIdOf, placeOfMessage, type Bytes, type Feed, type FeedRecord, type LogEvent, type Place, type SequenceRange, type StoredEvent } from '../core/log-event';
import type { Mark, PinnedMark } from '../core/marks';
import { mergeNotes, type Notes } from '../core/notes';
import { rangesContain, subtractRanges, unionRanges, type Ranges } from '../core/ranges';
import { checkRun, noHash, sealEvent } from '../protocol/check-run';
import { encodeBody } from '../protocol/event-body';
import { feedOf } from '../protocol/feed';
import { bodySaltBytes, type Run } from '../protocol/run';
import type { Durability } from '../storage/database';
import type { LogContents, LogStore } from '../storage/log-store';
import { DeletedAhead } from './deleted-ahead';
import { FeedEdges } from './feed-edges';
import { annotationOf, LogDraft, type DraftOutcome } from './log-draft';
import type { Appending, LogFace, LogNews } from './log-face';
import { metIn } from './met-devices';
import { keptOwn, newFeed, OwnFeed } from './own-feed';
import { RoomClock } from './room-clock';
import { takeRun, type TakeResult } from './take-run';

export interface RoomLogOptions {
  readonly store: LogStore;
  readonly identity: { readonly deviceId: DeviceId; readonly publicKey: Bytes; readonly privateKey: CryptoKey };
  /** A link room's RoomId, a named room's RoomTag; undefined while the room isn't known. */
  scope(): string | undefined;
  readonly authors: Authors;
  now(): number;
}

/** Whose events count. */
export interface Authors {
  /** The feed's last event that counts: Infinity for all of them, 0 for none (now). */
  capOf(device: DeviceId, feed: FeedId): number;
  /** The device was removed, so what its cap leaves out is gone, and not only unknown for the moment. */
  isRemoved(device: DeviceId): boolean;
}

/** unfounded: neither signed, nor named by an event that is held, so nobody can tell whether it is true. forged: its signature is wrong. */
export type RunOutcome = TakeResult | { readonly kind: 'unfounded' } | { readonly kind: 'forged' };

/** A run that arrived, and whose it is. */
export interface Ingested {
  readonly feed: Feed;
  readonly run: Run;
  readonly outcome: RunOutcome;
}

/** `anchor`: the hash that its last event was taken to have; right only if the event after it stands when the run's turn comes. */
interface Checked {
  readonly feed: Feed;
  readonly run: Run;
  readonly anchor: Bytes | undefined;
  /** undefined for a feed that doesn't count. */
  readonly events: Promise<readonly LogEvent[] | undefined> | undefined;
}

interface Arrival {
  readonly runs: readonly Run[];
  readonly checks: Promise<readonly Checked[]>;
  readonly resolve: (outcomes: readonly Ingested[]) => void;
  readonly reject: (reason: unknown) => void;
}

interface Appended extends Place {
  readonly own: OwnFeed;
  readonly paceMs: number;
  readonly lifetimeS: number;
  readonly content: EventContent;
}

/** Events in one change: some frames full, so that each is cheap, and the page is shown what is new several times a second. */
const eventsAChange = 2_000;
/** Runs of a backup that are taken at once. */
const runsAStep = 16;
/** Bodies that are owed to us, remembered; a note holds them. Ranges of all feeds together. */
const bodilessMaximum = 1_000;
/** Pins in memory, those of messages that are not here among them; and of what is here, those that are given out. */
const pinsMaximum = 1_000;
const pinsGiven = 200;
/** Feeds of devices that this one was never linked with: what a vector tells has room for those of others besides. */
const feedsOfStrangers = limits.feedsTold / 2;
const bodilessNote = 'log.bodiless';

export class RoomLog implements LogFace {
  readonly store: LogStore;
  readonly #options: RoomLogOptions;
  readonly #clock: RoomClock;
  readonly #edges = new FeedEdges();
  readonly #listeners = new Set<(news: LogNews) => void>();
  readonly #arrivals: Arrival[] = [];
  /** Of runs that have arrived and are not taken: by FEED.SEQUENCE of the first event, what the one before it must be. */
  readonly #coming = new Map<string, Bytes>();
  /** Of a history that parts from ours further back than was looked: what the event before the part that came must be. */
  readonly #rivals = new Map<FeedId, { readonly at: number; readonly hash: Bytes }>();
  #feeds = new Map<FeedId, FeedRecord>();
  #notes: Notes = {};
  #pins: ReadonlyMap<MessageId, PinnedMark> = new Map();
  #pinsHere: { readonly version: number; readonly pins: readonly PinnedMark[] } = { version: -1, pins: [] };
  #deletedAhead = DeletedAhead.read({});
  #bodiless: ReadonlyMap<FeedId, Ranges> = new Map();
  #own: OwnFeed | undefined;
  /** Derived ahead of time, so that an append can name its place at once. */
  #spare: Feed | undefined;
  readonly #retired = new Set<FeedId>();
  #isTaken = false;
  #version = 0;
  #lastWork: Promise<unknown> = Promise.resolve();

  /** To look at; `take` makes it this tab's. */
  static async open(options: RoomLogOptions): Promise<RoomLog> {
    const log = new RoomLog(options);
    log.#read(await options.store.load('read'));
    options.store.onDamage((lost) => void log.#lose(lost));
    return log;
  }

  private constructor(options: RoomLogOptions) {
    this.store = options.store;
    this.#options = options;
    this.#clock = new RoomClock(() => options.now());
  }

  get feeds(): ReadonlyMap<FeedId, FeedRecord> {
    return this.#feeds;
  }

  get notes(): Notes {
    return this.#notes;
  }

  get pins(): readonly PinnedMark[] {
    if (this.#pinsHere.version !== this.#version) this.#pinsHere = { version: this.#version, pins: this.#findPins() };
    return this.#pinsHere.pins;
  }

  /** Counts changes of what is held. */
  get version(): number {
    return this.#version;
  }

  /** Events whose body nobody has given yet, and last ones whose signature is lacking, by feed. */
  get bodiless(): ReadonlyMap<FeedId, Ranges> {
    return this.#bodiless;
  }

  /** Where the next own event goes. */
  get ownFeed(): FeedId | undefined {
    return this.#own?.feed.id;
  }

  /** Whose a run is, by what it says. */
  feedOf({ key, incarnation }: Pick<Feed, 'key' | 'incarnation'>): Promise<Feed> {
    const scope = this.#options.scope();
    if (scope === undefined) throw new Error('a log of no room');
    return feedOf(scope, key, incarnation);
  }

  /** Of a feed, the last event that counts. */
  capOf({ device, id }: Pick<Feed, 'device' | 'id'>): number {
    return this.#options.authors.capOf(device, id);
  }

  /** Whether an event of the feed would be taken, as far as that is the feed's matter. */
  takes({ device, id }: Pick<Feed, 'device' | 'id'>): boolean {
    return this.#feeds.has(id) || !this.#hasManyFeeds(this.#feeds.values(), device);
  }

  /** This tab holds the room's lock: it may write from now on, and sees what the one before it wrote. */
  take(): Promise<void> {
    return this.#serially(async () => {
      // Another tab may have gone on in it meanwhile.
      this.#own = undefined;
      this.#read(await this.store.load('take'));
      this.#isTaken = true;
      await this.#chooseOwn();
    });
  }

  /** Another tab holds the lock: this one sees what that has written, and writes nothing. */
  look(): Promise<void> {
    return this.#serially(async () => {
      this.#isTaken = false;
      this.#own = undefined;
      this.#read(await this.store.load('read'));
    });
  }

  /** The room is known now, or who may write in it has changed: what counts no more goes, and our own feed may have ended. */
  reconsider(): Promise<void> {
    return this.#serially(async () => {
      if (!this.#isTaken) return;
      const draft = this.#draft();
      for (const record of this.#feeds.values()) {
        const cap = this.capOf(record);
        // Nobody who is only unknown for the moment loses a word: 0 is not taken then, and not shown to anybody.
        const isFinal = hasEnded(cap) || this.#options.authors.isRemoved(record.device);
        if (isFinal && record.head && record.head.sequence > cap) await draft.cut(record.id, cap + 1);
      }
      await this.#commit(draft, 'relaxed');
      await this.#chooseOwn();
    });
  }

  /** People were let in at these times, this device itself at `ownMs`, by others' clocks: what is said from now on is later, and so for them, too. */
  comeAfter(enteredMs: readonly number[], ownMs: number): void {
    for (const wallMs of enteredMs) this.#clock.observe({ wallMs, counter: 0 });
    this.#clock.enter(ownMs);
  }

  /** A time after everything said so far, by the clock of the room: milliseconds since 1970. */
  get afterAllMs(): number {
    return this.#clock.afterAllMs;
  }

  /** What a removal of the device names: its feeds, the latest first, and of each the last event that is held. */
  headsOf(device: DeviceId): readonly (readonly [FeedId, number])[] {
    const heads = [...this.#feeds.values()].flatMap(({ id, device: author, head }) => (author === device && head ? [{ id, head }] : []));
    return heads.sort((a, b) => compareTimestamps(b.head.clock, a.head.clock)).map(({ id, head }) => [id, head.sequence] as const);
  }

  waitMs(): number {
    return this.#own?.waitMs(this.#clock.peek().wallMs) ?? 0;
  }

  append(content: EventContent, lifetimeS: number): Appending | undefined {
    const own = this.#own;
    if (!own || this.waitMs() > 0) return undefined;
    const clock = this.#clock.next();
    const { sequence, paceMs } = own.place(clock);
    const place: Place = { clock, feed: own.feed.id, sequence };
    const kept = this.#serially(() => this.#keepOwn({ ...place, own, paceMs, lifetimeS, content }));
    return { id: `${own.feed.id}.${sequence}` as MessageId, place, kept };
  }

  /** What came of each run, in order; those of feeds that don't count are passed over. Rejects when nothing can be kept any more. */
  ingest(runs: readonly Run[]): Promise<readonly Ingested[]> {
    return new Promise((resolve, reject) => {
      const checks = this.#check(runs);
      // It is told where it is waited for.
      checks.catch(() => undefined);
      this.#arrivals.push({ runs, checks, resolve, reject });
      // One turn for all that is waiting by then.
      if (this.#arrivals.length === 1) void this.#serially(() => this.#takeArrivals());
    });
  }

  async restore(runs: readonly Run[]): Promise<number> {
    let count = 0;
    for (let at = 0; at < runs.length; at += runsAStep) {
      for (const { outcome } of await this.ingest(runs.slice(at, at + runsAStep))) if (outcome.kind === 'taken') count += outcome.count;
    }
    return count;
  }

  keepNotes(notes: Notes): void {
    this.#notes = mergeNotes(this.#notes, notes);
    // A note that is not kept is had again.
    void this.#serially(() => this.store.write({ notes }, 'relaxed')).catch(() => undefined);
  }

  expire(): Promise<number | undefined> {
    return this.#serially(async () => {
      for (;;) {
        const { ids, nextMs } = await this.store.due(this.#options.now(), eventsAChange);
        if (ids.length === 0 || !this.#isTaken) return nextMs;
        const draft = this.#draft();
        const expired = new Set(ids);
        for (const mark of await this.store.marks(await this.#targetsOf(ids))) {
          const isGone = expired.has(mark.target);
          draft.eraseEditions(mark, ({ at }) => isGone || expired.has(messageIdOf(at)), 'expired');
        }
        for (const id of ids) draft.erase(id, 'expired');
        await this.#commit(draft, 'relaxed');
      }
    });
  }

  listen(listener: (news: LogNews) => void, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#listeners.add(listener);
    signal.addEventListener('abort', () => this.#listeners.delete(listener), { once: true });
  }

  /** The own feed is known to others in a state that isn't ours: what was signed in it nobody can say. */
  retireOwn(feed: FeedId): void {
    if (this.#own?.feed.id !== feed) return;
    const spare = this.#spare;
    this.#own = spare && this.#own.succeededBy(spare);
    this.#spare = undefined;
    this.#retired.add(feed);
    void this.#serially(async () => {
      await this.#chooseOwn();
      // The next page must not go on in the old one either.
      if (this.#own) await this.store.write({ notes: this.#own.noteOf(0) }, 'strict');
    }).catch(() => undefined); // A disk that fails tells whoever writes.
  }

  #read({ feeds, notes, pins }: LogContents): void {
    this.#feeds = new Map(feeds.map((feed) => [feed.id, feed]));
    this.#notes = notes;
    this.#pins = withPins(new Map(), pins);
    this.#deletedAhead = DeletedAhead.read(notes);
    this.#bodiless = readBodiless(notes);
    this.#edges.clear();
    this.#version += 1;
    for (const { head, device } of feeds) {
      if (!head) continue;
      if (device === this.#options.identity.deviceId) this.#clock.follow(head.clock);
      else this.#clock.observe(head.clock);
    }
  }

  /** Goes on in the feed that this store has written to, if it is as we left it; else in a new one. */
  async #chooseOwn(): Promise<void> {
    const scope = this.#options.scope();
    if (scope === undefined || !this.#isTaken) return;
    const { publicKey } = this.#options.identity;
    this.#spare ??= await newFeed(scope, publicKey);
    if (this.#own) {
      if (!hasEnded(this.capOf(this.#own.feed))) return;
      this.#own = this.#own.succeededBy(this.#spare);
    } else {
      this.#own = (await this.#continued(scope)) ?? new OwnFeed(this.#spare, 0, []);
      if (this.#own.feed !== this.#spare) return;
    }
    this.#spare = await newFeed(scope, publicKey);
  }

  /** undefined where nobody can say what was signed in it; and where the clocks that the next events tell their pace by are lost. */
  async #continued(scope: string): Promise<OwnFeed | undefined> {
    const kept = keptOwn(this.#notes);
    const record = kept && this.#feeds.get((await feedOf(scope, this.#options.identity.publicKey, kept.incarnation)).id);
    if (!record || record.head?.sequence !== kept.last || !isWhole(record) || this.#retired.has(record.id) || hasEnded(this.capOf(record))) return undefined;
    const recent = await this.store.slice(record.id, { first: Math.max(1, kept.last - limits.eventsInPace + 1), last: kept.last });
    return recent.length < Math.min(limits.eventsInPace, kept.last) ? undefined : new OwnFeed(record, kept.last, recent.map(({ clock }) => clock.wallMs));
  }

  /** Under another id where its feed has ended since it was given its place: nobody has heard of that one. */
  async #keepOwn(appended: Appended, isRetry = false): Promise<StoredEvent> {
    const { own, clock, content, lifetimeS } = appended;
    const record = this.#feeds.get(own.feed.id);
    const follows = own === this.#own && !record?.forked && (record?.head?.sequence ?? 0) + 1 === appended.sequence;
    if (!this.#isTaken) throw new AppError('storage-taken');
    if (!follows) return this.#keepElsewhere(appended);
    const fields = { kind: content.kind === 'text' ? 'message' : 'annotation', clock, lifetimeS, sequence: appended.sequence, paceMs: appended.paceMs, previous: record?.head?.hash ?? noHash } as const;
    const body = encodeBody(content, crypto.getRandomValues(new Uint8Array(bodySaltBytes)));
    const event = await sealEvent(this.#options.identity.privateKey, own.feed, fields, body);
    const draft = this.#draft();
    draft.add(own.feed, [event]);
    try {
      await this.#commit(draft, 'strict', own.noteOf(appended.sequence));
    } catch (cause) {
      // Whether it is on the disk nobody can say, and the next page may go on from before it: in this feed nothing more is said.
      this.retireOwn(own.feed.id);
      if (isRetry || !(cause instanceof AppError) || cause.code === 'storage-taken') throw cause;
      return this.#keepElsewhere(appended, true);
    }
    return { ...event, gone: undefined };
  }

  async #keepElsewhere(appended: Appended, isRetry = false): Promise<StoredEvent> {
    // Still the one that it was to go to: what is held of it isn't what was signed.
    if (this.#own === appended.own) this.retireOwn(appended.own.feed.id);
    if (!this.#own) await this.#chooseOwn();
    const own = this.#own;
    if (!own) throw new Error('a log of no room');
    const clock = this.#clock.next();
    return this.#keepOwn({ ...appended, ...own.place(clock), clock, own, feed: own.feed.id }, isRetry);
  }

  async #takeArrivals(): Promise<void> {
    const arrivals: Arrival[] = [];
    for (let count = 0; count < eventsAChange && this.#arrivals.length > 0; ) {
      const arrival = this.#arrivals.shift();
      if (!arrival) break;
      arrivals.push(arrival);
      count += arrival.runs.reduce((sum, { events }) => sum + events.length, 0);
    }
    if (this.#arrivals.length > 0) void this.#serially(() => this.#takeArrivals());
    try {
      const draft = this.#draft();
      const outcomes: Ingested[] = [];
      for (const { checks } of arrivals) {
        for (const checked of await checks) outcomes.push(await this.#takeOne(draft, checked));
      }
      await this.#commit(draft, 'relaxed');
      // Not before they are held: what arrives while they are written would have no anchor, and be checked twice.
      for (const { feed, run } of outcomes) this.#coming.delete(`${feed.id}.${run.first}`);
      // Others have of our own feed what we lack.
      for (const { feed, outcome } of outcomes) if (outcome.kind === 'diverged' || (outcome.kind === 'taken' && outcome.count > 0)) this.retireOwn(feed.id);
      for (const { runs, resolve } of arrivals) resolve(outcomes.splice(0, runs.length));
    } catch (cause) {
      for (const { reject } of arrivals) reject(cause);
    } finally {
      if (this.#arrivals.length === 0) this.#coming.clear();
    }
  }

  /** Hashing takes the time, so it begins as soon as runs are there; taking them waits for its turn. */
  async #check(runs: readonly Run[]): Promise<readonly Checked[]> {
    const feeds = await Promise.all(runs.map((run) => this.feedOf(run)));
    const draft = this.#draft();
    const checked: Checked[] = [];
    for (const [at, run] of runs.entries()) {
      const feed = feeds[at] as Feed;
      const next = run.first + run.events.length;
      const anchor = this.#coming.get(`${feed.id}.${next}`) ?? (await draft.chain(feed.id, { first: next, last: next })).get(next)?.previous;
      this.#coming.set(`${feed.id}.${run.first}`, run.previous);
      const cap = this.capOf(feed);
      checked.push({ feed, run, anchor, events: cap < run.first ? undefined : checkRun(feed, run, anchor, cap) });
    }
    return checked;
  }

  async #takeOne(draft: LogDraft, checked: Checked): Promise<Ingested> {
    const { feed, run } = checked;
    if (!checked.events || (!draft.record(feed.id) && this.#hasManyFeeds(draft.records(), feed.device))) return { feed, run, outcome: { kind: 'passed-over' } };
    const events = await this.#vouchedFor(draft, checked, await checked.events);
    if (!events) return { feed, run, outcome: { kind: run.events.at(-1)?.signature ? 'forged' : 'unfounded' } };
    const cap = this.capOf(feed);
    const outcome = await takeRun(draft, feed, events.filter(({ sequence }) => sequence <= cap));
    if (outcome.kind === 'diverged') this.#rivals.set(feed.id, outcome);
    else this.#rivals.delete(feed.id);
    if (outcome.kind === 'taken') for (const { clock } of events.slice(-1)) this.#clock.observe(clock);
    return { feed, run, outcome };
  }

  /** What doesn't fit the event that is held after it may be another history, if it is signed by itself. */
  async #vouchedFor(draft: LogDraft, { feed, run, anchor }: Checked, events: readonly LogEvent[] | undefined): Promise<readonly LogEvent[] | undefined> {
    const next = run.first + run.events.length;
    const held = (await draft.chain(feed.id, { first: next, last: next })).get(next)?.previous;
    if (events && (!anchor || (held && equalBytes(held, anchor)))) return events;
    if (run.events.at(-1)?.signature) return anchor ? checkRun(feed, run) : undefined;
    const rival = this.#rivals.get(feed.id);
    return (held && (await checkRun(feed, run, held))) ?? (rival?.at === next - 1 ? checkRun(feed, run, rival.hash) : undefined);
  }

  /** A device that begins feeds without end is not read any further; nor is a crowd of strangers. */
  #hasManyFeeds(records: Iterable<FeedRecord>, device: DeviceId): boolean {
    const met = new Set([this.#options.identity.deviceId, ...metIn(this.#notes)]);
    let [ofDevice, ofStrangers] = [0, 0];
    for (const record of records) {
      if (record.device === device) ofDevice++;
      if (!met.has(record.device)) ofStrangers++;
    }
    return ofDevice >= limits.feedsADevice || (!met.has(device) && ofStrangers >= feedsOfStrangers);
  }

  #draft(): LogDraft {
    return new LogDraft({ store: this.store, feeds: this.#feeds, edges: this.#edges, deletedAhead: this.#deletedAhead, now: () => this.#options.now() });
  }

  /** On the disk, then here, then told. */
  async #commit(draft: LogDraft, durability: Durability, ownNotes: Notes = {}): Promise<void> {
    if (draft.isEmpty) return;
    const { change, news, deletedAhead, bodiless, signed } = await draft.finish();
    const owed = this.#owed({ bodiless, signed }, news);
    const notes: Notes = {
      ...ownNotes,
      ...(deletedAhead !== this.#deletedAhead && deletedAhead.note),
      ...(owed !== this.#bodiless && { [bodilessNote]: owed.size > 0 ? Object.fromEntries(owed) : undefined }),
    };
    await this.store.write({ ...change, notes }, durability);
    for (const record of change.feeds) this.#feeds.set(record.id, record);
    this.#pins = withPins(this.#pins, news.marks);
    for (const [feed, events] of draft.events()) this.#edges.learn(feed, events, this.#feeds.get(feed)?.head?.sequence ?? 0);
    this.#notes = mergeNotes(this.#notes, notes);
    this.#deletedAhead = deletedAhead;
    this.#bodiless = owed;
    this.#version += 1;
    for (const record of news.forked) this.retireOwn(record.id);
    for (const listener of [...this.#listeners]) tell(listener, news);
  }

  /** The newest first: what is pinned, and here. */
  #findPins(): readonly PinnedMark[] {
    const here = [...this.#pins.values()].filter(({ target }) => {
      const { feed, sequence } = placeOfMessage(target);
      return rangesContain(this.#feeds.get(feed)?.ranges ?? [], sequence);
    });
    return here.sort((a, b) => comparePlaces(b.pin.at, a.pin.at)).slice(0, pinsGiven);
  }

  /** What is still to be asked for, after this change. The same map when nothing is different. */
  #owed({ bodiless, signed }: Pick<DraftOutcome, 'bodiless' | 'signed'>, { events, erased, lost }: LogNews): ReadonlyMap<FeedId, Ranges> {
    if (bodiless.length === 0 && this.#bodiless.size === 0) return this.#bodiless;
    const owed = new Map(this.#bodiless);
    for (const feed of lost) owed.delete(feed);
    const settled = [...events.filter(({ body, gone }) => body ?? gone), ...erased.map(placeOfMessage), ...signed];
    for (const { feed, sequence } of settled) {
      const ranges = owed.get(feed);
      if (ranges && rangesContain(ranges, sequence)) owed.set(feed, subtractRanges(ranges, [{ first: sequence, last: sequence }]));
    }
    for (const { feed, sequence } of bodiless) owed.set(feed, unionRanges(owed.get(feed) ?? [], [{ first: sequence, last: sequence }]));
    return new Map([...fairShares(owed, bodilessMaximum)].filter(([, ranges]) => ranges.length > 0));
  }

  async #lose(lost: readonly { readonly feed: FeedId; readonly range: SequenceRange }[]): Promise<void> {
    await this.#serially(async () => {
      const draft = this.#draft();
      for (const { feed, range } of lost) await draft.lose(feed, range);
      await this.#commit(draft, 'relaxed');
      for (const { feed } of lost) this.retireOwn(feed);
    }).catch(() => undefined); // A disk that fails again tells by itself.
  }

  /** Messages whose texts go when the bodies of these events do: their own, and those that they changed. */
  async #targetsOf(ids: readonly MessageId[]): Promise<readonly MessageId[]> {
    const targets = new Set(ids);
    for (const { feed, sequence } of ids.map(placeOfMessage)) {
      const [event] = await this.store.slice(feed, { first: sequence, last: sequence });
      const content = event && annotationOf(event);
      if (content?.kind === 'edit') targets.add(content.target);
    }
    return [...targets];
  }

  #serially<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#lastWork.then(work);
    // One that failed is its caller's to tell; the next takes its turn all the same.
    this.#lastWork = turn.catch(() => undefined);
    return turn;
  }
}

/** A removal has named its last event: its device goes on in another one. 0 may be but for the moment. */
function hasEnded(cap: number): boolean {
  return cap > 0 && cap < Infinity;
}

/** As this device left it. */
function isWhole({ forked, ranges }: FeedRecord): boolean {
  return !forked && ranges.length === 1 && ranges[0]?.first === 1;
}

/** Pinned now; whoever pins without end loses its own pins, and nobody else's. */
function withPins(pins: ReadonlyMap<MessageId, PinnedMark>, marks: readonly Mark[]): ReadonlyMap<MessageId, PinnedMark> {
  if (!marks.some(({ target, pin }) => pin ?? pins.has(target))) return pins;
  const all = new Map(pins);
  for (const { target, pin } of marks) {
    if (pin?.on) all.set(target, { target, pin });
    else all.delete(target);
  }
  if (all.size <= pinsMaximum) return all;
  const pinsByDevice = new Map<DeviceId, PinnedMark[]>();
  for (const mark of [...all.values()].sort((a, b) => comparePlaces(a.pin.at, b.pin.at))) {
    const those = pinsByDevice.get(mark.pin.by);
    if (those) those.push(mark);
    else pinsByDevice.set(mark.pin.by, [mark]);
  }
  return new Map([...fairShares(pinsByDevice, pinsMaximum).values()].flat().map((mark) => [mark.target, mark]));
}

/** What was kept stays kept, whatever those who are told make of it: a fault of theirs is told by itself. */
function tell(listener: (news: LogNews) => void, news: LogNews): void {
  try {
    listener(news);
  } catch (fault) {
    reportError(fault);
  }
}

function readBodiless(notes: Notes): Map<FeedId, Ranges> {
  const ranges = notes[bodilessNote];
  return new Map(typeof ranges === 'object' && ranges !== null ? (Object.entries(ranges) as [FeedId, Ranges][]) : []);
}
