/** A conversation over real logs in memory: what others write is carried over by hand, what they say that they hold is set. */
import { onTestFinished } from 'vitest';
import type { EventContent } from '../../src/core/event-content';
import type { DeviceId, MessageId, SessionId } from '../../src/core/ids';
import type { Bytes } from '../../src/core/log-event';
import { State } from '../../src/core/observable';
import { deriveDeviceId } from '../../src/protocol/invite';
import { runOf } from '../../src/protocol/run';
import { Conversation } from '../../src/session/conversation';
import type { Recipient } from '../../src/session/delivery';
import type { NoticeContent, Preferences, Profile } from '../../src/session/faces';
import { Tray } from '../../src/session/files/tray';
import type { SyncFace } from '../../src/session/log-face';
import { RoomLog } from '../../src/session/room-log';
import type { Member } from '../../src/session/roster';
import { MemoryLogStore } from '../../src/storage/memory-log-store';
import { FakeLink } from './fake-link';

/** All wall clocks of a test: it stands until somebody writes. */
export class TalkClock {
  constructor(public nowMs: number = Date.UTC(2026, 2, 1, 12)) {}
}

export const talkScope = 'r'.repeat(22);

/** A device that writes into the room. */
export class Writer {
  static async make(name: string, clock: TalkClock, store = new MemoryLogStore(), keys = newKeys()): Promise<Writer> {
    const { privateKey, publicKey, deviceId } = await keys;
    const log = await RoomLog.open({ store, identity: { privateKey, publicKey, deviceId }, scope: () => talkScope, authors: { capOf: () => Infinity, isRemoved: () => false }, now: () => clock.nowMs });
    await log.take();
    return new Writer(name, deviceId, log, store, clock);
  }

  private constructor(
    readonly name: string,
    readonly device: DeviceId,
    readonly log: RoomLog,
    readonly store: MemoryLogStore,
    readonly clock: TalkClock,
  ) {}

  /** A second later than anything before. */
  async say(text: string, more: Partial<Extract<EventContent, { kind: 'text' }>> = {}, lifetimeS = 0): Promise<MessageId> {
    return this.write({ kind: 'text', name: this.name, text, ...more }, lifetimeS);
  }

  async write(content: EventContent, lifetimeS = 0): Promise<MessageId> {
    this.clock.nowMs += 1_000;
    const appending = this.log.append(content, lifetimeS);
    if (!appending) throw new Error('not now');
    await appending.kept;
    return appending.id;
  }

  /** Everything of its own, to another log. */
  async tell(other: RoomLog): Promise<void> {
    for (const feed of this.log.feeds.values()) {
      if (feed.device !== this.device) continue;
      for (const range of feed.ranges) await other.ingest([runOf(feed, await this.log.store.slice(feed.id, range))]);
    }
  }
}

export async function newKeys(): Promise<{ readonly privateKey: CryptoKey; readonly publicKey: Bytes; readonly deviceId: DeviceId }> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { privateKey: pair.privateKey, publicKey, deviceId: await deriveDeviceId(publicKey) };
}

/** What the others hold, as they say. */
export class FakeSync implements SyncFace {
  readonly version = new State(0);
  readonly missing = new State(0);
  readonly #held = new Set<string>();

  has(device: DeviceId, { feed, sequence }: { readonly feed: string; readonly sequence: number }): boolean {
    return this.#held.has(`${device} ${feed}.${sequence}`);
  }

  hold(device: DeviceId, message: MessageId): void {
    this.#held.add(`${device} ${message}`);
    this.version.update((version) => version + 1);
  }
}

export interface Talk {
  readonly me: Writer;
  readonly conversation: Conversation;
  readonly sync: FakeSync;
  /** What is attached; nothing makes it ready but the test. */
  readonly tray: Tray;
  readonly members: State<readonly Member[]>;
  readonly recipients: State<readonly Recipient[]>;
  readonly preferences: State<Preferences>;
  readonly looking: State<boolean>;
  readonly notices: NoticeContent[];
  readonly drafts: string[];
  readonly unreadCounts: number[];
  /** Seconds that new messages stay. */
  readonly room: { lifetimeS: number };
  /** Another one comes; its link is open. */
  join(device: DeviceId): FakeLink;
  texts(): readonly string[];
  close(): void;
}

export interface TalkOptions {
  readonly clock?: TalkClock;
  /** Whose conversation it is; a new device's otherwise. */
  readonly me?: Writer;
  readonly draft?: string;
  readonly scope?: string;
  readonly looking?: boolean;
}

/** Alice's. */
export async function openTalk({ clock = new TalkClock(), me, draft = '', scope = talkScope, looking = true }: TalkOptions = {}): Promise<Talk> {
  const alice = me ?? (await Writer.make('Alice', clock));
  const members = new State<readonly Member[]>([]);
  const recipients = new State<readonly Recipient[]>([]);
  const preferences = new State<Preferences>({ tellsRead: true, tellsTyping: true });
  const isLooking = new State(looking);
  const notices: NoticeContent[] = [];
  const drafts: string[] = [];
  const unreadCounts: number[] = [];
  const room = { lifetimeS: 0 };
  const sync = new FakeSync();
  const tray = new Tray();
  const abort = new AbortController();
  onTestFinished(() => abort.abort());
  const conversation = await Conversation.open(
    {
      log: alice.log,
      sync,
      tray,
      draft,
      room: {
        ownId: alice.device,
        profile: new State<Profile>({ name: alice.name, deviceId: alice.device, tint: undefined, picture: undefined }),
        preferences,
        members,
        recipients,
        looking: isLooking,
        notices: { show: (content) => void notices.push(content) },
        now: () => clock.nowMs,
        nameOf: () => 'Somebody',
        scope: () => scope,
        lifetimeS: () => room.lifetimeS,
        saveDraft: async (text) => void drafts.push(text),
        saveUnreadCount: (count) => void unreadCounts.push(count),
      },
    },
    abort.signal,
  );
  const join = (device: DeviceId): FakeLink => {
    const link = FakeLink.member({ device });
    const member: Member = { device, session: 's'.repeat(26) as SessionId, name: 'Bob', link, sinceMs: 0 };
    members.update((before) => [...before, member]);
    recipients.update((before) => [...before.filter((recipient) => recipient.device !== device), { device, sinceMs: 0 }]);
    conversation.greet(member);
    return link;
  };
  const texts = (): readonly string[] => conversation.timeline.value.messages.map(({ body }) => body);
  return { me: alice, conversation, sync, tray, members, recipients, preferences, looking: isLooking, notices, drafts, unreadCounts, room, join, texts, close: () => abort.abort() };
}
