/** A data channel as the bytes of files see it: filled up to a high mark, and again when it has run down to a low one (WebRTC 1.0 §6.2, `bufferedAmount`). */
import { limits } from '../config';

export class FileOutlet {
  readonly #channel: RTCDataChannel;
  readonly #onRoom: () => void;
  #full = false;

  /** `onRoom`: it has run down. `signal` ends it. */
  constructor(channel: RTCDataChannel, onRoom: () => void, signal: AbortSignal) {
    this.#channel = channel;
    this.#onRoom = onRoom;
    channel.bufferedAmountLowThreshold = limits.fileLowWaterBytes;
    channel.addEventListener('bufferedamountlow', () => this.#refill(), { signal });
  }

  get hasRoom(): boolean {
    return !this.#full && this.#channel.readyState === 'open';
  }

  get waitingBytes(): number {
    return this.#channel.bufferedAmount;
  }

  /** False when the channel can't carry it. */
  put(frame: Uint8Array<ArrayBuffer>): boolean {
    try {
      this.#channel.send(frame);
    } catch {
      // It has closed this moment, or takes nothing more: whoever has made it is told by its events.
      this.#full = true;
      return false;
    }
    this.#full = this.#channel.bufferedAmount >= limits.fileHighWaterBytes;
    return true;
  }

  #refill(): void {
    this.#full = false;
    this.#onRoom();
  }
}
