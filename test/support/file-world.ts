/** People who give each other files, in virtual time. */
import { AppError } from '../../src/core/app-error';
import type { DeviceId, FileId, SessionId } from '../../src/core/ids';
import type { Bytes } from '../../src/core/log-event';
import { State } from '../../src/core/observable';
import type { Member } from '../../src/session/roster';
import { Transfers, type WantedFile } from '../../src/session/files/transfers';
import type { FileState } from '../../src/session/files/files-face';
import { FileLineEnd, quickLine, type LineConditions } from './file-line';
import { SteppingClock } from './log-simulation/stepping-clock';
import { PlainFileStore, type PlainFile } from './plain-file-store';
import { SeededRandom } from './simulation/seeded-random';

export class FileWorld {
  readonly clock = new SteppingClock();
  readonly random: SeededRandom;

  constructor(seed = 1) {
    this.random = new SeededRandom(seed);
  }

  static deviceOf(name: string): DeviceId {
    return name.toLowerCase().padEnd(26, 'a') as DeviceId;
  }

  person(name: string, store = new PlainFileStore()): FilePerson {
    return new FilePerson(this, name, store);
  }

  /** As long as it takes. */
  async until(condition: () => boolean, withinMs = 60_000): Promise<void> {
    const endMs = this.clock.nowMs + withinMs;
    while (!condition()) {
      if (this.clock.nowMs >= endMs) throw new Error(`nothing came of it in ${withinMs} ms`);
      await this.clock.runFor(10);
    }
  }

  /** Bytes that no two files share. */
  content(sizeBytes: number): Bytes {
    const words = new Uint32Array(Math.ceil(sizeBytes / 4)).map(() => this.random.next() * 2 ** 32);
    return new Uint8Array(words.buffer).slice(0, sizeBytes);
  }
}

export class FilePerson {
  readonly device: DeviceId;
  readonly store: PlainFileStore;
  readonly members = new State<readonly Member[]>([]);
  readonly transfers: Transfers;
  readonly inCallWith = new Set<DeviceId>();
  readonly misbehaved: DeviceId[] = [];
  readonly kept: FileId[] = [];
  quotaBytes = Infinity;
  /** Files that others may not have, though they are here. */
  readonly withheld = new Set<FileId>();
  /** Nobody can say who may have what. */
  isLogBlocked = false;
  readonly #world: FileWorld;
  readonly #leave = new AbortController();
  readonly #timers = new Set<() => void>();
  readonly #ends = new Map<DeviceId, FileLineEnd>();

  constructor(world: FileWorld, name: string, store: PlainFileStore) {
    this.#world = world;
    this.device = FileWorld.deviceOf(name);
    this.store = store;
    this.transfers = new Transfers({
      store,
      members: this.members,
      signal: this.#leave.signal,
      isInCall: (device) => this.inCallWith.has(device),
      mayHave: async (_member, id) => {
        if (this.isLogBlocked) throw new AppError('storage-blocked');
        return !this.withheld.has(id);
      },
      hasPlace: async (bytes) => (await store.usedBytes()) + bytes <= this.quotaBytes,
      now: () => world.clock.nowMs,
      random: () => world.random.next(),
      setTimer: (afterMs, action) => this.#setTimer(afterMs, action),
      onMisbehaved: (device) => {
        this.misbehaved.push(device);
        this.#ends.get(device)?.cut();
      },
      onKept: (id) => void this.kept.push(id),
    });
  }

  /** A member that does what a test says: returns its end of the link. */
  meetStranger(name: string, conditions: LineConditions = quickLine): FileLineEnd {
    const [own, strangers] = FileLineEnd.pair(this.#world.clock, { ...conditions });
    this.#add(FileWorld.deviceOf(name), own);
    return strangers;
  }

  /** Both have the other as a member from now on. Returns the own end, and the other's. */
  meet(other: FilePerson, conditions: LineConditions = quickLine): readonly [FileLineEnd, FileLineEnd] {
    const [own, others] = FileLineEnd.pair(this.#world.clock, { ...conditions });
    this.#add(other.device, own);
    other.#add(this.device, others);
    return [own, others];
  }

  /** Clocks that its page has running. */
  get timerCount(): number {
    return this.#timers.size;
  }

  /** The end of the link to that person. */
  endTo(other: Pick<FilePerson, 'device'>): FileLineEnd {
    const end = this.#ends.get(other.device);
    if (!end) throw new Error('they have not met');
    return end;
  }

  /** The page is closed; what lies on the disk stays. */
  leave(): void {
    for (const end of this.#ends.values()) end.cut();
    this.#leave.abort();
  }

  state(file: WantedFile): FileState {
    return this.transfers.state(file).value;
  }

  isHere(file: WantedFile): boolean {
    return this.state(file).kind === 'here';
  }

  /** Every byte of it. */
  has(file: PlainFile): boolean {
    const own = this.store.files.get(file.id);
    return own !== undefined && own.chunks.isFull && Buffer.from(own.content).equals(file.content);
  }

  #setTimer(afterMs: number, action: () => void): () => void {
    const cancel = this.#world.clock.setTimer(afterMs, () => {
      this.#timers.delete(cancel);
      action();
    });
    this.#timers.add(cancel);
    return () => {
      this.#timers.delete(cancel);
      cancel();
    };
  }

  #add(device: DeviceId, end: FileLineEnd): void {
    const member: Member = { device, session: device as string as SessionId, name: device, link: end.link, sinceMs: 0 };
    this.#ends.set(device, end);
    this.members.update((members) => [...members.filter((other) => other.device !== device), member]);
    end.signal.addEventListener('abort', () => this.members.update((members) => members.filter((one) => one !== member)), { once: true });
    this.transfers.greet(member, []);
  }
}
