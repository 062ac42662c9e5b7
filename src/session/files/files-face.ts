/** What the screens see of the files of a room: those that wait to be sent, those of messages, and those offered from device to device. */
import type { FileManifest } from '../../core/file';
import type { DeviceId, EventId, FileId, MessageId } from '../../core/ids';
import type { Observable } from '../../core/observable';
import type { VoiceRecording } from '../../media/file-media';

export interface FilesFace {
  /** Files that the person has chosen, in order; they go with the next message, or are on their way into one. Gone with the page: what was chosen can be chosen again. */
  readonly tray: Observable<readonly Attachment[]>;
  /** Adds them; those that can't be taken are named in the outcome, the others are. Preparing begins at once. */
  attach(files: readonly File[]): AttachOutcome;
  detach(id: AttachmentId): void;
  /** Sends a picture as it was taken, with what the camera said of place and time. */
  setOriginal(id: AttachmentId, original: boolean): void;
  /** Where a file stands; the same Observable each time. */
  state(file: FileManifest): Observable<FileState>;
  /** Fetches it, or goes on. */
  fetch(file: FileManifest): void;
  pause(id: FileId): void;
  /** What has come of it is deleted. */
  cancel(id: FileId): void;
  /** Of a file that is here: what may be shown of it. */
  view(file: FileManifest): Promise<FileView>;
  /** To save it: the bytes of a file that is here, of a type that no browser opens in our origin. Undefined when they are not here any more. */
  bytes(file: FileManifest): Promise<Blob | undefined>;
  /** Those kept of this room. */
  readonly usage: Observable<FilesUsage>;
  /** Bytes. What is here stays, also above it. */
  setQuota(bytes: number): Promise<void>;
  /** Deletes the files of this room from this device; they can be fetched again from who has them. */
  clear(): Promise<void>;
  /** Newest last. */
  readonly offers: Observable<readonly FileOffer[]>;
  /** To that person alone: nothing of it stands in the conversation. */
  offer(person: DeviceId, files: readonly File[]): AttachOutcome;
  accept(id: OfferId): void;
  decline(id: OfferId): void;
  /** Takes an own one back, ends one under way, or puts away one that is over. */
  dismiss(id: OfferId): void;
  /** As in FileMedia. */
  recordVoice(): Promise<{ readonly kind: 'recording'; readonly recording: VoiceRecording } | { readonly kind: 'denied' | 'missing' | 'busy' }>;
  /** Sends a recording as a message of its own. */
  sendVoice(recording: VoiceRecording, replyTo: MessageId | undefined): Promise<void>;
}

export type AttachmentId = number & { readonly attachmentId: unique symbol };

export interface Attachment {
  readonly id: AttachmentId;
  /** As it will be called. */
  readonly name: string;
  readonly sizeBytes: number;
  /** What was chosen, to show a picture of it: the person's own file. */
  readonly source: Blob;
  readonly kind: 'picture' | 'video' | 'sound' | 'voice' | 'plain';
  readonly state: AttachmentState;
  readonly original: boolean;
  /** Whether `original` would make a difference. */
  readonly reducible: boolean;
  /** What the camera said of place and time goes along. */
  readonly tellsMetadata: boolean;
  /** Its message was sent off, and goes as soon as all its files are ready. */
  readonly sending: boolean;
}

/** `share`: 0 to 1. unreadable: it vanished, was changed meanwhile, or may not be read. */
export type AttachmentState =
  | { readonly kind: 'preparing'; readonly share: number }
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: 'unreadable' | 'no-space' };

/** none: nothing was refused. `names`: of those that were. */
export interface AttachOutcome {
  readonly refused: readonly { readonly name: string; readonly reason: 'empty' | 'too-large' | 'too-many' }[];
}

export type FileState =
  /** Not here. `sources`: how many of those who are here have all or part of it, as far as they have said. */
  | { readonly kind: 'away'; readonly sources: number }
  /** `receivedBytes` are checked and kept. `secondsLeft`: undefined until it can be said. */
  | { readonly kind: 'coming'; readonly receivedBytes: number; readonly bytesPerSecond: number; readonly secondsLeft: number | undefined }
  /** person: on purpose. no-source: nobody who is here has what is missing; it goes on by itself. disk-full, room-full: the browser, or the room's quota, gives no more. */
  | { readonly kind: 'paused'; readonly receivedBytes: number; readonly reason: 'person' | 'no-source' | 'disk-full' | 'room-full' }
  /** `sending`: to whom it goes at the moment, and how fast in all. */
  | { readonly kind: 'here'; readonly sending: { readonly people: readonly DeviceId[]; readonly bytesPerSecond: number } | undefined }
  /** The sender's own file, which was not copied, is not what it was, or not there any more: nobody can get it from here. */
  | { readonly kind: 'lost'; readonly reason: 'changed' | 'vanished' };

/** none: only to be saved; `why` it isn't shown. */
export type FileView =
  | { readonly kind: 'picture'; readonly content: Blob; readonly width: number; readonly height: number }
  | { readonly kind: 'video' | 'sound'; readonly content: Blob }
  | { readonly kind: 'none'; readonly why: 'type' | 'too-many-pixels' | 'not-here' };

export interface FilesUsage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly count: number;
}

export type OfferId = EventId;

export interface FileOffer {
  readonly id: OfferId;
  readonly direction: 'to' | 'from';
  readonly person: DeviceId;
  readonly personName: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Once it is prepared. */
  readonly file: FileManifest | undefined;
  /**
   * preparing, asking: on its way to the other's screen, or there. accepted: it goes or comes; `state(file)` tells how far a coming one is, `sentBytes` a going one. done: all
   * of it is there. declined, withdrawn: by its receiver, its sender. failed: it can't be read, or whoever it was with has gone.
   */
  readonly state: 'preparing' | 'asking' | 'accepted' | 'done' | 'declined' | 'withdrawn' | 'failed';
  readonly sentBytes: number;
}
