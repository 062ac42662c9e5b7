/** A room's history that keeps in memory what the disk would not take, and offers it to the disk again with the next message. */
import { limits } from '../config';
import { AppError } from '../core/app-error';
import { mergeMessages, type ChatMessage } from '../core/message';
import type { Durability } from './database';
import type { ReportFailure } from './fallback';
import type { HistoryStore } from './history-store';

export class FallbackHistoryStore implements HistoryStore {
  readonly #disk: HistoryStore;
  readonly #report: ReportFailure;
  /** At most `limits.recentMessages`, in order: a disk that stays full must not fill the memory as well. */
  #unsaved: readonly ChatMessage[] = [];

  constructor(disk: HistoryStore, report: ReportFailure) {
    this.#disk = disk;
    this.#report = report;
  }

  async latest(limit: number): Promise<readonly ChatMessage[]> {
    const saved = (await this.#attempt(() => this.#disk.latest(limit))) ?? [];
    return limit > 0 ? mergeMessages(saved, this.#unsaved).slice(-limit) : [];
  }

  /** Resolves also when the disk failed; then `report` was called. */
  async add(messages: readonly ChatMessage[], durability?: Durability): Promise<void> {
    const batch = mergeMessages(this.#unsaved, messages);
    this.#unsaved = batch.slice(-limits.recentMessages);
    await this.#attempt(async () => {
      await this.#disk.add(batch, durability);
      const savedIds = new Set(batch.map((message) => message.id));
      // As it is now: others may have come while the disk wrote.
      this.#unsaved = this.#unsaved.filter((message) => !savedIds.has(message.id));
    });
  }

  async clear(): Promise<void> {
    this.#unsaved = [];
    await this.#attempt(() => this.#disk.clear());
  }

  async #attempt<T>(operation: () => Promise<T>): Promise<T | undefined> {
    try {
      return await operation();
    } catch (failure) {
      if (!(failure instanceof AppError)) throw failure;
      this.#report(failure);
      return undefined;
    }
  }
}
