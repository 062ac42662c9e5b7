/** The whole page as a state machine: which screen stands, and which room is live behind it. Small, because it is in the first download; rooms come after. */
import { encodeBase64Url } from '../core/base64url';
import type { InviteCode, RoomAlias } from '../core/ids';
import { parseInviteCode, readInviteText } from '../core/invite-code';
import { State, type Observable } from '../core/observable';
import { deriveInviteCode, saltBytes } from '../protocol/invite';
import type { RoomRecord, RoomStore } from '../storage/room-store';
import type { ApplicationFace, HomeFace, JoinOutcome, Profile, View } from './faces';
import type { Identity } from './identity';
import type { Notices } from './notices';
import type { OpenMode, RoomPage, RoomSession } from './room-session';

/** The address bar. `fragment` is without `#`. */
export interface Navigation {
  current(): { readonly path: string; readonly fragment: string; readonly alias: RoomAlias | undefined };
  showRoom(alias: RoomAlias, how: 'push' | 'replace'): void;
  showHome(how: 'push' | 'replace'): void;
  /** Back, forward, or a link pasted over the address. */
  onChange(listener: () => void): void;
  /** The page is looked at again. */
  onReturn(listener: () => void): void;
}

export interface ApplicationParts {
  readonly identity: Identity;
  readonly notices: Notices;
  readonly rooms: RoomStore;
  readonly navigation: Navigation;
  readonly origin: string;
  readonly now: () => number;
  /** Whether rooms survive a reload; if not, the link must stay in the address. */
  readonly keepsRooms: () => boolean;
  /** The code of rooms; rejects when it can't be had. */
  loadRooms(): Promise<RoomOpener>;
}

export interface RoomOpener {
  open(record: RoomRecord, page: RoomPage): Promise<RoomSession>;
  phoneOrigin(): Promise<string | undefined>;
}

export class Application implements ApplicationFace {
  readonly notices: Notices;
  readonly #parts: ApplicationParts;
  readonly #view = new State<View>({ kind: 'starting' });
  #live: RoomSession | undefined;
  #home: Home | undefined;
  /** Counts routes taken, so that a slow one doesn't overrule a later one. */
  #step = 0;

  constructor(parts: ApplicationParts) {
    this.#parts = parts;
    this.notices = parts.notices;
    parts.navigation.onChange(() => void this.#route());
    parts.navigation.onReturn(() => void this.#home?.refresh());
  }

  get view(): Observable<View> {
    return this.#view;
  }

  get profile(): Observable<Profile> {
    return this.#parts.identity.profile;
  }

  rename(name: string): string {
    return this.#parts.identity.rename(name);
  }

  /** Shows what the address asks for. */
  start(): Promise<void> {
    return this.#route();
  }

  joinByText(text: string): JoinOutcome {
    const read = readInviteText(text);
    if (read.kind === 'broken') return { kind: 'broken-link', reason: read.reason };
    if (read.kind !== 'invite') return read;
    void this.#openInvite(read.code, 'push');
    return { kind: 'joined' };
  }

  goHome(): void {
    this.#parts.navigation.showHome('push');
    void this.#route();
  }

  /** The page goes, perhaps only to be reloaded. */
  sayAway(): void {
    this.#live?.sayAway();
    this.#home?.session?.sayAway();
  }

  async #route(): Promise<void> {
    const { path, fragment, alias } = this.#parts.navigation.current();
    if (fragment !== '') {
      const parsed = parseInviteCode(fragment);
      if (parsed.kind === 'invite') return this.#openInvite(parsed.code, 'replace');
      this.#leave();
      this.#view.set({ kind: 'broken-link', reason: parsed.reason });
      return;
    }
    const record = path === '/room' && alias ? await this.#parts.rooms.byAlias(alias) : undefined;
    if (record) return this.#openRoom(record, 'replace');
    if (path !== '/') this.#parts.navigation.showHome('replace');
    await this.#openHome();
  }

  /** The same link twice is the same room: its maker comes back as its maker, a guest with its token. */
  async #openInvite(code: InviteCode, how: 'push' | 'replace'): Promise<void> {
    performance.mark('mindmeet:link-opened');
    const nowMs = this.#parts.now();
    const record = await this.#parts.rooms.ensureByCode({ alias: newAlias(), code, role: 'guest', state: 'pending', peopleNames: [], draft: '', createdMs: nowMs, lastVisitMs: nowMs });
    await this.#openRoom(record, how);
  }

