/** A message of the conversation as people see it: what its author wrote, and what has become of it since. */
import type { Timestamp } from './clock';
import type { Mention } from './event-content';
import type { FileEntry } from './file';
import type { DeviceId, MessageId } from './ids';

export interface ChatMessage {
  readonly id: MessageId;
  readonly author: DeviceId;
  /** The author's name when it was written; names change, history does not. */
  readonly authorName: string;
  readonly clock: Timestamp;
  /** there: `body` is to be shown. deleted: by its author, for everybody. expired: its time was over. missing: nobody here has the text (yet). */
  readonly state: 'there' | 'deleted' | 'expired' | 'missing';
  /** Markdown source, in its latest version; '' unless it is there, and where there are files without a caption. */
  readonly body: string;
  /** None unless it is there. */
  readonly files: readonly FileEntry[];
  /** How often its author changed it. */
  readonly editCount: number;
  readonly mentions: readonly Mention[];
  readonly replyTo: Quote | undefined;
  /** One an emoji, in the order in which they came up. */
  readonly reactions: readonly Reaction[];
  readonly pinned: boolean;
  /** Milliseconds since 1970 when it disappears; undefined: it stays. */
  readonly expiresMs: number | undefined;
  /** Own messages: how far it has come. */
  readonly delivery: Delivery | undefined;
}

/** The message that another answers to, as it is now. */
export interface Quote {
  readonly id: MessageId;
  /** unknown: not on this device. */
  readonly state: ChatMessage['state'] | 'unknown';
  readonly author: DeviceId | undefined;
  readonly authorName: string;
  /** The beginning of its text: at most 200 characters, no Markdown. Of one without a text the name of its first file. */
  readonly excerpt: string;
  /** What its first file is; undefined without files. */
  readonly file: 'picture' | 'video' | 'sound' | 'voice' | 'file' | undefined;
}

export interface Reaction {
  readonly emoji: string;
  readonly devices: readonly DeviceId[];
  readonly own: boolean;
}

/**
 * saving: not on this device's disk yet. waiting: kept here, nobody else has it. delivered: `count` of `of` others have it. read: `count` of `of` have it, and
 * `readCount` say that they have read it.
 */
export type Delivery =
  | { readonly kind: 'saving' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'delivered'; readonly count: number; readonly of: number }
  | { readonly kind: 'read'; readonly count: number; readonly of: number; readonly readCount: number };
