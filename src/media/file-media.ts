/** What the browser knows of the insides of files, as the session sees it (prepare-file.ts, inspect-file.ts, voice-recorder.ts stand behind it). */
import type { FileLook } from '../core/file';
import type { Observable } from '../core/observable';

export interface FileMedia {
  /**
   * Makes of a file what is to be sent, in a worker: a picture is turned upright, made smaller (`limits.sentPicturePixels`) and written anew without what the camera said
   * of place and time, unless `original`; thumbnails, sizes and durations are taken. What can't be read stays as it is, as a plain file. Never rejects but with the
   * signal's reason, or AppError `file-unreadable`.
   */
  prepare(file: File, options: { readonly original: boolean; readonly signal: AbortSignal }): Promise<PreparedFile>;
  /** What the bytes of a whole file are, whatever its description says: looks at the first few KiB, decodes nothing. */
  inspect(file: Blob): Promise<Inspection>;
  /** Records the microphone; resolves when it does. denied, missing, busy as for a call. */
  recordVoice(): Promise<{ readonly kind: 'recording'; readonly recording: VoiceRecording } | { readonly kind: 'denied' | 'missing' | 'busy' }>;
}

export interface PreparedFile {
  /** The file itself, or what was made of it. */
  readonly content: Blob;
  /** With an ending that fits what was made. */
  readonly name: string;
  readonly type: string;
  readonly look: FileLook;
  /** What the camera said is still in it: it was asked for, or could not be taken out. none: there was nothing, or it is out. */
  readonly metadata: 'none' | 'kept';
  /** Whether `original` would make a difference. */
  readonly reducible: boolean;
}

/** picture: at most `limits.picturePixels`, of a type that runs nothing. too-many-pixels: a picture beyond that. other: not to be shown in the page. */
export type Inspection =
  | { readonly kind: 'picture'; readonly type: string; readonly width: number; readonly height: number }
  | { readonly kind: 'video' | 'sound'; readonly type: string }
  | { readonly kind: 'too-many-pixels' }
  | { readonly kind: 'other' };

export interface VoiceRecording {
  /** Loudness of this moment, 0 to 1, some 20 times a second. */
  readonly level: Observable<number>;
  readonly elapsedMs: Observable<number>;
  /** Ends it, also when `limits.voiceMs` is reached; undefined when it was shorter than half a second. */
  finish(): Promise<{ readonly file: File; readonly look: FileLook } | undefined>;
  cancel(): void;
}
