/** The page as a state machine, with rooms that only write down what is asked of them. */
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '../../../src/core/app-error';
import type { InviteCode, MessageId, NamedRoomCode, RoomAlias } from '../../../src/core/ids';
import type { ChatMessage } from '../../../src/core/message';
import { deriveInviteCode } from '../../../src/protocol/invite';
import { Application, type NameOpener, type Navigation, type RoomOpener } from '../../../src/session/application';
import type { HomeFace, View } from '../../../src/session/faces';
import { Identity } from '../../../src/session/identity';
import { prepareNamedRoom, readText } from '../../../src/session/named-room';
import { newRoom } from '../../../src/session/new-room';
import { Notices } from '../../../src/session/notices';
import type { RoomPage, RoomSession } from '../../../src/session/room-session';
import { MemoryDeviceStore, MemoryRoomStore } from '../../../src/storage/memory-stores';
import type { RoomRecord } from '../../../src/storage/room-store';

const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 4_000, interval: 5 });

describe('the home page', () => {
  it('shows the link of the pending room, live before anybody asked', async () => {
    const page = await openPage('/');
    const home = await page.home();
    expect(home.link.value).toMatch(/^https:\/\/meet\.example\/#[1-9A-HJ-NP-Za-km-z]{17}$/u);
    await until(() => expect(page.sessions[0]?.asked).toEqual(['start wait']));
    expect((await openPage('/', page)).view()).toMatchObject({ kind: 'home', home: { link: { value: home.link.value } } });
  });

  it('lists the kept rooms, newest visit first, and enters one by a click', async () => {
    const device = await openPage('/');
    const [old, recent] = [await keep(device, { title: 'Old', lastVisitMs: 1 }), await keep(device, { title: '', peopleNames: ['Bob'], lastVisitMs: 2 })];
    const page = await openPage('/', device);
    const home = await page.home();
    await until(() => expect(home.rooms.value).toMatchObject([{ alias: recent.alias, peopleNames: ['Bob'] }, { alias: old.alias, title: 'Old' }]));

    home.enterRoom(old.alias);
    await until(() => expect(page.view().kind).toBe('room'));
    expect(page.address()).toEqual({ path: '/room', fragment: '', alias: old.alias });
    expect((await device.rooms.byAlias(old.alias))?.lastVisitMs).toBe(nowMs);
  });

  it('enters a room at a message that was found in it', async () => {
    const device = await openPage('/');
    const { alias } = await keep(device);
    const page = await openPage('/', device);
    const home = await page.home();
    const hits: string[] = [];
    for await (const found of home.search('apples', new AbortController().signal)) hits.push(...found.map((hit) => `${hit.alias} ${hit.message.body}`));
    expect(hits).toEqual([`${alias} apples`]);

    home.enterRoomAt(alias, 'feed.7' as MessageId);
    await until(() => expect(page.view().kind).toBe('room'));
    expect(page.sessions.at(-1)?.asked).toEqual(['jumpTo feed.7', 'start try']);
  });

  it('asks the browser to keep what is stored as soon as a room is kept, once', async () => {
    const page = await openPage('/');
    const home = await page.home();
    expect(page.persistAsked).toBe(0);
    await home.openChat();
    expect(page.persistAsked).toBe(1);
    const { alias } = await keep(page);
    page.goTo({ path: '/room', alias });
    await until(() => expect(page.sessions.at(-1)?.alias).toBe(alias));
    expect(page.persistAsked).toBe(1);
  });

  it('forgets a room', async () => {
    const device = await openPage('/');
    const { alias } = await keep(device);
    const home = await (await openPage('/', device)).home();
    await until(() => expect(home.rooms.value).toHaveLength(1));
    await home.forgetRoom(alias);
    expect(home.rooms.value).toEqual([]);
    expect(await device.rooms.byAlias(alias)).toBe(undefined);
  });

  it('notices on return what another tab did to the list, and what it forgot it does not enter', async () => {
    const page = await openPage('/');
    const home = await page.home();
    const { alias } = await keep(page);
    page.comeBack();
    await until(() => expect(home.rooms.value).toHaveLength(1));
    await page.rooms.remove(alias);
    home.enterRoom(alias);
    await until(() => expect(home.rooms.value).toEqual([]));
    expect(page.view().kind).toBe('home');
  });

  it('becomes the room when somebody is let in, and that room is kept', async () => {
    const page = await openPage('/');
    await page.home();
    await until(() => expect(page.sessions[0]?.asked).toContain('start wait'));
    page.sessions[0]?.page.onAccept();
    await until(() => expect(page.address().path).toBe('/room'));
    expect((await page.rooms.kept()).map(({ alias }) => alias)).toEqual([page.sessions[0]?.alias]);
    expect(page.sessions).toHaveLength(1);
  });

  it('is where one goes when the room was forgotten', async () => {
    const device = await openPage('/');
    const { alias } = await keep(device);
    const page = await openPage({ path: '/room', fragment: '', alias }, device);
    await device.rooms.remove(alias);
    page.sessions[0]?.page.onForgotten();
    expect((await page.home()).rooms.value).toEqual([]);
    expect(page.address().path).toBe('/');
    expect(page.sessions[0]?.asked).toContain('close');
  });
});

describe('a link', () => {
  it('opens its room as a guest, and goes out of sight', async () => {
    const code = await someCode();
    const page = await openPage({ path: '/', fragment: code });
    expect(page.view().kind).toBe('room');
    const record = await page.rooms.byCode(code);
    expect(record).toMatchObject({ role: 'guest', state: 'pending' });
    expect(page.address()).toEqual({ path: '/room', fragment: '', alias: record?.alias });
  });

  it('that the room had before it was changed still opens it', async () => {
    const [old, code] = [await someCode(), await someCode()];
    const device = await openPage('/');
    const { alias } = await keep(device, { code, oldCodes: [old] });
    const page = await openPage({ path: '/', fragment: old }, device);
    expect(page.sessions.map((session) => session.alias)).toEqual([alias]);
  });

  it('stays in the address where nothing is kept', async () => {
    const code = await someCode();
    const page = await openPage({ path: '/', fragment: code }, undefined, { kept: false });
    expect(page.view().kind).toBe('room');
    expect(page.address().fragment).toBe(code);
  });

  it.each([
    ['abc', 'incomplete'],
    ['11111111111111112', 'mistyped'],
    ['/elsewhere', 'mistyped'],
    ['/rooms/', 'incomplete'],
    [`/rooms/${'a'.repeat(61)}`, 'incomplete'],
  ])('%j is said to be broken', async (fragment, reason) => {
    const page = await openPage({ path: '/', fragment });
    expect(page.view()).toEqual({ kind: 'broken-link', reason });
    expect(page.sessions).toEqual([]);
  });

  it('pasted over an open room leaves that room', async () => {
    const page = await openPage({ path: '/', fragment: await someCode() });
    page.goTo({ path: '/room', fragment: await someCode() });
    await until(() => expect(page.sessions.map(({ asked }) => asked)).toEqual([['start try', 'close'], ['start try']]));
  });

  it('pasted again, of the room one is in, changes nothing', async () => {
    const code = await someCode();
    const page = await openPage({ path: '/', fragment: code });
    page.goTo({ path: '/room', fragment: code });
    await until(() => expect(page.address().fragment).toBe(''));
    expect(page.sessions.map(({ asked }) => asked)).toEqual([['start try']]);
  });
});

describe('a room that is known by name', () => {
  const address = { path: '/', fragment: '/rooms/Book%20Club' };

  it('is opened at once by an address when the person has a name, and its key is kept', async () => {
    const page = await openPage(address, undefined, { name: 'Ana' });
    expect(page.seen).toEqual(['deriving', 'starting', 'room']);
    expect(await page.rooms.byCode('/rooms/book%20club' as NamedRoomCode)).toMatchObject({ role: 'guest', state: 'pending', title: 'book club', baseBase64: keyOf('book club') });
    expect(page.address().path).toBe('/room');

    const again = await openPage(address, page, { name: 'Ana' });
    expect(again.seen).toEqual(['starting', 'room']);
    expect(page.derived).toEqual(['book club']);
  });

  it('asks for a name first when none was chosen', async () => {
    const page = await openPage(address);
    expect(page.view()).toMatchObject({ kind: 'name-first', roomName: 'book club' });
    expect(page.sessions).toEqual([]);
    page.application.rename('Ana');
    const view = page.view();
    if (view.kind === 'name-first') view.go();
    await until(() => expect(page.view().kind).toBe('room'));
    expect(page.seen).toEqual(['name-first', 'deriving', 'starting', 'room']);
  });

  it('is not opened after all when the person went elsewhere while the name was asked', async () => {
    const page = await openPage(address);
    const asked = page.view();
    page.application.goHome();
    await page.home();
    if (asked.kind === 'name-first') asked.go();
    await until(() => expect(page.prepared).toBe(1));
    expect(page.view().kind).toBe('home');
    expect(page.sessions.filter(({ asked: said }) => !said.includes('close'))).toHaveLength(1);
  });

  it('is joined by name and password, and a name without one means none', async () => {
    const page = await openPage('/');
    await page.home();
    expect(await page.application.joinByText('  BOOK club ', 'pass')).toEqual({ kind: 'joined' });
    await until(() => expect(page.view().kind).toBe('room'));
    const code = '/rooms/book%20club' as NamedRoomCode;
    expect(page.derived).toEqual(['book club', 'pass']);
    expect(await page.rooms.byCode(code)).toMatchObject({ baseBase64: keyOf('book club'), gateBase64: keyOf('pass') });

    page.application.goHome();
    await page.home();
    await page.application.joinByText('book club', '');
    await until(() => expect(page.view().kind).toBe('room'));
    expect(page.derived).toEqual(['book club', 'pass']);
    expect(await page.rooms.byCode(code)).not.toHaveProperty('gateBase64');
  });

  it('keeps the password of last time for who comes back by the address', async () => {
    const page = await openPage('/', undefined, { name: 'Ana' });
    await page.application.joinByText('book club', 'pass');
    await until(() => expect(page.view().kind).toBe('room'));
    const again = await openPage(address, page, { name: 'Ana' });
    expect(again.sessions[0]?.record.gateBase64).toBe(keyOf('pass'));
  });

  it('is not to be had where its key cannot be computed', async () => {
    const page = await openPage(address, undefined, { name: 'Ana', derive: () => Promise.reject(new AppError('no-password-key')) });
    expect(page.view()).toEqual({ kind: 'unavailable' });
  });

  it.each([
    ['', { kind: 'empty' }],
    ['a'.repeat(61), { kind: 'name-too-long', maximum: 60 }],
    ['https://meet.example/#abc', { kind: 'broken-link', reason: 'incomplete' }],
  ])('is not joined by %j, and the page stays', async (text, outcome) => {
    const page = await openPage('/');
    await page.home();
    expect(await page.application.joinByText(text, '')).toEqual(outcome);
    expect(page.view().kind).toBe('home');
  });

  it('has a name of up to 60 letters, whatever they are made of', async () => {
    const page = await openPage('/');
    await page.home();
    expect(await page.application.joinByText('👋'.repeat(60), '')).toEqual({ kind: 'joined' });
  });
});

const nowMs = 1_790_000_000_000;

type Address = ReturnType<Navigation['current']>;

interface PageOptions {
  readonly kept?: boolean;
  /** One that the person typed. */
  readonly name?: string;
  readonly derive?: (text: string) => Promise<Uint8Array<ArrayBuffer>>;
}

/** A page at an address, on the device of another page or on a new one. Resolves when what the address asks for is shown. */
async function openPage(at: string | (Partial<Address> & { readonly path: string }), device?: Page, options: PageOptions = {}): Promise<Page> {
  const page = new Page(device?.rooms ?? new MemoryRoomStore(), device?.store ?? new MemoryDeviceStore(), device?.derived ?? []);
  await page.open(typeof at === 'string' ? { path: at } : at, options);
  return page;
}

class Page {
  readonly sessions: FakeSession[] = [];
  /** The kinds of views, in the order they were shown. */
  readonly seen: View['kind'][] = [];
  prepared = 0;
  /** How often the browser was asked to keep what is stored. */
  persistAsked = 0;
  application!: Application;
  #address: Address = { path: '/', fragment: '', alias: undefined };
  #change = (): void => undefined;
  comeBack = (): void => undefined;

  constructor(
    readonly rooms: MemoryRoomStore,
    readonly store: MemoryDeviceStore,
    /** Texts that keys were computed of. */
    readonly derived: string[],
  ) {}

  async open(at: Partial<Address>, { kept = true, name, derive = async (text) => new Uint8Array(32).fill(text.length) }: PageOptions): Promise<void> {
    this.#address = { ...this.#address, ...at };
    const identity = await Identity.load(this.store, async () => 'Quiet Otter');
    if (name) identity.rename(name);
    const { rooms } = this;
    const parts = {
      rooms,
      identity,
      now: () => nowMs,
      derivePasswordKey: (text: string) => {
        this.derived.push(text);
        return derive(text);
      },
    };
    const opener: RoomOpener = {
      open: async (record, page) => {
        const session = new FakeSession(record, page);
        this.sessions.push(session);
        return session as unknown as RoomSession;
      },
      phoneOrigin: async () => undefined,
      async *search(text) {
        for (const { alias } of await rooms.kept()) yield [{ alias, message: { body: text } as ChatMessage }];
      },
    };
    const names: NameOpener = {
      readText,
      prepareNamed: (address, password, show) => prepareNamedRoom(address, password, parts, show).finally(() => (this.prepared += 1)),
    };
    this.application = new Application({
      identity,
      notices: new Notices(),
      rooms,
      storage: { estimate: async () => ({ usedBytes: undefined, quotaBytes: undefined, persisted: false }), persist: async () => ++this.persistAsked > 0 },
      navigation: {
        current: () => this.#address,
        showRoom: (alias) => (this.#address = { path: '/room', fragment: '', alias }),
        showHome: () => (this.#address = { path: '/', fragment: '', alias: undefined }),
        onChange: (listener) => (this.#change = listener),
        onReturn: (listener) => (this.comeBack = listener),
      },
      origin: 'https://meet.example',
      now: () => nowMs,
      keepsRooms: () => kept,
      loadRooms: async () => opener,
      loadNames: async () => names,
    });
    const stop = this.application.view.subscribe((view) => this.seen.push(view.kind));
    onTestFinished(stop);
    void this.application.start();
    await until(() => expect(['starting', 'deriving']).not.toContain(this.view().kind));
  }

  goTo(at: Partial<Address>): void {
    this.#address = { path: '/', fragment: '', alias: undefined, ...at };
    this.#change();
  }

  view(): View {
    return this.application.view.value;
  }

  address(): Address {
    return this.#address;
  }

  async home(): Promise<HomeFace> {
    await until(() => expect(this.view().kind).toBe('home'));
    const view = this.view();
    if (view.kind !== 'home') throw new Error('not at home');
    await until(() => expect(view.home.room.value).toBeDefined());
    return view.home;
  }
}

class FakeSession {
  readonly asked: string[] = [];
  readonly alias: RoomAlias;
  readonly call = { join: async () => void this.asked.push('call') };
  readonly conversation = {
    jumpTo: async ({ message }: { readonly message: MessageId }) => {
      this.asked.push(`jumpTo ${message}`);
      return message;
    },
  };

  constructor(
    readonly record: RoomRecord,
    readonly page: RoomPage,
  ) {
    this.alias = record.alias;
  }

  async start(mode: string): Promise<void> {
    this.asked.push(`start ${mode}`);
  }

  close(): void {
    this.asked.push('close');
  }

  useHere(): void {
    this.asked.push('useHere');
  }
}

async function keep({ rooms }: Page, parts: Partial<RoomRecord> = {}): Promise<RoomRecord> {
  return rooms.ensureByCode({ ...newRoom(await someCode(), nowMs), state: 'kept', ...parts });
}

function someCode(): Promise<InviteCode> {
  return deriveInviteCode(new Uint8Array(65), crypto.getRandomValues(new Uint8Array(16)));
}

/** Of the 32 bytes that `derive` gives. */
function keyOf(text: string): string {
  return Buffer.alloc(32, text.length).toString('base64url');
}
