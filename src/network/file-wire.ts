/**
 * What carries the bytes of files between two devices: the link's own channel for little, and for much further connections beside it (lanes), so that words and voices
 * never wait behind a file, and a long line carries more than one connection's window.
 */
import type { Observable } from '../core/observable';

export interface FileWire {
  /** How many lanes are open. */
  readonly laneCount: Observable<number>;
  /** This side wants so many lanes, 0 to `limits.fileLanes`; the larger wish of the two counts. They open and close in their own time. */
  wish(count: number): void;
  /**
   * Puts a frame (protocol/file-piece.ts) on the connection with the most room; resolves when one has room (it may wait for that), with false when the link has closed.
   * Frames overtake each other.
   */
  send(frame: Uint8Array<ArrayBuffer>): Promise<boolean>;
  /** Frames that came, unread; only from a member. Until the link closes. */
  listen(listener: (frame: ArrayBuffer) => void): void;
  /** Of the link itself, in milliseconds, as ICE measures it; undefined while it doesn't know. */
  roundTripMs(): Promise<number | undefined>;
}
