/**
 * The lanes between two devices (file-lane.ts): how many there are, and who begins them.
 *
 *     either side    lanes-wished          how many it wants; the larger wish of the two counts
 *     active side    lane n, its packet    begins them, n counting up
 *     the other      lane n, its packet    answers
 *     either side    lane-end n            it is closed there: not needed, not opened, or dead
 *
 * The active side is the one that starts DTLS (protocol/packet.ts). What was in a lane that has ended is lost: whoever misses it asks again.
 */
import { limits } from '../config';
import { TokenBucket } from '../core/token-bucket';
import { readPiece, type ReadResult, type ViolationReason } from '../protocol/frame-reader';
import type { ControlFrame } from '../protocol/frames';
import { FileLane, type LanePacket, type LaneSetup } from './file-lane';
import { FileOutlet } from './file-outlet';

export type LaneFrame = Extract<ControlFrame, { kind: 'lane' | 'lane-end' | 'lanes-wished' }>;

export interface FileLanesOptions {
  readonly setup: LaneSetup;
  readonly send: (frame: LaneFrame) => boolean;
  readonly receive: (result: Extract<ReadResult, { kind: 'piece' | 'violation' }>) => void;
  /** `outlets`: those to be used, in the order in which they were begun. */
  readonly onChange: (outlets: readonly FileOutlet[], openCount: number) => void;
  readonly onRoom: () => void;
  readonly signal: AbortSignal;
}

/** A lane that nobody wants any more stays so long, in milliseconds: the next file may want it, and opening one takes four round trips. */
const idleMs = 10_000;

/** After a lane was lost none is begun for so long, in milliseconds, then twice as long, up to a minute: where none can open, trying costs connections. */
const pauseMs = { first: 1_000, longest: 60_000 } as const;

/** Lanes that a peer may begin at once, ended ones included, and then each second: a page has 500 connections, and closed ones count until they are collected. */
const begunAtOnce = 8 * limits.fileLanes;
const begunASecond = 1;

interface Lane {
  readonly connection: FileLane;
  readonly outlet: FileOutlet;
}

export class FileLanes {
  readonly #options: FileLanesOptions;
  readonly #lanes = new Map<number, Lane>();
  readonly #begun = new TokenBucket(begunAtOnce, begunASecond, performance.now());
  #lastNumber = 0;
  #ownWish = 0;
  #peerWish = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #pauseMs: number = pauseMs.first;

  constructor(options: FileLanesOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  /** How many this side wants. */
  wish(count: number): void {
    if (count === this.#ownWish || this.#options.signal.aborted) return;
    this.#ownWish = count;
    this.#options.send({ kind: 'lanes-wished', count });
    this.#adjust();
  }

  /** A word of the peer. */
  receive(frame: LaneFrame): void {
    if (this.#options.signal.aborted) return;
    switch (frame.kind) {
      case 'lanes-wished':
        this.#peerWish = frame.count;
        return this.#adjust();
      case 'lane':
        return this.#take(frame.lane, frame);
      case 'lane-end':
        return this.#drop(frame.lane);
    }
  }

  get #wanted(): number {
    return Math.max(this.#ownWish, this.#peerWish);
  }

  #adjust(): void {
    this.#publish();
    if (!this.#options.setup.active) return;
    while (this.#lanes.size < this.#wanted && this.#pause === undefined) this.#begin(this.#lastNumber + 1);
    clearTimeout(this.#idle);
    if (this.#lanes.size > this.#wanted) this.#idle = setTimeout(() => this.#shed(), idleMs);
  }

  /** The youngest first, as those are not used already. */
  #shed(): void {
    for (const number of [...this.#lanes.keys()].slice(this.#wanted)) this.#close(number);
  }

  #take(number: number, packet: LanePacket): void {
    if (number > this.#lastNumber) {
      const reason = this.#faultOfBeginning();
      if (reason) return this.#options.receive({ kind: 'violation', reason });
      this.#begin(number);
    }
    // One that has ended here: the word of it and this one have crossed.
    void this.#lanes.get(number)?.connection.take(packet);
  }

  /** What is wrong with it that the peer begins a lane now. */
  #faultOfBeginning(): ViolationReason | undefined {
    if (this.#options.setup.active) return 'malformed';
    return this.#lanes.size < limits.fileLanes && this.#begun.take(performance.now()) ? undefined : 'flood';
  }

  #begin(number: number): void {
    this.#lastNumber = number;
    const { setup, send, receive, onRoom } = this.#options;
    try {
      const connection = new FileLane({
        setup,
        tell: (packet) => void send({ kind: 'lane', lane: number, ufrag: packet.ufrag, pwd: packet.pwd, candidates: [...packet.candidates] }),
        onOpen: () => this.#publish(),
        onData: (data) => receive(readPiece(data)),
        onLost: () => this.#lose(number),
      });
      this.#lanes.set(number, { connection, outlet: new FileOutlet(connection.channel, onRoom, connection.signal) });
    } catch {
      this.#lose(number);
    }
  }

  #lose(number: number): void {
    this.#close(number);
    this.#wait();
  }

  /** The peer has closed it. */
  #drop(number: number): void {
    const lane = this.#lanes.get(number);
    if (!lane) return;
    this.#lanes.delete(number);
    lane.connection.close();
    this.#publish();
    this.#wait();
  }

  #close(number: number): void {
    this.#lanes.get(number)?.connection.close();
    this.#lanes.delete(number);
    this.#options.send({ kind: 'lane-end', lane: number });
    this.#publish();
  }

  /** Before another is begun in the place of a lost one. */
  #wait(): void {
    if (this.#pause !== undefined || !this.#options.setup.active) return;
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.#adjust();
    }, this.#pauseMs);
    this.#pauseMs = Math.min(pauseMs.longest, 2 * this.#pauseMs);
  }

  /** Without any wish one lane still serves, while it is there: the link has better to do. */
  #publish(): void {
    const open = [...this.#lanes.values()].filter(({ connection }) => connection.isOpen);
    this.#options.onChange(
      open.slice(0, Math.max(1, this.#wanted)).map(({ outlet }) => outlet),
      open.length,
    );
  }

  #end(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#pause);
    for (const { connection } of this.#lanes.values()) connection.close();
    this.#lanes.clear();
  }
}
