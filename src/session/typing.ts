/** Who is writing at the moment: told now and then, believed for a while. Frames may be lost, so nothing depends on the last of them. */
import { timing } from '../config';
import type { DeviceId } from '../core/ids';
import { State, watch, type Observable } from '../core/observable';
import type { Preferences } from './faces';
import type { Member } from './roster';

export interface TypingRoom {
  readonly members: Observable<readonly Member[]>;
  readonly preferences: Observable<Preferences>;
  now(): number;
}

export class Typing {
  readonly #room: TypingRoom;
  readonly #devices = new State<readonly DeviceId[]>([]);
  readonly #timers = new Map<DeviceId, ReturnType<typeof setTimeout>>();
  /** When the others were told last; undefined while they believe that nobody writes here. */
  #toldMs: number | undefined;

  constructor(room: TypingRoom, signal: AbortSignal) {
    this.#room = room;
    watch(room.members, signal, (members) => {
      for (const device of this.#timers.keys()) if (!members.some((member) => member.device === device)) this.end(device);
    });
    signal.addEventListener('abort', () => this.#stopAll(), { once: true });
  }

  get devices(): Observable<readonly DeviceId[]> {
    return this.#devices;
  }

  /** One who doesn't tell doesn't hear either. */
  followPreferences(): void {
    if (!this.#room.preferences.value.tellsTyping) this.#stopAll();
  }

  /** A key was pressed. */
  note(): void {
    const nowMs = this.#room.now();
    if (!this.#room.preferences.value.tellsTyping || nowMs - (this.#toldMs ?? -Infinity) < timing.typingRepeatMs) return;
    this.#toldMs = nowMs;
    this.#tell(true);
  }

  /** It was sent, or taken back. */
  stop(): void {
    if (this.#toldMs === undefined) return;
    this.#toldMs = undefined;
    this.#tell(false);
  }

  hear(device: DeviceId, on: boolean): void {
    if (!on) return this.end(device);
    if (!this.#room.preferences.value.tellsTyping) return;
    clearTimeout(this.#timers.get(device));
    this.#timers.set(device, setTimeout(() => this.end(device), timing.typingExpiryMs));
    this.#devices.update((devices) => (devices.includes(device) ? devices : [...devices, device]));
  }

  /** What it was writing is here, or was given up. */
  end(device: DeviceId | undefined): void {
    if (device === undefined || !this.#timers.has(device)) return;
    clearTimeout(this.#timers.get(device));
    this.#timers.delete(device);
    this.#devices.update((devices) => devices.filter((other) => other !== device));
  }

  #tell(on: boolean): void {
    for (const { link } of this.#room.members.value) link.send({ kind: 'typing', on });
  }

  #stopAll(): void {
    this.stop();
    for (const device of [...this.#timers.keys()]) this.end(device);
  }
}
