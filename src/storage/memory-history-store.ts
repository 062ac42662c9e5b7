/** A room's history for as long as the page lives: where the browser gives no storage, or its disk has failed. */
import { mergeMessages, type ChatMessage } from '../core/message';
import type { HistoryStore } from './history-store';

export class MemoryHistoryStore implements HistoryStore {
  #messages: readonly ChatMessage[] = [];

  async latest(limit: number): Promise<readonly ChatMessage[]> {
    return limit > 0 ? this.#messages.slice(-limit) : [];
  }

  async add(messages: readonly ChatMessage[]): Promise<void> {
    this.#messages = mergeMessages(this.#messages, messages);
  }

  async clear(): Promise<void> {
    this.#messages = [];
  }
}
