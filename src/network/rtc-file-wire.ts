/** The FileWire of an RtcLink: its channel `file`, and lanes (file-lanes.ts), which are loaded when they are wished for first. */
import { State } from '../core/observable';
import type { ReadResult } from '../protocol/frame-reader';
import type { LaneSetup } from './file-lane';
import type { FileLanes, LaneFrame } from './file-lanes';
import { FileOutlet } from './file-outlet';
import type { FileWire } from './file-wire';
import { measureRoundTripMs } from './link-path';

export interface FileWireOptions {
  readonly connection: RTCPeerConnection;
  readonly channel: RTCDataChannel;
  /** Whether both sides have admitted each other, and the link stands. */
  readonly isMember: () => boolean;
  /** What lanes are made of; known once the link is open. */
  readonly laneSetup: () => LaneSetup;
  readonly send: (frame: LaneFrame) => boolean;
  /** Takes what has come by a lane. */
  readonly receive: (result: Extract<ReadResult, { kind: 'piece' | 'violation' }>) => void;
  readonly signal: AbortSignal;
}

interface Waiting {
  readonly frame: Uint8Array<ArrayBuffer>;
  readonly settle: (sent: boolean) => void;
}

export class RtcFileWire implements FileWire {
  readonly laneCount = new State(0);
  readonly #options: FileWireOptions;
  readonly #own: FileOutlet;
  readonly #listeners = new Set<(frame: ArrayBuffer) => void>();
  #waiting: Waiting[] = [];
  #lanes: Promise<FileLanes> | undefined;
  /** Those that are open and in use, or none. */
  #outlets: readonly FileOutlet[] = [];

  constructor(options: FileWireOptions) {
    this.#options = options;
    this.#own = new FileOutlet(options.channel, () => this.#pump(), options.signal);
    options.signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  wish(count: number): void {
    if (!this.#options.isMember() || (count === 0 && !this.#lanes)) return;
    this.#withLanes((lanes) => lanes.wish(count));
  }

  send(frame: Uint8Array<ArrayBuffer>): Promise<boolean> {
    if (!this.#options.isMember()) return Promise.resolve(false);
    if (this.#waiting.length === 0 && this.#put(frame)) return Promise.resolve(true);
    return new Promise((settle) => this.#waiting.push({ frame, settle }));
  }

  listen(listener: (frame: ArrayBuffer) => void): void {
    this.#listeners.add(listener);
  }

  roundTripMs(): Promise<number | undefined> {
    return measureRoundTripMs(this.#options.connection);
  }

  /** A piece has come, by whatever way. */
  take(bytes: ArrayBuffer): void {
    for (const listener of this.#listeners) listener(bytes);
  }

  /** A word of the peer about lanes. */
  receive(frame: LaneFrame): void {
    this.#withLanes((lanes) => lanes.receive(frame));
  }

  /** In the order of the calls. */
  #withLanes(action: (lanes: FileLanes) => void): void {
    this.#lanes ??= this.#loadLanes();
    this.#lanes.then(action, () => {
      // Without them files come by the link alone; the next wish tries again.
      this.#lanes = undefined;
    });
  }

  async #loadLanes(): Promise<FileLanes> {
    const { FileLanes: Lanes } = await import('./file-lanes');
    const { laneSetup, send, receive, signal } = this.#options;
    return new Lanes({ setup: laneSetup(), send, receive, onChange: (outlets, openCount) => this.#change(outlets, openCount), onRoom: () => this.#pump(), signal });
  }

  #change(outlets: readonly FileOutlet[], openCount: number): void {
    this.#outlets = outlets;
    this.laneCount.set(openCount);
    this.#pump();
  }

  #pump(): void {
    if (!this.#options.isMember()) return;
    let sent = 0;
    for (const { frame, settle } of this.#waiting) {
      if (!this.#put(frame)) break;
      settle(true);
      sent += 1;
    }
    this.#waiting = this.#waiting.slice(sent);
  }

  /** False when no connection has room. While there is a lane the link's own channel carries nothing, so that words never wait behind a file. */
  #put(frame: Uint8Array<ArrayBuffer>): boolean {
    const usable = (this.#outlets.length > 0 ? this.#outlets : [this.#own]).filter(({ hasRoom }) => hasRoom);
    const [emptiest] = usable.toSorted((a, b) => a.waitingBytes - b.waitingBytes);
    return emptiest?.put(frame) ?? false;
  }

  #end(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { settle } of waiting) settle(false);
    this.#outlets = [];
    this.laneCount.set(0);
    this.#listeners.clear();
  }
}
