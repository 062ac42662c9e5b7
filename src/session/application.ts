/** The whole page as a state machine: which screen stands, and which room is live behind it. Small, because it is in the first download; rooms come after. */
import { AppError } from '../core/app-error';
import { encodeBase64Url } from '../core/base64url';
import type { MessageId, RoomAlias, RoomCode } from '../core/ids';
import { parseInviteCode } from '../core/invite-code';
import { State, type Observable } from '../core/observable';
import { deriveInviteCode, saltBytes } from '../protocol/invite';
import type { RoomRecord, RoomStore } from '../storage/room-store';
import type { ApplicationFace, HomeFace, JoinOutcome, KeptRoom, Picture, Preferences, Profile, RoomHit, StorageFace, View } from './faces';
import type { Identity } from './identity';
import type { ReadText } from './named-room';
import { newRoom } from './new-room';
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
  readonly storage: StorageFace;
  readonly navigation: Navigation;
  readonly origin: string;
  readonly now: () => number;
  /** Whether rooms survive a reload; if not, the link must stay in the address. */
  readonly keepsRooms: () => boolean;
  /** The code of rooms; rejects when it can't be had. So does that of names. */
  loadRooms(): Promise<RoomOpener>;
  loadNames(): Promise<NameOpener>;
}

export interface RoomOpener {
  open(record: RoomRecord, page: RoomPage): Promise<RoomSession>;
  /** See room-search.ts. */
  search(text: string, signal: AbortSignal): AsyncIterable<readonly RoomHit[]>;
  phoneOrigin(): Promise<string | undefined>;
}

/** See named-room.ts. */
export interface NameOpener {
  readText(text: string): ReadText;
  prepareNamed(address: string, password: string | undefined, show: (view: View) => void): Promise<RoomRecord | undefined>;
}

export class Application implements ApplicationFace {
  readonly notices: Notices;
  readonly storage: StorageFace;
  readonly #parts: ApplicationParts;
  readonly #view = new State<View>({ kind: 'starting' });
  #live: RoomSession | undefined;
  #home: Home | undefined;
  /** Counts routes taken, so that a slow one doesn't overrule a later one. */
  #step = 0;
  /** Once a page: some browsers ask their person. */
  #asksToPersist = false;

