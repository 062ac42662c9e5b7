/** What an event of the log says (protocol/event-body.ts has its JSON). Kinds that a later release adds are kept and passed on, and show nothing here. */
import type { FileEntry } from './file';
import type { DeviceId, MessageId } from './ids';

/** Somebody named in a text as `@name`. */
export interface Mention {
  readonly device: DeviceId;
  readonly name: string;
}

/** `text`: Markdown source, up to `limits.messageBytes` UTF-8 bytes; empty only beside files, of which it is the caption. */
export interface TextContent {
  readonly kind: 'text';
  /** The author's name when it was written; names change, history does not. */
  readonly name: string;
  readonly text: string;
  readonly replyTo?: MessageId;
  readonly mentions?: readonly Mention[];
  /** 1 to `limits.filesAMessage`. */
  readonly files?: readonly FileEntry[];
}

/** The others say something of the event `target`; of an edit and a deletion only what the target's own author says counts. */
export interface EditContent {
  readonly kind: 'edit';
  readonly target: MessageId;
  readonly text: string;
  readonly mentions?: readonly Mention[];
}

/** The target's body goes everywhere, in whatever order the two arrive. */
export interface DeleteContent {
  readonly kind: 'delete';
  readonly target: MessageId;
}

/** One a device and target, the last one counts. `emoji`: '' takes it back. */
export interface ReactionContent {
  readonly kind: 'reaction';
  readonly target: MessageId;
  readonly emoji: string;
}

/** The last one counts, whoever says it. */
export interface PinContent {
  readonly kind: 'pin';
  readonly target: MessageId;
  readonly on: boolean;
}

export type Annotation = EditContent | DeleteContent | ReactionContent | PinContent;
export type EventContent = TextContent | Annotation;
