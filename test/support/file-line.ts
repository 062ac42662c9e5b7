/**
 * A link that carries files, in virtual time. Frames of text come in order. Pieces go by one connection, or by lanes once there are some: each carries its window in a
 * round trip, all together what the line does. A lane that is killed takes what is on it along.
 */
import { limits } from '../../src/config';
import type { DeviceId, SessionId } from '../../src/core/ids';
import { State } from '../../src/core/observable';
import type { FileWire } from '../../src/network/file-wire';
import type { Link, LinkState } from '../../src/network/link';
import type { Frame } from '../../src/protocol/frames';
import type { SteppingClock } from './log-simulation/stepping-clock';

export interface LineConditions {
  /** One way, in milliseconds. */
  delayMs: number;
  /** Of the whole line, each way. */
  bytesPerSecond: number;
  /** What one connection has on its way at most. */
  windowBytes: number;
}

export const quickLine: LineConditions = { delayMs: 5, bytesPerSecond: 20 * 1024 ** 2, windowBytes: 1024 ** 2 };

/** How long a lane takes to open, in round trips. */
const openingRoundTrips = 3;

/** One end of a link that is open already. */
export class FileLineEnd {
  readonly state = new State<LinkState>({ kind: 'member', peer: { session: '' as SessionId, device: '' as DeviceId, deviceKey: new Uint8Array(65), name: '', code: [] } });
  readonly conditions: LineConditions;
  readonly files: LineWire;
  readonly sent: Frame[] = [];
  readonly #clock: SteppingClock;
  readonly #abort = new AbortController();
  readonly #listeners = new Set<(frame: Frame) => void>();
  #other: FileLineEnd | undefined;

  static pair(clock: SteppingClock, conditions: LineConditions): readonly [FileLineEnd, FileLineEnd] {
    const ends = [new FileLineEnd(clock, conditions), new FileLineEnd(clock, conditions)] as const;
    ends[0].#other = ends[1];
    ends[1].#other = ends[0];
    ends[0].files.other = ends[1].files;
    ends[1].files.other = ends[0].files;
    return ends;
  }

  private constructor(clock: SteppingClock, conditions: LineConditions) {
    this.#clock = clock;
    this.conditions = conditions;
    this.files = new LineWire(clock, conditions, this.signal);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Files need no more of a link than this. */
  get link(): Link {
    return this as Pick<Link, 'state' | 'signal' | 'send' | 'listen' | 'files'> as Link;
  }

  send(frame: Frame): boolean {
    if (this.signal.aborted) return false;
    this.sent.push(frame);
    const crossed = structuredClone(frame);
    this.#clock.setTimer(this.conditions.delayMs, () => {
      if (!this.signal.aborted) this.#other?.hear(crossed);
    });
    return true;
  }

  listen(listener: (frame: Frame) => void): void {
    this.#listeners.add(listener);
  }

  /** A frame from the peer. */
  hear(frame: Frame): void {
    if (!this.signal.aborted) for (const listener of this.#listeners) listener(frame);
  }

  close(): void {
    this.cut();
  }

  /** Both ends notice. */
  cut(): void {
    for (const end of [this, this.#other]) end?.end();
  }

  /** This end alone. */
  end(): void {
    if (this.signal.aborted) return;
    this.state.set({ kind: 'closed', reason: { kind: 'failed' } });
    this.#abort.abort();
  }
}

interface Connection {
  isGone: boolean;
  /** When what it was given has left it. */
  freeMs: number;
  waitingBytes: number;
}

export class LineWire implements FileWire {
  readonly laneCount = new State(0);
  other: LineWire | undefined;
  readonly wishes: number[] = [];
  /** Bytes of pieces that arrived here. */
  cameBytes = 0;
  /** Frames are lost while this is so. */
  isBlack = false;
  /** The queue of the line when it was longest, in milliseconds. */
  longestQueueMs = 0;
  readonly #clock: SteppingClock;
  readonly #conditions: LineConditions;
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<(frame: ArrayBuffer) => void>();
  readonly #link: Connection = { isGone: false, freeMs: 0, waitingBytes: 0 };
  #lanes: Connection[] = [];
  /** What `wish` said last. */
  wished = 0;
  #lineFreeMs = 0;
  #wake: (() => void)[] = [];

  constructor(clock: SteppingClock, conditions: LineConditions, signal: AbortSignal) {
    this.#clock = clock;
    this.#conditions = conditions;
    this.#signal = signal;
    signal.addEventListener('abort', () => this.#wakeAll(), { once: true });
  }

  wish(count: number): void {
    this.wishes.push(count);
    this.wished = count;
    this.#clock.setTimer(2 * openingRoundTrips * this.#conditions.delayMs, () => this.#agree());
  }

  async send(frame: Uint8Array<ArrayBuffer>): Promise<boolean> {
    while (!this.#signal.aborted) {
      const connections = this.#lanes.length > 0 ? this.#lanes : [this.#link];
      const [best] = [...connections].sort((a, b) => a.waitingBytes - b.waitingBytes);
      if (best && best.waitingBytes + frame.length <= limits.fileHighWaterBytes) {
        this.#put(best, frame);
        return true;
      }
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    return false;
  }

  listen(listener: (frame: ArrayBuffer) => void): void {
    this.#listeners.add(listener);
  }

  roundTripMs(): Promise<number | undefined> {
    return Promise.resolve(2 * this.#conditions.delayMs + this.queueMs + (this.other?.queueMs ?? 0));
  }

  /** The lane dies, with what is on it. */
  killLane(): void {
    const lane = this.#lanes.shift();
    if (lane) lane.isGone = true;
    this.laneCount.set(this.#lanes.length);
    this.#wakeAll();
  }

  /** A frame from nowhere. */
  hear(frame: ArrayBuffer): void {
    this.cameBytes += frame.byteLength;
    for (const listener of this.#listeners) listener(frame);
  }

  /** How long what leaves now waits for the line. */
  get queueMs(): number {
    return Math.max(0, this.#lineFreeMs - this.#clock.nowMs);
  }

  /** The larger wish of the two counts. */
  #agree(): void {
    for (const wire of [this, this.other]) {
      if (!wire) continue;
      const count = Math.max(this.wished, this.other?.wished ?? 0);
      while (wire.#lanes.length < count) wire.#lanes.push({ isGone: false, freeMs: 0, waitingBytes: 0 });
      wire.#lanes.length = count;
      wire.laneCount.set(count);
      wire.#wakeAll();
    }
  }

  #put(connection: Connection, frame: Uint8Array<ArrayBuffer>): void {
    const { nowMs } = this.#clock;
    const { delayMs, bytesPerSecond, windowBytes } = this.#conditions;
    const ownRate = windowBytes / Math.max(0.002, (2 * delayMs) / 1_000);
    connection.waitingBytes += frame.length;
    connection.freeMs = Math.max(nowMs, connection.freeMs) + (1_000 * frame.length) / ownRate;
    this.#lineFreeMs = Math.max(connection.freeMs, this.#lineFreeMs) + (1_000 * frame.length) / bytesPerSecond;
    this.longestQueueMs = Math.max(this.longestQueueMs, this.queueMs);
    const leavesMs = this.#lineFreeMs;
    this.#clock.setTimer(leavesMs - nowMs, () => {
      connection.waitingBytes -= frame.length;
      this.#wakeAll();
    });
    const { buffer } = frame.slice();
    this.#clock.setTimer(leavesMs + delayMs - nowMs, () => {
      if (!connection.isGone && !this.#signal.aborted && !this.isBlack) this.other?.hear(buffer);
    });
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