  constructor(parts: ApplicationParts) {
    this.#parts = parts;
    this.notices = parts.notices;
    this.storage = parts.storage;
    parts.navigation.onChange(() => void this.#route());
    parts.navigation.onReturn(() => void this.#home?.refresh());
  }

  get view(): Observable<View> {
    return this.#view;
  }

  get profile(): Observable<Profile> {
    return this.#parts.identity.profile;
  }

  get preferences(): Observable<Preferences> {
    return this.#parts.identity.preferences;
  }

  setPreferences(change: Partial<Preferences>): void {
    this.#parts.identity.setPreferences(change);
  }

  rename(name: string): string {
    return this.#parts.identity.rename(name);
  }

  chooseTint(tint: number | undefined): void {
    this.#parts.identity.chooseTint(tint);
  }

  choosePicture(picture: Picture | undefined): void {
    void this.#parts.identity.choosePicture(picture);
  }

  /** Shows what the address asks for. */
  start(): Promise<void> {
    return this.#route();
  }

  async joinByText(text: string, password: string): Promise<JoinOutcome> {
    const names = await this.#prepared(() => this.#parts.loadNames());
    const read = names?.readText(text);
    if (read && read.kind !== 'room') return read;
    // What could not be loaded the screen tells.
    if (read) void this.#openCode(read.code, 'push', password);
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
    const step = ++this.#step;
    const { path, fragment, alias } = this.#parts.navigation.current();
    if (fragment !== '') {
      const parsed = fragment.startsWith('/') ? undefined : parseInviteCode(fragment);
      if (parsed?.kind !== 'broken') return this.#openCode(fragment, 'replace');
      this.#leaveFor({ kind: 'broken-link', reason: parsed.reason });
      return;
    }
    const record = path === '/room' && alias ? await this.#parts.rooms.byAlias(alias) : undefined;
    if (step !== this.#step) return;
    if (record) return this.#openRoom(record, 'replace');
    if (path !== '/') this.#parts.navigation.showHome('replace');
    await this.#openHome();
  }

  /** The same link twice is the same room: its maker comes back as its maker, a guest with its pass. `password` counts for rooms known by name. */
  async #openCode(code: string, how: 'push' | 'replace', password?: string): Promise<void> {
    performance.mark('mindmeet:link-opened');
    const step = ++this.#step;
    const show = (view: View): void => {
      if (step === this.#step) this.#leaveFor(view);
    };
    const record = code.startsWith('/')
      ? await this.#prepared(async () => (await this.#parts.loadNames()).prepareNamed(code, password, show))
      : await this.#parts.rooms.ensureByCode(newRoom(code as RoomCode, this.#parts.now()));
    if (record && step === this.#step) await this.#openRoom(record, how);
  }

  /** `at`: the message that the timeline is to stand around at first. */
  async #openRoom(record: RoomRecord, how: 'push' | 'replace', at?: MessageId): Promise<void> {
    const step = ++this.#step;
    const { navigation, keepsRooms } = this.#parts;
    // From here on the secret is out of sight; where nothing is kept, the address is the only place it has.
    if (keepsRooms()) navigation.showRoom(record.alias, how);
    if (this.#live?.alias === record.alias) return;
    this.#leaveFor({ kind: 'starting' });
    const session = await this.#load(record);
    if (!session) return;
    if (at) await session.conversation.jumpTo({ message: at });
    if (step !== this.#step) return session.close();
    this.#show(session);
    // A guest's was kept when somebody was met in it.
    if (record.state === 'kept') this.#askToPersist();
    void this.#parts.rooms.update(record.alias, (room) => ({ ...room, lastVisitMs: this.#parts.now() }));
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
      keptRooms: () => this.#parts.rooms.kept(),
      enterRoom: async (alias, at) => {
        const kept = await this.#parts.rooms.byAlias(alias);
        if (kept && this.#home === home) await this.#openRoom(kept, 'push', at);
      },
      forgetRoom: (alias) => this.#parts.rooms.remove(alias),
      search: async (text, signal) => (await this.#prepared(() => this.#parts.loadRooms()))?.search(text, signal),
    });
    this.#home = home;
    this.#view.set({ kind: 'home', home });
    void home.goLive(mode);
    void home.listRooms();
  }

  /** The home page becomes the room, which goes on as it is. */
  async #enter(session: RoomSession, record: RoomRecord): Promise<void> {
    if (this.#home?.session !== session) return;
    this.#step++;
    this.#home = undefined;
    const { rooms, navigation, keepsRooms } = this.#parts;
    this.#show(session);
    const kept = (record: RoomRecord): RoomRecord => ({ ...record, state: 'kept', lastVisitMs: this.#parts.now() });
    // "New link" in another tab may have thrown it away.
    if (!(await rooms.update(session.alias, kept))) await rooms.ensureByCode(kept(record));
    if (keepsRooms() && this.#live === session) navigation.showRoom(session.alias, 'push');
    this.#askToPersist();
  }

  /** There is something to lose: a room that is kept. */
  #askToPersist(): void {
    if (this.#asksToPersist) return;
    this.#asksToPersist = true;
    void this.storage.persist();
  }

  #show(session: RoomSession): void {
    this.#live = session;
    this.#view.set({ kind: 'room', room: session });
  }

  #leaveFor(view: View): void {
    this.#leave();
    this.#view.set(view);
  }

  #leave(): void {
    this.#live?.close();
    this.#live = undefined;
    this.#home?.close();
    this.#home = undefined;
  }

  #load(record: RoomRecord, onAccept: () => void = () => undefined): Promise<RoomSession | undefined> {
    return this.#prepared(async () => {
      await this.#parts.identity.named;
      return (await this.#parts.loadRooms()).open(record, { onAccept, onLeave: () => this.goHome(), onForgotten: () => this.goHome() });
    });
  }

  /** What `prepare` gives; undefined when it can't be had, which the screen says, unless the person is elsewhere by now. */
  async #prepared<T>(prepare: () => Promise<T>): Promise<T | undefined> {
    const step = this.#step;
    try {
      return await prepare();
    } catch (cause) {
      if (step !== this.#step) return undefined;
      // Without its code (offline, or a new release took its place), or its key, there is no room; anything else is a fault to be told.
      this.#view.set({ kind: 'unavailable' });
      if (!isLoadFailure(cause) && !(cause instanceof AppError)) throw cause;
      return undefined;
    }
  }

  async #newOwnRoom(): Promise<RoomRecord> {
    const salt = crypto.getRandomValues(new Uint8Array(saltBytes));
    const code = await deriveInviteCode(this.#parts.identity.publicKey, salt);
    return { ...newRoom(code, this.#parts.now()), role: 'owner', saltBase64: encodeBase64Url(salt) };
  }
}

interface HomeActions {
  load(onAccept: () => void): Promise<RoomSession | undefined>;
  phoneOrigin(): Promise<string | undefined>;
  enter(session: RoomSession): Promise<void>;
  newLink(): Promise<void>;
  stillPending(): Promise<boolean>;
  renew(): Promise<void>;
  keptRooms(): Promise<readonly KeptRoom[]>;
  enterRoom(alias: RoomAlias, at?: MessageId): Promise<void>;
  forgetRoom(alias: RoomAlias): Promise<void>;
  /** Undefined when what it takes can't be had. */
  search(text: string, signal: AbortSignal): Promise<AsyncIterable<readonly RoomHit[]> | undefined>;
}

/** The home page: a link that is live before anybody asked for it. */
class Home implements HomeFace {
  readonly link: Observable<string>;
  readonly #record: RoomRecord;
  readonly #actions: HomeActions;
  readonly #phoneLink = new State<string | undefined>(undefined);
  readonly #room = new State<RoomSession | undefined>(undefined);
  readonly #rooms = new State<readonly KeptRoom[]>([]);
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

  get rooms(): Observable<readonly KeptRoom[]> {
    return this.#rooms;
  }

  get session(): RoomSession | undefined {
    return this.#room.value;
  }

  async listRooms(): Promise<void> {
    this.#rooms.set(await this.#actions.keptRooms());
  }

  /** One that was forgotten in another tab goes from the list. */
  enterRoom(alias: RoomAlias): void {
    void this.#actions.enterRoom(alias).then(() => this.listRooms());
  }

  enterRoomAt(alias: RoomAlias, message: MessageId): void {
    void this.#actions.enterRoom(alias, message).then(() => this.listRooms());
  }

  async *search(text: string, signal: AbortSignal): AsyncIterable<readonly RoomHit[]> {
    yield* (await this.#actions.search(text, signal)) ?? [];
  }

  async forgetRoom(alias: RoomAlias): Promise<void> {
    await this.#actions.forgetRoom(alias);
    await this.listRooms();
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

  /** Another tab may have made this link's room its own meanwhile, or have been in others. */
  async refresh(): Promise<void> {
    if (this.#closed) return;
    if (await this.#actions.stillPending()) await this.listRooms();
    else await this.#actions.renew();
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

/** What `import()` rejects with when a file isn't there: a TypeError in every engine (HTML §8.1.6.7.3). */
function isLoadFailure(cause: unknown): boolean {
  return cause instanceof TypeError && /import|module/iu.test(cause.message);
}
