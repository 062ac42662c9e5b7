/** What was said in one room, as this device keeps it. */
import type { ChatMessage } from '../core/message';
import type { Durability } from './database';

export interface HistoryStore {
  /** The last `limit` messages in order (`compareMessages`), oldest first. */
  latest(limit: number): Promise<readonly ChatMessage[]>;
  /**
   * Adds those whose id is new; the first content of an id wins, whoever brings another. All or nothing. strict: for own messages, which are on
   * the disk before anybody is told of them; others can be asked for again.
   */
  add(messages: readonly ChatMessage[], durability?: Durability): Promise<void>;
  /** Forgets the room's messages, and no other room's. */
  clear(): Promise<void>;
}
