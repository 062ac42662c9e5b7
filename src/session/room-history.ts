/** The past of a room and what is added to it: its log and its files on this device, the exchange with those who are here, and the conversation that people see of it. */
import { AppError } from '../core/app-error';
import type { DeviceId, FeedId } from '../core/ids';
import { State } from '../core/observable';
import type { Acquaintances } from './acquaintances';
import { Conversation } from './conversation';
import type { Recipient } from './delivery';
import { RoomFiles } from './files/room-files';
import { Tray } from './files/tray';
import { setPlainTimer } from './named-timers';
import type { RecordKeeper } from './record-keeper';
import type { RoomAccess } from './room-access';
import { RoomLog } from './room-log';
import type { RoomParts } from './room-parts';
import type { Member, Roster } from './roster';
import { Sync } from './sync';

export interface RoomHistoryOptions {
  readonly parts: RoomParts;
  readonly record: RecordKeeper;
  readonly access: RoomAccess;
  readonly acquaintances: Acquaintances;
  readonly roster: Roster;
  /** Messages that are written now disappear after so many seconds; 0: they stay. */
  lifetimeS(): number;
  /** From when on this device may see; 0: everything. */
  ownSinceMs(): number;
  isInCall(device: DeviceId): boolean;
}

export class RoomHistory {
  readonly conversation: Conversation;
  readonly files: RoomFiles;
  readonly #options: RoomHistoryOptions;
  readonly #log: RoomLog;
  readonly #sync: Sync;
  readonly #recipients: State<readonly Recipient[]>;

  /** To look at; `take` makes it this tab's. Ends with `signal`. */
  static async open(options: RoomHistoryOptions, signal: AbortSignal): Promise<RoomHistory> {
    const { parts, record, access, acquaintances, roster } = options;
    const { identity, now } = parts;
    const { alias, draft } = record.value;
    const log = await RoomLog.open({
      store: parts.logOf(alias),
      identity,
      scope: () => access.scope,
      authors: { capOf: (device, feed) => access.lastValidSequence(device, feed), isRemoved: (device) => access.standing(device) === 'removed' },
      now,
    });
    const sync = new Sync(
      { log, ownDevice: identity.deviceId, members: roster.members, ownSinceMs: () => options.ownSinceMs(), now, random: parts.random, setTimer: setPlainTimer },
      signal,
    );
    const recipients = new State(access.recipients(acquaintances.devices));
    const room = {
      ownId: identity.deviceId,
      profile: identity.profile,
      preferences: identity.preferences,
      members: roster.members,
      recipients,
      looking: parts.looking,
      notices: parts.notices,
      now,
      nameOf: (device: DeviceId) => roster.present.value.find((present) => present.device === device)?.name ?? acquaintances.nameOf(device),
      scope: () => access.scope,
      lifetimeS: () => options.lifetimeS(),
      saveDraft: (text: string) => parts.rooms.saveDraft(alias, text),
      saveUnreadCount(unreadCount: number) {
        if (record.value.unreadCount !== unreadCount) void record.update((kept) => ({ ...kept, unreadCount }));
      },
    };
    const tray = new Tray();
    const conversation = await Conversation.open({ log, sync, room, tray, draft }, signal);
    const files = new RoomFiles({ parts, record, roster, log, conversation, tray, isInCall: (device) => options.isInCall(device) }, signal);
    return new RoomHistory(options, log, sync, recipients, conversation, files);
  }

  private constructor(options: RoomHistoryOptions, log: RoomLog, sync: Sync, recipients: State<readonly Recipient[]>, conversation: Conversation, files: RoomFiles) {
    this.conversation = conversation;
    this.files = files;
    this.#options = options;
    this.#log = log;
    this.#sync = sync;
    this.#recipients = recipients;
  }

  /** The last event of each feed of the device that is known, the latest feed first. */
  headsOf(device: DeviceId): readonly (readonly [FeedId, number])[] {
    return this.#log.headsOf(device);
  }

  /** This tab holds the room's lock: it alone writes from now on, and goes on from what another has written. */
  async take(): Promise<void> {
    await this.#log.take();
    await this.conversation.reload();
    this.files.take();
  }

  /** Another tab has the room: this one looks on. */
  release(): void {
    this.files.release();
    void this.#log.look().catch(() => undefined); // What can't be read now is read when the room is taken again.
  }

  /** A member is here. */
  greet(member: Member): void {
    this.#followRecipients();
    this.conversation.greet(member);
    this.#sync.greet(member);
    this.files.greet(member);
  }

  /** A time after everything said so far: who is let in now sees from then on. */
  get afterAllMs(): number {
    return this.#log.afterAllMs;
  }

  /** Whose events count, or from when on somebody may see, has changed. `enteredMs`: when those who are in were let in; what is said from now on is later. */
  followMembership(enteredMs: readonly number[]): void {
    this.#log.comeAfter(enteredMs, this.#options.ownSinceMs());
    void this.#reconsider();
    this.#followRecipients();
  }

  async #reconsider(): Promise<void> {
    try {
      await this.#log.reconsider();
      this.#sync.reconsider();
    } catch (failure) {
      // Another tab has the room by now, and does the same.
      if (!(failure instanceof AppError)) throw failure;
    }
  }

  #followRecipients(): void {
    const { access, acquaintances } = this.#options;
    this.#recipients.set(access.recipients(acquaintances.devices));
  }
}
