/** The status pill's value, kept up to date: since when the server is away and somebody is lost, and what connectionStatus makes of it. */
import { timing } from '../config';
import { State, type Observable } from '../core/observable';
import { connectionStatus } from './connection-status';
import type { ConnectionStatus } from './faces';
import type { Member, Present } from './roster';

export interface StatusRoom {
  now(): number;
  /** Not in the room yet, or without an answer so far. */
  isLooking(): boolean;
  members(): readonly Member[];
  present(): readonly Present[];
}

export class StatusLine {
  readonly #room: StatusRoom;
  readonly #status = new State<ConnectionStatus>({ kind: 'looking' });
  #unreachableSinceMs: number | undefined;
  #reconnectingSinceMs: number | undefined;

  constructor(room: StatusRoom) {
    this.#room = room;
  }

  get status(): Observable<ConnectionStatus> {
    return this.#status;
  }

  setReachable(reachable: boolean): void {
    this.#unreachableSinceMs = reachable ? undefined : (this.#unreachableSinceMs ?? this.#room.now());
    this.refresh();
  }

  /** The server was not reached yet, and should be from now on. Seconds are counted for the person, so once a second is enough; hidden pages may do with less. */
  run(signal: AbortSignal): void {
    this.#unreachableSinceMs = this.#room.now();
    const ticker = setInterval(() => this.refresh(), 1_000);
    signal.addEventListener('abort', () => clearInterval(ticker), { once: true });
  }

  refresh(): void {
    const nowMs = this.#room.now();
    const pathsByDevice = new Map(this.#room.members().map(({ device, link }) => [device, link.path.value]));
    const people = this.#room.present().map(({ device, presence }) => ({ path: presence === 'here' ? (pathsByDevice.get(device) ?? 'lost') : ('lost' as const) }));
    const reconnecting = people.some(({ path }) => path === 'lost');
    this.#reconnectingSinceMs = reconnecting ? (this.#reconnectingSinceMs ?? nowMs) : undefined;
    const unreachableMs = this.#unreachableSinceMs === undefined ? 0 : nowMs - this.#unreachableSinceMs;
    this.#set(
      connectionStatus({
        reachable: this.#unreachableSinceMs === undefined,
        unreachableForLong: unreachableMs > timing.unreachableNoticeMs,
        looking: this.#room.isLooking(),
        people,
        reconnectingMs: nowMs - (this.#reconnectingSinceMs ?? nowMs),
      }),
    );
  }

  #set(status: ConnectionStatus): void {
    const before = this.#status.value;
    const same = before.kind === status.kind && (before.kind !== 'reconnecting' || (status.kind === 'reconnecting' && before.seconds === status.seconds));
    if (!same) this.#status.set(status);
  }
}
