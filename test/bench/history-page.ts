/** What history.bench.ts runs within its page: the app's own log store, and a row a message beside it. Bundled by the bench. */
import { openDB, type IDBPDatabase } from 'idb';
import type { DeviceId, FeedId, RoomAlias } from '../../src/core/ids';
import type { FeedRecord, StoredEvent } from '../../src/core/log-event';
import { openDatabase } from '../../src/storage/database';
import { IdbLogStore } from '../../src/storage/idb-log-store';

declare global {
  interface Window {
    readonly historyBench: typeof historyBench;
  }
}

/** People who write, each with a feed. */
const feeds: readonly FeedRecord[] = ['ana', 'bruno', 'carla', 'duarte', 'eva', 'filipe'].map((name) => ({
  id: name.padEnd(22, 'A') as FeedId, device: `device of ${name}` as DeviceId, key: randomBytes(65), incarnation: randomBytes(16), ranges: [], head: undefined, forked: false,
}));

const words = 'the of and to in is you that it he was for on are as with his they at be this have from or one had by word but not what all were we when your can said there use an each which she do how their if will up other about out many then them these so some her would make like him into time has look two more write go see number no way could people my than first water been call who oil its now find long down day did get come made may part ação coração amanhã café até logo obrigado reunião'.split(' ');
/** One message in ten thousand has it. */
const rareWord = 'Xilofone';
const commonWord = 'people';

const databaseName = 'history-bench';
const controlName = 'history-bench-rows';

/** Of one year, in order, each 80 to 200 characters; the `from`th first. Made apart from what is measured. */
function makeEvents(from: number, count: number, total: number): readonly StoredEvent[] {
  const encoder = new TextEncoder();
  return Array.from({ length: count }, (_, index): StoredEvent => {
    const number = from + index;
    const feed = feeds[number % feeds.length] as FeedRecord;
    const random = seeded(number);
    let text = number % 10_000 === 7 ? rareWord : '';
    const length = 80 + Math.floor(random() * 120);
    while (text.length < length) text += ` ${words[Math.floor(random() * words.length)] ?? ''}`;
    const json = encoder.encode(JSON.stringify({ kind: 'text', name: feed.device, text }));
    const body = new Uint8Array(16 + json.length);
    crypto.getRandomValues(body.subarray(0, 16));
    body.set(json, 16);
    return {
      feed: feed.id, sequence: 1 + Math.floor(number / feeds.length), kind: 'message', clock: { wallMs: 1_760_000_000_000 + Math.floor((number / total) * 31_536_000_000), counter: 0 },
      lifetimeS: 0, paceMs: 65_535, previous: randomBytes(32), bodyHash: randomBytes(32), hash: randomBytes(32), signature: undefined, gone: undefined, body,
    };
  });
}

/** A chain as it comes: each event names the one of its feed before it. */
function chained(events: readonly StoredEvent[], hashes: Map<FeedId, Uint8Array<ArrayBuffer>>): readonly StoredEvent[] {
  return events.map((event) => {
    const previous = hashes.get(event.feed) ?? new Uint8Array(32);
    hashes.set(event.feed, event.hash);
    return { ...event, previous };
  });
}

async function openRoom(room: string): Promise<IdbLogStore> {
  return new IdbLogStore(await openDatabase(databaseName), room as RoomAlias);
}

const historyBench = {
  /** Milliseconds that the log took for `count` messages, in changes of `batch`. */
  async writeLog(room: string, count: number, batch: number): Promise<number> {
    const log = await openRoom(room);
    await log.load('take');
    const hashes = new Map<FeedId, Uint8Array<ArrayBuffer>>();
    let spentMs = 0;
    // Made in parts, so that a million needn't be in memory at once.
    const part = 100_000;
    for (let from = 0; from < count; from += part) {
      const events = chained(makeEvents(from, Math.min(part, count - from), count), hashes);
      const start = performance.now();
      for (let at = 0; at < events.length; at += batch) {
        const heads = feeds.map((feed) => ({ ...feed, ranges: [{ first: 1, last: Math.floor((from + at) / feeds.length) + 1 }] }));
        await log.write({ events: events.slice(at, at + batch), feeds: heads });
      }
      spentMs += performance.now() - start;
    }
    return spentMs;
  },

  /** The same work with a row a message and an index for their order, neither sealed nor chained: what one would write first. */
  async writeRows(count: number, batch: number): Promise<number> {
    const database: IDBPDatabase = await openDB(controlName, 1, { upgrade: (made) => void made.createObjectStore('messages', { keyPath: ['room', 'feed', 'sequence'] }).createIndex('inOrder', ['room', 'wallMs', 'counter', 'feed', 'sequence']) });
    const rows = makeEvents(0, count, count).map(({ clock, previous: _previous, signature: _signature, gone: _gone, ...event }) => ({ ...event, ...clock, room: 'a' }));
    const start = performance.now();
    for (let at = 0; at < rows.length; at += batch) {
      const transaction = database.transaction('messages', 'readwrite', { durability: 'relaxed' });
      for (const row of rows.slice(at, at + batch)) void transaction.store.put(row);
      await transaction.done;
    }
    const spentMs = performance.now() - start;
    database.close();
    return spentMs;
  },

  /** Milliseconds from nothing to the first 40 messages, as a page does that was just loaded. */
  async open(room: string): Promise<{ readonly ms: number; readonly count: number }> {
    const start = performance.now();
    const log = await openRoom(room);
    await log.load('take');
    const page = await log.page({ limit: 40 });
    const ms = performance.now() - start;
    if (page.length !== 40) throw new Error(`40 messages were asked for, ${page.length} came`);
    return { ms, count: await log.count() };
  },

  /** Milliseconds for each of so many pages of 40 at random places. */
  async readPages(room: string, pages: number): Promise<readonly number[]> {
    const log = await openRoom(room);
    await log.load('take');
    const random = seeded(pages);
    const samples: number[] = [];
    for (let page = 0; page < pages; page++) {
      const before = { clock: { wallMs: 1_760_000_000_000 + Math.floor((0.01 + 0.98 * random()) * 31_536_000_000), counter: 0 }, feed: feeds[0]?.id as FeedId, sequence: 1 };
      const start = performance.now();
      const { length } = await log.page({ before, limit: 40 });
      samples.push(performance.now() - start);
      if (length !== 40) throw new Error(`40 messages were asked for, ${length} came`);
    }
    return samples;
  },

  /** Milliseconds of a search to its end, or until it has found `enough`. */
  async search(room: string, text: 'rare' | 'common' | 'none', enough: number): Promise<{ readonly ms: number; readonly found: number }> {
    const log = await openRoom(room);
    await log.load('take');
    const searched = { rare: rareWord, common: commonWord, none: 'no such words' }[text];
    const start = performance.now();
    let found = 0;
    for await (const events of log.search(searched, new AbortController().signal)) {
      found += events.length;
      if (found >= enough) break;
    }
    return { ms: performance.now() - start, found };
  },

  /** Milliseconds until the log has made what its search reads, which it does when the page is idle. */
  async foldTexts(): Promise<number> {
    const start = performance.now();
    const database: IDBPDatabase = await openDB(databaseName);
    while ((await database.count('logTexts')) < (await database.count('logHeads'))) await new Promise((resolve) => setTimeout(resolve, 50));
    database.close();
    return performance.now() - start;
  },

  async usedBytes(): Promise<number> {
    return (await navigator.storage.estimate()).usage ?? 0;
  },
};

(window as { historyBench: typeof historyBench }).historyBench = historyBench;

function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** Mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
