/** A room's history in IndexedDB: a row a message, found by id and read in the order of the conversation. */
import type { DeviceId, MessageId, RoomAlias } from '../core/ids';
import { mergeMessages, type ChatMessage } from '../core/message';
import { keysOfRoom, type Database, type Durability, type ReadableStore } from './database';
import type { HistoryStore } from './history-store';
import { fieldsOf, isCount, isText } from './row';

/** On disk: flat, and written out here, so that the disk's shape doesn't change by itself when `ChatMessage` does. */
interface MessageRow {
  readonly alias: RoomAlias;
  readonly id: MessageId;
  readonly author: DeviceId;
  readonly authorName: string;
  readonly wallMs: number;
  readonly counter: number;
  readonly body: string;
}

type OrderIndex = ReturnType<ReadableStore<'messages'>['index']>;

export class IdbHistoryStore implements HistoryStore {
  readonly #database: Database;
  readonly #alias: RoomAlias;

  constructor(database: Database, alias: RoomAlias) {
    this.#database = database;
    this.#alias = alias;
  }

  latest(limit: number): Promise<readonly ChatMessage[]> {
    return this.#database.read('messages', async (store) => {
      const index = store.index('inOrder');
      const newestFirst: ChatMessage[] = [];
      let range = keysOfRoom(this.#alias);
      // More than one round only when rows were damaged and had to be passed over.
      while (newestFirst.length < limit) {
        const wanted = limit - newestFirst.length;
        const entries = await readBackwards(index, range, wanted);
        for (const { value } of entries) {
          const message = parseMessage(value);
          if (message) newestFirst.push(message);
        }
        const oldest = entries.at(-1);
        if (!oldest || entries.length < wanted) break;
        range = IDBKeyRange.bound(range.lower, oldest.key, false, true);
      }
      return newestFirst.reverse();
    });
  }

  async add(messages: readonly ChatMessage[], durability: Durability = 'relaxed'): Promise<void> {
    await this.#database.write('messages', durability, async (store) => {
      await Promise.all(
        // One id may come twice in one batch, too.
        mergeMessages([], messages).map(async (message) => {
          // A damaged row doesn't count as the first content.
          if (!parseMessage(await store.get([this.#alias, message.id]))) await store.put(rowOf(this.#alias, message));
        }),
      );
    });
  }

  async clear(): Promise<void> {
    await this.#database.write('messages', 'strict', (store) => store.delete(keysOfRoom(this.#alias)));
  }
}

interface OrderEntry {
  readonly key: IDBValidKey;
  readonly value: unknown;
}

/** Not in TypeScript's DOM types yet: https://w3c.github.io/IndexedDB/#dom-idbindex-getallrecords (Chromium 141). */
interface RecordReader {
  getAllRecords?(options: { query: IDBKeyRange; count: number; direction: 'prev' }): Promise<OrderEntry[]>;
}

async function readBackwards(index: OrderIndex, range: IDBKeyRange, count: number): Promise<readonly OrderEntry[]> {
  const reader = index as unknown as RecordReader;
  if (reader.getAllRecords) return reader.getAllRecords({ query: range, count, direction: 'prev' });
  const entries: OrderEntry[] = [];
  for (let cursor = await index.openCursor(range, 'prev'); cursor; cursor = await cursor.continue()) {
    entries.push({ key: cursor.key, value: cursor.value });
    if (entries.length === count) break;
  }
  return entries;
}

function rowOf(alias: RoomAlias, { id, author, authorName, clock, body }: ChatMessage): MessageRow {
  return { alias, id, author, authorName, wallMs: clock.wallMs, counter: clock.counter, body };
}

/** Undefined for a row that is no message: it stays on the disk, unseen, and the conversation goes on without it. */
function parseMessage(row: unknown): ChatMessage | undefined {
  const { id, author, authorName, wallMs, counter, body } = fieldsOf(row) ?? {};
  if (!isText(id) || !isText(author) || !isText(authorName) || !isCount(wallMs) || !isCount(counter) || !isText(body)) return undefined;
  return { id: id as MessageId, author: author as DeviceId, authorName, clock: { wallMs, counter }, body };
}
