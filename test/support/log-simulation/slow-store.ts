/** A disk that takes its time: a page that dies while it writes has written all of it or nothing, and nothing that a dead page began comes later. */
import type { LogChange, LogStore } from '../../../src/storage/log-store';

export class SlowStore implements LogStore {
  readonly #store: LogStore;
  readonly #wait: () => Promise<void>;
  readonly #isAlive: () => boolean;

  /** `wait` resolves when the disk has turned. */
  constructor(store: LogStore, wait: () => Promise<void>, isAlive: () => boolean) {
    this.#store = store;
    this.#wait = wait;
    this.#isAlive = isAlive;
  }

  load(mode: 'read' | 'take'): ReturnType<LogStore['load']> {
    return this.#store.load(mode);
  }

  async write(change: LogChange): Promise<void> {
    await this.#wait();
    if (!this.#isAlive()) await new Promise(() => undefined);
    await this.#store.write(change);
    await this.#wait();
  }

  slice: LogStore['slice'] = (feed, range) => this.#store.slice(feed, range);
  page: LogStore['page'] = (query) => this.#store.page(query);
  marks: LogStore['marks'] = (targets) => this.#store.marks(targets);
  search: LogStore['search'] = (words, signal) => this.#store.search(words, signal);
  due: LogStore['due'] = (nowMs, limit) => this.#store.due(nowMs, limit);
  count: LogStore['count'] = () => this.#store.count();
  onDamage: LogStore['onDamage'] = (listener) => this.#store.onDamage(listener);
  clear: LogStore['clear'] = () => this.#store.clear();
}