  async #openRoom(record: RoomRecord, how: 'push' | 'replace'): Promise<void> {
    const step = ++this.#step;
    const { navigation, keepsRooms } = this.#parts;
    // From here on the secret is out of sight; where nothing is kept, the address is the only place it has.
    if (keepsRooms()) navigation.showRoom(record.alias, how);
    if (this.#live?.alias === record.alias) return;
    this.#leave();
    this.#view.set({ kind: 'starting' });
    const session = await this.#load(record);
    if (!session) return;
    if (step !== this.#step) return session.close();
    this.#show(session);
    await session.start('try');
  }

  async #openHome(): Promise<void> {
    const step = ++this.#step;
    this.#leave();
    const record = await this.#parts.rooms.ensurePending(await this.#newOwnRoom());
    if (step !== this.#step) return;
    this.#setUpHome(record, 'wait');
  }

  #setUpHome(record: RoomRecord, mode: OpenMode): void {
    this.#home?.close();
    const home: Home = new Home(record, this.#parts.origin, {
      load: (onAccept) => this.#load(record, onAccept),
      phoneOrigin: async () => (await this.#parts.loadRooms()).phoneOrigin(),
      enter: (session) => this.#enter(session, record),
      newLink: async () => {
        const step = ++this.#step;
        const made = await this.#parts.rooms.replacePending(await this.#newOwnRoom());
        if (step === this.#step) this.#setUpHome(made, 'take-over');
      },
      stillPending: async () => (await this.#parts.rooms.pending())?.alias === record.alias,
      renew: async () => {
        if (this.#home === home) await this.#openHome();
      },
    });
    this.#home = home;
    this.#view.set({ kind: 'home', home });
    void home.goLive(mode);
  }

  /** The home page becomes the room, which goes on as it is. */
  async #enter(session: RoomSession, record: RoomRecord): Promise<void> {
    if (this.#home?.session !== session) return;
    this.#step++;
    this.#home = undefined;
    const { rooms, navigation, keepsRooms } = this.#parts;
    this.#show(session);
    const kept = (record: RoomRecord): RoomRecord => ({ ...record, state: 'kept' });
    // "New link" in another tab may have thrown it away.
    if (!(await rooms.update(session.alias, kept))) await rooms.ensureByCode(kept(record));
    if (keepsRooms() && this.#live === session) navigation.showRoom(session.alias, 'push');
  }

  #show(session: RoomSession): void {
    this.#live = session;
    this.#view.set({ kind: 'room', room: session });
  }

  #leave(): void {
    this.#live?.close();
    this.#live = undefined;
    this.#home?.close();
    this.#home = undefined;
  }

  async #load(record: RoomRecord, onAccept: () => void = () => undefined): Promise<RoomSession | undefined> {
    const step = this.#step;
    try {
      await this.#parts.identity.named;
      return await (await this.#parts.loadRooms()).open(record, { onAccept, onLeave: () => this.goHome() });
    } catch (cause) {
      if (step !== this.#step) return undefined; // The person is elsewhere by now.
      // Without the code of rooms (offline, or a new release took its place) there is no room; anything else is a fault to be told.
      this.#view.set({ kind: 'unavailable' });
      if (!isLoadFailure(cause)) throw cause;
      return undefined;
    }
  }

  async #newOwnRoom(): Promise<RoomRecord> {
    const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
    const code = await deriveInviteCode(this.#parts.identity.publicKey, salt);
    const nowMs = this.#parts.now();
    return { alias: newAlias(), code, role: 'owner', state: 'pending', saltBase64: encodeBase64Url(salt), peopleNames: [], draft: '', createdMs: nowMs, lastVisitMs: nowMs };
  }
}

interface HomeActions {
  load(onAccept: () => void): Promise<RoomSession | undefined>;
  phoneOrigin(): Promise<string | undefined>;
  enter(session: RoomSession): Promise<void>;
  newLink(): Promise<void>;
  stillPending(): Promise<boolean>;
  renew(): Promise<void>;
}

/** The home page: a link that is live before anybody asked for it. */
class Home implements HomeFace {
  readonly link: Observable<string>;
  readonly #record: RoomRecord;
  readonly #actions: HomeActions;
  readonly #phoneLink = new State<string | undefined>(undefined);
  readonly #room = new State<RoomSession | undefined>(undefined);
  #loading: Promise<RoomSession | undefined> | undefined;
  #closed = false;

  constructor(record: RoomRecord, origin: string, actions: HomeActions) {
    this.#record = record;
    this.#actions = actions;
    this.link = new State(`${origin}/#${record.code}`);
  }

  get phoneLink(): Observable<string | undefined> {
    return this.#phoneLink;
  }

  get room(): Observable<RoomSession | undefined> {
    return this.#room;
  }

  get session(): RoomSession | undefined {
    return this.#room.value;
  }

  async goLive(mode: OpenMode): Promise<void> {
    const session = await this.#session();
    if (!session || this.#closed) return;
    await Promise.all([this.#findPhoneLink(), session.start(mode)]);
  }

  newLink(): Promise<void> {
    return this.#actions.newLink();
  }

  async openChat(): Promise<void> {
    await this.#enter();
  }

  async startCall(): Promise<void> {
    const session = await this.#enter();
    await session?.call.join();
  }

  /** Another tab may have made this link's room its own meanwhile. */
  async refresh(): Promise<void> {
    if (this.#closed || (await this.#actions.stillPending())) return;
    await this.#actions.renew();
  }

  close(): void {
    this.#closed = true;
    this.session?.close();
  }

  async #enter(): Promise<RoomSession | undefined> {
    const session = await this.#session();
    if (!session || this.#closed) return undefined;
    await this.#actions.enter(session);
    session.useHere();
    return session;
  }

  #session(): Promise<RoomSession | undefined> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  async #load(): Promise<RoomSession | undefined> {
    const session = await this.#actions.load(() => {
      if (session && !this.#closed) void this.#actions.enter(session);
    });
    if (this.#closed) session?.close();
    else this.#room.set(session);
    return session;
  }

  async #findPhoneLink(): Promise<void> {
    const origin = await this.#actions.phoneOrigin();
    if (origin) this.#phoneLink.set(`${origin}/#${this.#record.code}`);
  }
}

function newAlias(): RoomAlias {
  return encodeBase64Url(crypto.getRandomValues(new Uint8Array(16))) as RoomAlias;
}

/** What `import()` rejects with when a file isn't there: a TypeError in every engine (HTML §8.1.6.7.3). */
function isLoadFailure(cause: unknown): boolean {
  return cause instanceof TypeError && /import|module/iu.test(cause.message);
}
